"""The picture in docs/report.md, as `layerpipe report --svg` draws it.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import tempfile

from .toolbox import ROOT

MODEL = "examples/networks/mlp.mlir"


def page(tools):
    """The SVG; named as its siblings' makers are."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        tools.run(
            "layerpipe",
            ["compare", ROOT / MODEL, "-p", "2", "--strategies", "layerpipe-intra"]
            + ["--emit-schedules", folder],
        )
        picture = folder / "timeline.svg"
        tools.run("layerpipe", ["report", folder / "mlp-layerpipe-intra-p2.json", "--svg", picture])
        return picture.read_text()
