"""Prints the sum of all task times of every network in a folder.

usage: total-time.py LAYERPIPE-OPT FOLDER

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import subprocess
import sys

PASSES = [
    "--layerpipe-differentiate",
    "--layerpipe-decouple-gradients",
    "--layerpipe-form-tasks",
    "--layerpipe-estimate-costs",
]

for path in sorted(pathlib.Path(sys.argv[2]).glob("*.mlir")):
    command = [sys.argv[1], str(path), *PASSES]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(path.stem, sum(int(time) for time in re.findall(r"time = (\d+)", text)))
