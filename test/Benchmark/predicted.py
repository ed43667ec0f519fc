#!/usr/bin/env python3
"""Compares measured periods with predicted ones.

Each network is compiled with times measured on this machine (--cost-model measure)
and run several times, and that again in several rounds: a machine that others share
is faster in one minute and slower in the next, so a prediction is compared with runs
that follow it at once, and no single round decides. The table has the medians of the
predictions, of the rounds' median periods, and of the rounds' differences, with the
least and the greatest difference. With --limit the exit status tells whether every
median difference stayed within so many per cent. Nothing else should run meanwhile.

Example: test/Benchmark/predicted.py build/bin/layerpipe --limit 10

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "fashion-mnist"


def wide_mlp(layers=4, width=1024, batch=64):
    """A forward graph of equal linear layers with relu between them, as text."""
    square, vector = f"tensor<{width}x{width}xf32>", f"tensor<{batch}x{width}xf32>"
    lines = [
        "layerpipe.graph forward @wide {",
        f"  %a0 = layerpipe.input : {vector}",
        f"  %t = layerpipe.labels : tensor<{batch}xi32>",
    ]
    for layer in range(1, layers + 1):
        result = f"a{layer}" if layer == layers else f"z{layer}"
        lines += [
            f'  %w{layer} = layerpipe.parameter "fc{layer}.weight" uniform(0.03) : {square}',
            f"  %{result} = layerpipe.linear %a{layer - 1}, %w{layer}"
            f" : ({vector}, {square}) -> {vector}",
        ]
        if layer < layers:
            lines.append(f"  %a{layer} = layerpipe.relu %z{layer} : ({vector}) -> {vector}")
    lines += [
        f"  %loss = layerpipe.softmax_cross_entropy %a{layers}, %t"
        f" : ({vector}, tensor<{batch}xi32>) -> tensor<f32>",
        "}",
    ]
    return "\n".join(lines) + "\n"


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"predicted.py: {' '.join(map(str, command))}\n{result.stderr.strip()}")
    return result.stdout


def compare(options, model, strategy, program):
    """One round: the predicted period and the median of the measured, in microseconds."""
    run([options.layerpipe, "compile", model, "-p", str(options.processors), "--strategy",
         strategy, "--cost-model", "measure", "--kernel-cache", "none", "-o", program])
    measured = []
    for _ in range(options.runs):
        text = run([program, "--data", "synthetic", "--steps", str(options.steps)])
        found = re.search(r"period measured ([0-9.]+) us, predicted ([0-9.]+) us", text)
        measured.append(float(found[1]))
    return float(found[2]), statistics.median(measured)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("layerpipe", help="path of layerpipe")
    parser.add_argument("-p", "--processors", type=int, default=2)
    parser.add_argument("--strategies", default="layerpipe-intra,layerpipe")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--limit", type=float, help="per cent that the median may differ by")
    options = parser.parse_args()
    beyond = 0
    print(f"{'network':>8}  {'strategy':>15}  {'predicted us':>12}  {'measured us':>11}"
          f"  {'differs %':>9}  {'from':>6}  {'to':>6}")
    with tempfile.TemporaryDirectory() as folder:
        wide = pathlib.Path(folder) / "wide.mlir"
        wide.write_text(wide_mlp())
        for model in [EXAMPLES / "mlp.mlir", EXAMPLES / "lenet.mlir", wide]:
            for strategy in options.strategies.split(","):
                program = pathlib.Path(folder) / f"{model.stem}-{strategy}"
                rounds = [compare(options, model, strategy, program)
                          for _ in range(options.rounds)]
                predicted, measured = map(statistics.median, zip(*rounds))
                differences = [100 * (found / expected - 1) for expected, found in rounds]
                differs = statistics.median(differences)
                beyond += options.limit is not None and abs(differs) > options.limit
                print(f"{model.stem:>8}  {strategy:>15}  {predicted:>12.1f}  {measured:>11.1f}"
                      f"  {differs:>9.1f}  {min(differences):>6.1f}  {max(differences):>6.1f}",
                      flush=True)
    if beyond:
        sys.exit(f"predicted.py: {beyond} predictions are off by more than {options.limit} %")


if __name__ == "__main__":
    main()
