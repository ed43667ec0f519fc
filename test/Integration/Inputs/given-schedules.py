"""Compiles a network by each schedule of a folder, and checks what the programs train.

usage: given-schedules.py MODEL FOLDER LAYERPIPE-OPT LAYERPIPE

The schedules are in FOLDER/front. The reference is a program of whole tasks, one after
the other, whose gradients are as late as the schedule says. With plain loops both give
the same bits, and where a sum is cut parameters differ by at most 10⁻⁴ of the largest.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import subprocess
import sys

import numpy

from formats import read_safetensors

TOLERANCE = 1e-4


def run(program, name, *options):
    saved = program.with_name(name + ".safetensors")
    command = [program, "--data", "synthetic", "--steps", "12", "--save", saved, *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return read_safetensors(saved)


def compile_model(layerpipe, source, program, *options):
    command = [layerpipe, "compile", source, "-o", program, "--kernels", "reference"]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)


def reference(model, folder, opt, layerpipe, schedule):
    """Trains whole tasks in turn, with the schedule's staleness."""
    late = {each["layer"]: each["staleness"] for each in schedule["parameters"]}
    delays = ",".join(str(late.get(layer, 0)) for layer in range(1, max(late) + 1))
    passes = [
        "--layerpipe-differentiate",
        "--layerpipe-form-tasks",
        "--layerpipe-estimate-costs",
        f"--layerpipe-delay-gradients=rule=explicit delays={delays}",
        "--layerpipe-assign-processors=strategy=sequential",
        "--layerpipe-schedule=delays=given",
    ]
    source, program = folder / "reference.mlir", folder / "reference"
    subprocess.run([opt, model, *passes, "-o", source], check=True)
    compile_model(layerpipe, source, program)
    return run(program, "reference")


def check(path, model, folder, opt, layerpipe):
    schedule = json.loads(path.read_text())
    sums = any(task.get("part", {}).get("combine") == "sum" for task in schedule["tasks"])
    program = folder / path.stem
    compile_model(layerpipe, model, program, "--schedule", path)
    trained = run(program, "threads")
    alone = run(program, "alone", "--sequential")
    expected = reference(model, folder, opt, layerpipe, schedule)
    for name, value in expected.items():
        if not numpy.array_equal(trained[name], alone[name]):
            sys.exit(f"{path.name}: threads and one thread differ in {name}")
        difference = numpy.abs(trained[name] - value).max()
        if difference > (TOLERANCE * numpy.abs(value).max() if sums else 0):
            sys.exit(f"{path.name}: {name} differs by {difference}")
    print(f"{path.name} trains as it says")


def main():
    model, folder, opt, layerpipe = sys.argv[1:]
    folder = pathlib.Path(folder)
    for path in sorted((folder / "front").iterdir()):
        check(path, model, folder, opt, layerpipe)


if __name__ == "__main__":
    main()
