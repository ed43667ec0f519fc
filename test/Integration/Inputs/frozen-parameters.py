"""Trains a network with frozen parameters by several schedules, and evaluates it.

usage: frozen-parameters.py MODEL FOLDER LAYERPIPE

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import subprocess
import sys

import numpy

from formats import read_safetensors

FROZEN = {"first.weight", "first.bias", "third.weight", "scale"}
SCHEDULES = [("sequential", 1), ("layerpipe-intra", 2), ("pipedream", 2), ("layerpipe", 4)]


def run(*command):
    """What the command prints."""
    done = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def accuracy(printed):
    """The line of a program's output that tells how good it is."""
    return [line.split("(")[0] for line in printed.splitlines() if "accuracy" in line][-1]


def main():
    model, folder, layerpipe = sys.argv[1:]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for strategy, processors in SCHEDULES:
        program, saved, alone = folder / "program", folder / "saved", folder / "alone"
        run(layerpipe, "compile", model, "-p", processors, "--strategy", strategy,
            "--kernels", "portable", "--cost-model", "macs", "-o", program)
        data = ["--data", "synthetic"]
        printed = run(program, *data, "--steps", 50, "--save-initial", folder / "initial",
                      "--save", saved)
        run(program, *data, "--steps", 50, "--sequential", "--save", alone)
        if saved.read_bytes() != alone.read_bytes():
            sys.exit(f"{strategy}: differs from --sequential")
        before, after = read_safetensors(folder / "initial"), read_safetensors(saved)
        if before.keys() != after.keys():
            sys.exit(f"{strategy}: saves {sorted(after)} of {sorted(before)}")
        kept = {name for name in before if numpy.array_equal(before[name], after[name])}
        if kept != FROZEN:
            sys.exit(f"{strategy}: kept {sorted(kept)}")
        evaluated = run(program, *data, "--eval", "--load", saved)
        if accuracy(evaluated) != accuracy(printed):
            sys.exit(f"{strategy}: evaluates {evaluated} after {printed}")
        print(f"{strategy} on {processors}: {len(kept)} parameters are frozen, "
              f"{len(before) - len(kept)} are trained")


if __name__ == "__main__":
    main()
