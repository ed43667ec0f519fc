"""Runs programs and compares the memory that they predict with what they measure.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import subprocess
import sys

for program in sys.argv[1:]:
    for options in ([], ["--sequential"]):
        command = [program, "--data", "synthetic", "--steps", "6", "--test", "off"]
        run = subprocess.run(
            [*command, "--format", "json", *options], capture_output=True, text=True, check=True
        )
        figures = json.loads(run.stdout)
        predicted, measured = (figures[f"{what}_memory_bytes"] for what in ("predicted", "measured"))
        difference = abs(measured / predicted - 1)
        what = "within 2 %" if difference <= 0.02 else f"off by {difference:.1%}"
        print(f"{' '.join([pathlib.Path(program).name, *options])}: {what} of {predicted} bytes")
