"""Compiles a network for several batches at once, with one file of measurements.

usage: at-once.py LAYERPIPE MODEL

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import subprocess
import sys

layerpipe, model = sys.argv[1:]
# Each batch is compiled twice.
BATCHES = [3, 5, 3, 5]
cache = pathlib.Path("at-once.json")


def command(index, batch):
    return [layerpipe, "compile", model, "--batch", str(batch), "--cost-model", "macs",
            "--kernel-cache", cache, "-o", f"at-once-{index}"]


started = [subprocess.Popen(command(*pair), stdout=subprocess.DEVNULL)
           for pair in enumerate(BATCHES)]
if any(process.wait() for process in started):
    sys.exit("a compilation failed")
measured = json.loads(cache.read_text())["machines"][0]["kernels"]
text = cache.read_bytes()
# Whoever compiles now measures nothing, and makes the same programs.
for index, batch in enumerate(BATCHES):
    program = pathlib.Path(f"at-once-{index}")
    before = program.read_bytes()
    subprocess.run(command(index, batch), check=True, stdout=subprocess.DEVNULL)
    if program.read_bytes() != before:
        sys.exit(f"compilation {index} chose other kernels than the file has")
if cache.read_bytes() != text:
    sys.exit("some kernels were not in the file")
batches = {kernel["attributes"].get("batch") for kernel in measured}
if not batches >= set(BATCHES):
    sys.exit(f"the file has the batches {batches} only")
print(f"{len(BATCHES)} compilations: no kernel is missing, and all candidates are the file's")
