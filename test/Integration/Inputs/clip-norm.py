"""Trains with clipped gradients in parallel and in sequence, and without effect.

usage: clip-norm.py MODEL FOLDER LAYERPIPE

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import subprocess
import sys


def run(*command):
    finished = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if finished.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{finished.stderr}")


def compile_model(layerpipe, model, program, strategy, processors, *options):
    run(
        *(layerpipe, "compile", model, "-p", processors, "--strategy", strategy),
        *("--batch", 16, "--cost-model", "macs", "--kernels", "portable"),
        *("--lr", 0.05, *options, "-o", program),
    )


def train(program, *options):
    """Returns the bytes of the parameters after a run on synthetic data."""
    saved = program.with_suffix(".safetensors")
    run(program, "--data", "synthetic", "--steps", 60, "--save", saved, *options)
    return saved.read_bytes()


def main():
    model, folder, layerpipe = sys.argv[1:]
    folder = pathlib.Path(folder)
    cases = [("sequential", 1), ("pipedream", 3), ("layerpipe-intra", 2), ("layerpipe", 3)]
    for strategy, processors in cases:
        program = folder / strategy
        case = (layerpipe, model, program, strategy, processors)
        compile_model(*case, "--clip-norm", 0.25)
        clipped = train(program)
        same = train(program, "--sequential") == clipped
        print(f"{strategy} on {processors}: parallel runs {'equal' if same else 'differ from'} "
              "sequential ones")
    # One processor delays no gradient, so that both have the same schedule's values.
    program = folder / "free"
    case = (layerpipe, model, program, "sequential", 1)
    compile_model(*case)
    free = train(program)
    compile_model(*case, "--clip-norm", 1e30)
    print(f"a limit that nothing reaches: {'the same bits' if train(program) == free else 'other bits'}")
    compile_model(*case, "--clip-norm", 0.25)
    print(f"a limit of 0.25: {'the same bits' if train(program) == free else 'other bits'}")


if __name__ == "__main__":
    main()
