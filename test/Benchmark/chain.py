#!/usr/bin/env python3
"""Times layerpipe-opt on chains of many small layers.

For each number of layers the whole pipeline runs on a chain of linear layers of
two neurons, and a table gives the seconds and how they grew since the row
before: an exponent of 1 is linear, 2 quadratic. With --limit the exit status
tells whether every run stayed within so many seconds.

Example: test/Benchmark/chain.py build/bin/layerpipe-opt 1000 2000 4000

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import math
import subprocess
import sys
import time

SQUARE = "tensor<2x2xf32>"


def chain(layers):
    """A forward graph of linear layers in a row, as text."""
    lines = [
        "layerpipe.graph forward @chain {",
        f"  %a0 = layerpipe.input : {SQUARE}",
        f"  %t = layerpipe.labels : {SQUARE}",
    ]
    for layer in range(1, layers + 1):
        lines += [
            f'  %w{layer} = layerpipe.parameter "l{layer}.weight" uniform(0.5) : {SQUARE}',
            f"  %a{layer} = layerpipe.linear %a{layer - 1}, %w{layer}"
            f" : ({SQUARE}, {SQUARE}) -> {SQUARE}",
        ]
    lines += [
        f"  %loss = layerpipe.mean_squared_error %a{layers}, %t"
        f" : ({SQUARE}, {SQUARE}) -> tensor<f32>",
        "}",
    ]
    return "\n".join(lines)


def seconds(opt, layers, processors, limit):
    """The time of one run; exits with an error if it fails or takes too long."""
    command = [opt, f"--layerpipe-pipeline=processors={processors}", "-o", "/dev/null"]
    start = time.perf_counter()
    try:
        subprocess.run(command, input=chain(layers), text=True, check=True, timeout=limit)
    except subprocess.TimeoutExpired:
        sys.exit(f"chain.py: {layers} layers took more than {limit} seconds")
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"chain.py: {layers} layers: {error}")
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("opt", help="path of layerpipe-opt")
    parser.add_argument("layers", type=int, nargs="+", help="lengths of the chains")
    parser.add_argument("-p", "--processors", type=int, default=4)
    parser.add_argument("--limit", type=float, help="seconds that a run may take")
    options = parser.parse_args()
    print(f"{'layers':>8}{'seconds':>10}{'exponent':>10}")
    before = None
    for layers in options.layers:
        now = seconds(options.opt, layers, options.processors, options.limit)
        exponent = ""
        if before and before[0] != layers:
            exponent = f"{math.log(now / before[1]) / math.log(layers / before[0]):.2f}"
        print(f"{layers:>8}{now:>10.2f}{exponent:>10}", flush=True)
        before = (layers, now)


if __name__ == "__main__":
    main()
