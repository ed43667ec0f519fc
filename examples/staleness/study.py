#!/usr/bin/env python3
"""Trains networks with the staleness that layerpipe chooses, and without; run.sh tells
the options.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The 97.5th percentile of Student's t with 1, 2, … degrees of freedom, for intervals that
# hold the mean with a probability of 95 %.
STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262]
# Step sizes that train well without staleness.
LEARNING_RATES = {"lenet": 0.1, "resnet18": 0.1}


def run(command):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"study.py: {' '.join(map(str, command))}\n{result.stderr.strip()}")
    return result.stdout


def network_file(options, name):
    if name == "lenet":
        return ROOT / "fashion-mnist" / "lenet.mlir"
    path = options.output / f"{name}.mlir"
    maker = ROOT / "cifar" / "make-network.py"
    path.write_text(run([sys.executable, maker, name, "--width", options.width, "--image",
                         "1x28x28", "--batch", 64]))
    return path


def compile_program(options, name, processors):
    """Returns the program and the staleness of its layers, as the compiler prints it."""
    program = options.output / f"{name}-p{processors}"
    text = run([options.layerpipe, "compile", network_file(options, name), "-p", processors,
                "-o", program])
    staleness = re.search(r"^staleness +(.*?)(?: \(layer: iterations\))?$", text, re.M)
    return program, staleness.group(1) if staleness else "0"


def train(options, program, name, seed):
    """Returns the test accuracy in per cent. One thread runs all tasks in the program's
    order, which computes the same bits as its processors do."""
    text = run([program, "--data", options.data, "--epochs", options.epochs, "--sequential",
                "--lr", LEARNING_RATES[name], "--lr-schedule", "cosine", "--lr-warm-up", 200,
                "--seed", seed])
    return 100 * float(re.search(r"^test accuracy ([0-9.]+)$", text, re.M).group(1))


def interval(differences):
    """Returns the mean and half the width of its 95 % interval."""
    mean = statistics.mean(differences)
    freedom = len(differences) - 1
    spread = statistics.stdev(differences) / math.sqrt(len(differences))
    return mean, STUDENT[freedom - 1] * spread


def study(options, name):
    rows, base = [], None
    for processors in [1, *options.processors]:
        program, staleness = compile_program(options, name, processors)
        scores = [train(options, program, name, seed) for seed in range(1, options.seeds + 1)]
        row = {"network": name, "processors": processors, "staleness": staleness,
               "accuracy": scores, "mean": statistics.mean(scores)}
        base = base or scores
        if processors != 1:
            row["difference"], row["half_interval"] = interval(
                [late - prompt for late, prompt in zip(scores, base)])
        rows.append(row)
        print_row(row)
    return rows


def print_row(row):
    text = f"{row['network']:10} {row['processors']:>2}  {row['mean']:6.2f} %"
    if "difference" in row:
        low, high = (row["difference"] + sign * row["half_interval"] for sign in (-1, 1))
        text += f"  {row['difference']:+5.2f}  [{low:+5.2f}, {high:+5.2f}]"
    else:
        text += " " * 24
    print(f"{text}  {row['staleness']}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("layerpipe")
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist")
    parser.add_argument("--networks", default="lenet,resnet18")
    parser.add_argument("--processors", default="2,4")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--width", type=int, default=8)
    parser.add_argument("--output", type=pathlib.Path, default="build/examples/staleness")
    options = parser.parse_args()
    options.processors = [int(count) for count in options.processors.split(",")]
    if not 2 <= options.seeds <= len(STUDENT) + 1:
        sys.exit(f"study.py: --seeds takes 2 to {len(STUDENT) + 1}, got {options.seeds}")
    options.output.mkdir(parents=True, exist_ok=True)
    print("network     P  accuracy  difference  95 % of its mean  staleness (layer: iterations)")
    rows = [row for name in options.networks.split(",") for row in study(options, name)]
    (options.output / "study.json").write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
