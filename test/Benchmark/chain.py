#!/usr/bin/env python3
"""Times `layerpipe compile` on chains of many small ops.

For each length a network is compiled to an executable, and a table gives the
processor time, the elapsed time, the peak memory, and how the processor time
grew since the row before: an exponent of 1 is linear, 2 quadratic. --op chooses
what the chain is made of: linear layers of two neurons, or elementwise ops
behind one layer.

Example: test/Benchmark/chain.py build/bin/layerpipe 250 500 1000

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SQUARE = "tensor<2x2xf32>"


def layer(number, source, result):
    """A linear layer, as text."""
    return [
        f'  %w{number} = layerpipe.parameter "l{number}.weight" uniform(0.5) : {SQUARE}',
        f"  {result} = layerpipe.linear {source}, %w{number}"
        f" : ({SQUARE}, {SQUARE}) -> {SQUARE}",
    ]


def chain(length, op):
    """A forward graph of `length` such ops in a row, as text."""
    lines = [
        "layerpipe.graph forward @chain {",
        f"  %x = layerpipe.input : {SQUARE}",
        f"  %t = layerpipe.labels : {SQUARE}",
        *layer(0, "%x", "%a0"),
    ]
    for number in range(1, length + 1):
        source, result = f"%a{number - 1}", f"%a{number}"
        if op == "linear":
            lines += layer(number, source, result)
        else:
            lines.append(f"  {result} = layerpipe.{op} {source} : ({SQUARE}) -> {SQUARE}")
    lines += [
        f"  %loss = layerpipe.mean_squared_error %a{length}, %t"
        f" : ({SQUARE}, {SQUARE}) -> tensor<f32>",
        "}",
    ]
    return "\n".join(lines) + "\n"


def compile_chain(options, length, folder):
    """Processor seconds, elapsed seconds and peak megabytes of one compilation."""
    model = folder / "chain.mlir"
    model.write_text(chain(length, options.op), encoding="utf-8")
    command = [options.program, "compile", str(model), "-p", str(options.processors),
               "--kernels", "portable"]
    command += ["--strategy", options.strategy, "-o", str(folder / "chain")]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"chain.py: {length} ops: exit status {process.returncode}")
    return usage.ru_utime + usage.ru_stime, elapsed, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("program", help="path of layerpipe")
    parser.add_argument("lengths", type=int, nargs="+", help="ops in each chain")
    parser.add_argument("--op", choices=["linear", "relu", "tanh"], default="linear")
    parser.add_argument("-p", "--processors", type=int, default=1)
    parser.add_argument("--strategy", default="layerpipe-intra")
    options = parser.parse_args()
    print(f"{'ops':>8}{'CPU s':>10}{'elapsed s':>11}{'peak MB':>9}{'exponent':>10}")
    before = None
    for length in options.lengths:
        with tempfile.TemporaryDirectory() as folder:
            now, elapsed, peak = compile_chain(options, length, pathlib.Path(folder))
        exponent = ""
        if before and before[0] != length:
            exponent = f"{math.log(now / before[1]) / math.log(length / before[0]):.2f}"
        print(f"{length:>8}{now:>10.2f}{elapsed:>11.2f}{peak:>9.0f}{exponent:>10}", flush=True)
        before = (length, now)


if __name__ == "__main__":
    main()
