"""Runs compiled programs under ThreadSanitizer, and shows that it would see a race.

Both examples, for 2 and 4 processors with instrumented code, plain-loop kernels
and an instrumented runtime, must run without a report. Then the capacity of one
channel is lowered by one and its checks are switched off: that must be reported.

usage: thread-sanitizer.py LAYERPIPE RUNTIME_FOLDER EXAMPLES FOLDER

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import subprocess
import sys

REPORT = "WARNING: ThreadSanitizer: data race"


def compile_model(layerpipe, runtime, model, output, *options):
    command = [layerpipe, "compile", model, "-o", output, "--kernels", "reference"]
    command += ["--sanitize", "thread", "--runtime-dir", runtime, *options]
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)


def train(program, steps):
    """Exit status and output of a short run."""
    command = [str(program), "--data", "synthetic", "--steps", str(steps), "--lr", "0.01"]
    run = subprocess.run(command, capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def broken_programs(text):
    """Copies of the program, each with one channel and its ring smaller by one.

    Only channels between processors whose ring holds exactly their capacity:
    others could be smaller without harm, or not at all.
    """
    for match in re.finditer(r"sched\.channel (\S+) from (\d+) to (\d+) capacity (\d+)\n", text):
        name, capacity = match.group(1), int(match.group(4))
        ring = f"sched.buffer {name} slots {capacity} "
        if capacity < 2 or ring not in text:
            continue
        smaller = match.group(0).replace(
            f"capacity {capacity}", f"capacity {capacity - 1} unchecked"
        )
        broken = text.replace(ring, f"sched.buffer {name} slots {capacity - 1} ")
        yield name, broken.replace(match.group(0), smaller)


def check_clean(layerpipe, runtime, examples, folder):
    for name in ["mlp", "lenet"]:
        for processors in [2, 4]:
            program = folder / f"{name}-{processors}"
            model = examples / f"{name}.mlir"
            compile_model(
                layerpipe, runtime, model, program, "-p", processors, "--batch", 2
            )
            status, output = train(program, 25)
            if status != 0 or REPORT in output:
                sys.exit(f"{name} on {processors} processors: status {status}\n{output}")
            print(f"{name} on {processors} processors: no report")


def check_control(layerpipe, runtime, examples, folder):
    """Other channels may order the accesses all the same, so not every channel
    makes a race; one must."""
    ir, program = folder / "program.mlir", folder / "broken"
    options = ["-p", 2, "--batch", 2, "--emit-ir", ir]
    compile_model(layerpipe, runtime, examples / "lenet.mlir", program, *options)
    for name, text in broken_programs(ir.read_text()):
        ir.write_text(text)
        compile_model(layerpipe, runtime, ir, program)
        status, output = train(program, 40)
        if status != 0 and REPORT in output:
            print(f"a smaller channel {name}: reported")
            return
    sys.exit("no smaller channel was reported")


def main():
    layerpipe, runtime, examples, folder = map(pathlib.Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    check_clean(layerpipe, runtime, examples, folder)
    check_control(layerpipe, runtime, examples, folder)


if __name__ == "__main__":
    main()
