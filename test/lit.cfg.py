# How lit runs the tests of this folder: which files are tests, which programs
# their RUN lines name, and which features a REQUIRES line may ask for.
#
# Features:
#   test-data   LAYERPIPE_TEST_DATA names a folder of larger inputs, %test_data
#   fashion-mnist  the data set is installed, at %fashion_mnist
#   chromium    a browser is installed, at %chromium
#   ortools     %ortools_python, a Python that LAYERPIPE_ORTOOLS_PYTHON may name,
#               can import OR-Tools (package ortools of the Python index)
#   python-onnx the tests' Python can import onnx (Debian's package python3-onnx)
#   torch       %torch_python, a Python that LAYERPIPE_TORCH_PYTHON names, can import
#               PyTorch, ONNX's exporter and safetensors (packages torch, onnxscript
#               and safetensors of the Python index)
#   two-cpus    the tests may run on more than one CPU at once
#   asan, tsan  the compiler itself is built with that sanitizer
#   mount       file systems may be mounted, in a namespace of one's own
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import os
import shutil
import subprocess

import lit.formats

config.name = "layerpipe"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Unit", "Inputs", "corpus"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.layerpipe_build, "test")

# Debian has no plain FileCheck in its PATH, or an older LLVM's: full paths only.
programs = {
    os.path.join(config.layerpipe_build, "bin"): (
        "layerpipe",
        "layerpipe-opt",
        "layerpipe-translate",
    ),
    config.llvm_tools_dir: ("FileCheck", "count", "not", "split-file"),
}
for folder, names in programs.items():
    for name in names:
        # As a word of its own: not within a path, an option, a longer name, or as
        # the value of an option: there are strategies of the same name.
        pattern = rf"(?<![-=,./\w]){name}(?![-./\w])"
        config.substitutions.append((pattern, os.path.join(folder, name)))
# What tests measure is kept apart from the user's own, and shared by all tests.
config.environment["XDG_CACHE_HOME"] = os.path.join(config.test_exec_root, "cache")
# NumPy's OpenBLAS would take all cores, beside the other tests.
config.environment["OPENBLAS_NUM_THREADS"] = "1"
config.substitutions.append(("%python", config.python))
config.substitutions.append(("%source", config.layerpipe_source))
config.substitutions.append(("%build", config.layerpipe_build))
config.substitutions.append(("%tools", os.path.join(config.layerpipe_build, "bin")))

test_data = os.environ.get("LAYERPIPE_TEST_DATA")
if test_data:
    config.available_features.add("test-data")
    config.substitutions.append(("%test_data", os.path.abspath(test_data)))

sanitizer_feature = {"address": "asan", "thread": "tsan"}
if config.layerpipe_sanitizer:
    config.available_features.add(sanitizer_feature[config.layerpipe_sanitizer])

# Debian's package dataset-fashion-mnist.
fashion_mnist = "/usr/share/datasets/fashion-mnist"
if os.path.isdir(fashion_mnist):
    config.available_features.add("fashion-mnist")
config.substitutions.append(("%fashion_mnist", fashion_mnist))

if len(os.sched_getaffinity(0)) > 1:
    config.available_features.add("two-cpus")

chromium = shutil.which("chromium")
if chromium:
    config.available_features.add("chromium")
    config.substitutions.append(("%chromium", chromium))

ortools_python = os.environ.get("LAYERPIPE_ORTOOLS_PYTHON", config.python)
if not subprocess.run([ortools_python, "-c", "import ortools"], capture_output=True).returncode:
    config.available_features.add("ortools")
    config.substitutions.append(("%ortools_python", ortools_python))

if not subprocess.run([config.python, "-c", "import onnx"], capture_output=True).returncode:
    config.available_features.add("python-onnx")

torch_python = os.environ.get("LAYERPIPE_TORCH_PYTHON")
if torch_python and not subprocess.run(
    [torch_python, "-c", "import torch, onnxscript, safetensors"], capture_output=True
).returncode:
    config.available_features.add("torch")
    config.substitutions.append(("%torch_python", torch_python))

can_mount = "mount -t tmpfs tmpfs /mnt"
if shutil.which("unshare") and not subprocess.run(
    ["unshare", "--mount", "sh", "-c", can_mount], capture_output=True
).returncode:
    config.available_features.add("mount")
