"""Checks the rows of layerpipe compare on every network of a folder.

usage: never-worse.py LAYERPIPE FOLDER

layerpipe-intra is never slower than pipedream, and layerpipe never slower than these
two, up to the tolerance of 1 % above its bound, with links and without; no period lies
below its bound; a gap has its reason.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import subprocess
import sys

# Without transfer times, and with links on which they matter in either unit.
LINKS = [
    ["-p", "2,3,5,8,16"],
    ["-p", "3,8", "--bandwidth", "0.05", "--latency", "1000"],
    ["-p", "2,16", "--bandwidth", "2"],
]


def main(layerpipe, folder):
    paths = sorted(pathlib.Path(folder).glob("*.mlir")) + sorted(pathlib.Path(folder).glob("*.txt"))
    for path in paths:
        for link in LINKS:
            command = [layerpipe, "compare", str(path), "--format", "json", *link]
            command += ["--strategies", "pipedream,layerpipe-intra,layerpipe"]
            text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rows = json.loads(text)
            assert len(rows) == (15 if link == LINKS[0] else 6), f"{path}: {len(rows)} rows"
            for pipedream, intra, split in zip(rows[::3], rows[1::3], rows[2::3]):
                place = f"{path.name} {link} P={intra['processors']}"
                assert intra["period"] <= pipedream["period"], f"{place}: slower than pipedream"
                enough = max(intra["period"], split["lower_bound"] * 101 // 100)
                assert split["period"] <= enough, f"{place}: slower than without splits"
                for row in (pipedream, intra, split):
                    assert row["period"] >= row["lower_bound"], f"{place}: below the bound"
                    assert row["gap"] == 0 or row["limited_by"], f"{place}: a gap without reason"
        print(path.name, "ok")


main(*sys.argv[1:])
