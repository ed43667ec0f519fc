"""Compares runs that stop and go on with runs that don't stop.

usage: resume.py MODEL FOLDER LAYERPIPE

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import subprocess
import sys

STEPS, STOP = 23, 9

# Each has other states, and other values in flight when a run stops.
CASES = [
    ("sequential", 1, ["--optimizer", "adam"]),
    ("pipedream", 3, ["--optimizer", "momentum"]),
    ("layerpipe-intra", 2, ["--optimizer", "adamw"]),
    ("layerpipe", 3, ["--optimizer", "rmsprop", "--clip-norm", "0.5"]),
    ("zb-h1", 2, ["--optimizer", "nesterov", "--microbatches", "4"]),
]


def run(*command):
    finished = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if finished.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{finished.stderr}")
    return finished.stdout


def losses(path):
    return [json.loads(line)["loss"] for line in path.read_text().splitlines()]


def save_in_between(program, folder):
    """Saves states while the pipeline is full, ends early, and goes on."""
    whole, early, resumed = folder / "whole", folder / "early", folder / "resumed"
    common = [program, "--data", "synthetic"]
    # The last state in between is that of step 21, and the run ends with 22.
    run(*common, "--seed", 5, "--steps", STEPS, "--save-state", whole)
    run(*common, "--seed", 5, "--steps", 22, "--save-state", early, "--save-every", 7)
    run(*common, "--resume", early, "--steps", STEPS, "--save-state", resumed, "--save-every", 4)
    return whole.read_bytes() == resumed.read_bytes()


def stop(program, folder, options):
    """Trains with a stop, and returns whether the parameters and losses are the same."""
    whole, lines = folder / "whole", folder / "lines"
    state, resumed, rest = folder / "state", folder / "resumed", folder / "rest"
    # With steps of equal size the run to STOP is the beginning of the whole one.
    common = [program, "--data", "synthetic", *options]
    run(*common, "--seed", 5, "--steps", STEPS, "--save", whole, "--metrics", lines)
    run(*common, "--seed", 5, "--steps", STOP, "--save-state", state)
    run(*common, "--resume", state, "--steps", STEPS, "--save", resumed, "--metrics", rest)
    return (
        whole.read_bytes() == resumed.read_bytes() and losses(lines)[STOP:] == losses(rest)
    )


def stop_twice(program, folder):
    """Goes on from a state that goes on from a state, to a state."""
    states = [folder / f"state-{number}" for number in range(4)]
    common = [program, "--data", "synthetic"]
    run(*common, "--seed", 5, "--steps", STEPS, "--save-state", states[0])
    run(*common, "--seed", 5, "--steps", 2, "--save-state", states[1])
    run(*common, "--resume", states[1], "--steps", 5, "--save-state", states[2])
    run(*common, "--resume", states[2], "--steps", STEPS, "--save-state", states[3])
    return states[0].read_bytes() == states[3].read_bytes()


def main():
    model, folder, layerpipe = sys.argv[1:]
    folder = pathlib.Path(folder)
    for strategy, processors, options in CASES:
        program = folder / f"program-{strategy}"
        run(
            *(layerpipe, "compile", model, "-p", processors, "--strategy", strategy),
            *("--batch", 16, "--cost-model", "macs", "--kernels", "portable"),
            *("-o", program, *options),
        )
        same = stop(program, folder, []) and stop(program, folder, ["--sequential"])
        same = same and stop_twice(program, folder) and save_in_between(program, folder)
        print(f"{strategy} on {processors}: {'the same bits' if same else 'other bits'}")


if __name__ == "__main__":
    main()
