"""Compiles a model for 1, 2 and 4 processors and compares saved parameters.

usage: repeat-runs.py MODEL FOLDER LAYERPIPE

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import subprocess
import sys

STEPS = 250
REPETITIONS = 20


def train(program, saved, *options):
    """The bytes of the parameters after a run on synthetic data."""
    command = [program, "--data", "synthetic", "--steps", str(STEPS), "--lr", "0.05"]
    subprocess.run(
        [*map(str, command), "--save", str(saved), *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return saved.read_bytes()


def main():
    model, folder, layerpipe = sys.argv[1:]
    folder = pathlib.Path(folder)
    for processors in [1, 2, 4]:
        program = folder / f"program-{processors}"
        subprocess.run(
            [layerpipe, "compile", model, "-p", str(processors), "--batch", "16", "-o", program,
             "--cost-model", "macs"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        expected = train(program, folder / "sequential.safetensors", "--sequential")
        for repetition in range(REPETITIONS):
            if train(program, folder / "parallel.safetensors") != expected:
                sys.exit(f"{processors} processors: run {repetition} differs from --sequential")
        print(f"{processors} processors: {REPETITIONS} parallel runs equal the sequential one")


if __name__ == "__main__":
    main()
