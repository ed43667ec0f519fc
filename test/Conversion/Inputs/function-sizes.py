"""How much code a chain of ops becomes.

usage: function-sizes.py LAYERPIPE_OPT OP LENGTH...

For each length a chain of so many ops OP is lowered. A line gives the number of
functions and the most ops in one of them.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).parents[2] / "Benchmark"))

from chain import chain  # noqa: E402

PIPELINE = (
    "builtin.module(layerpipe-pipeline{processors=1 strategy=layerpipe-intra},"
    "convert-layerpipe-to-sched,sched.program(sched-place-buffers),convert-sched-to-llvm)"
)


def sizes(text):
    """The ops of each function that is no mere declaration."""
    functions = re.finditer(r"^( *)llvm\.func [^\n]*\{\n(.*?)^\1\}", text, re.MULTILINE | re.DOTALL)
    return [len(function[2].splitlines()) for function in functions]


def main():
    program, op, *lengths = sys.argv[1:]
    for length in map(int, lengths):
        lowered = subprocess.run(
            [program, f"--pass-pipeline={PIPELINE}"],
            input=chain(length, op),
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        found = sizes(lowered)
        print(f"{op} {length}: {len(found)} functions, the largest {max(found)} ops")


if __name__ == "__main__":
    main()
