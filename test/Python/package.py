"""Tests of the Python package: values, drawings, and what the programs answer.

usage: package.py SOURCE [unittest's options]

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import os
import pathlib
import shutil
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(SOURCE / "tools/python"))

import layerpipe  # noqa: E402

CHAIN = SOURCE / "test/Unit/Schedule/chain.json"
ROWS = "0F0,0F1,0B0,0B1\n1F0,1B0,1F1,1B1\n"
HAS_PROGRAM = shutil.which(os.environ.get("LAYERPIPE", "layerpipe")) is not None


class Model:
    """Stands for a module of PyTorch."""

    def __init__(self, **children):
        self.children = children

    def named_children(self):
        return self.children.items()


class ModuleList(Model):
    pass


class ValuesTest(unittest.TestCase):
    def test_schedule(self):
        schedule = layerpipe.Schedule.load(CHAIN)
        self.assertEqual(schedule.processors, len(schedule.json["processors"]))
        self.assertEqual(len(schedule.tasks), len(schedule.json["tasks"]))
        with self.assertRaisesRegex(ValueError, "no schedule of layerpipe"):
            layerpipe.Schedule.from_json({"format": "other"})

    def test_firings(self):
        schedule = layerpipe.Schedule.load(CHAIN)
        firings = list(schedule.firings(4))
        for firing in firings:
            self.assertGreaterEqual(firing.iteration, 0)
            begin = (firing.iteration + firing.task.lag) * schedule.period
            self.assertEqual(firing.begin, begin + firing.task.start)
        rows = {}
        for firing in sorted(firings, key=lambda firing: firing.begin):
            end = rows.get(firing.task.processor, 0)
            self.assertGreaterEqual(firing.begin, end)
            rows[firing.task.processor] = firing.end
        self.assertEqual(len(rows), schedule.processors)

    def test_compare_row(self):
        row = layerpipe.CompareRow.from_json(
            {"strategy": "s", "processors": 2, "time_unit": "ns", "period": 7, "new": 1}
        )
        self.assertEqual((row.period, row.gap, row.more), (7, None, {"new": 1}))

    def test_module_names(self):
        block = Model(attention=Model(), mlp=Model(up=Model(), down=Model()))
        layers = ModuleList(**{"0": block, "1": block})
        model = Model(tok_embeddings=Model(), layers=layers, norm=Model())
        self.assertEqual(
            layerpipe.module_names(model),
            ["tok_embeddings", "layers.0", "layers.1", "norm"],
        )
        self.assertEqual(
            layerpipe.module_names(model, depth=2)[1:3],
            ["layers.0.attention", "layers.0.mlp"],
        )
        self.assertIn("layers.1.mlp.down", layerpipe.module_names(model, depth=3))

    def test_timeline(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            self.skipTest("there is no matplotlib")
        schedule = layerpipe.Schedule.load(CHAIN)
        axes = layerpipe.timeline(schedule, periods=3).axes[0]
        self.assertEqual(len(axes.collections), len(list(schedule.firings(3))))

    def test_missing_program(self):
        before = os.environ.get("LAYERPIPE")
        os.environ["LAYERPIPE"] = "/nowhere/layerpipe"
        try:
            with self.assertRaisesRegex(layerpipe.ProgramError, "can't run"):
                layerpipe.check(CHAIN)
        finally:
            del os.environ["LAYERPIPE"]
            if before is not None:
                os.environ["LAYERPIPE"] = before


@unittest.skipUnless(HAS_PROGRAM, "there is no program layerpipe")
class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.rows = pathlib.Path(folder.name, "rows.csv")
        self.rows.write_text(ROWS)
        self.made = pathlib.Path(folder.name, "made.csv")

    def test_check(self):
        found = layerpipe.check(self.rows)
        self.assertEqual(found.format, "pytorch-csv")
        self.assertEqual(found.facts["makespan"], 9)
        self.assertEqual(layerpipe.check(CHAIN).format, "layerpipe-schedule")
        self.rows.write_text("0F0,0FOO\n")
        with self.assertRaisesRegex(layerpipe.CheckError, "row 1, cell 2: '0FOO'"):
            layerpipe.check(self.rows)

    def test_to_torch_csv(self):
        layerpipe.to_torch_csv(self.rows, self.made)
        self.assertEqual(self.made.read_text(), "0F0,0F1,,0B0,,0B1\n,1F0,1B0,1F1,1B1\n")
        layerpipe.to_torch_csv(self.rows, self.made, communicate=True)
        found = layerpipe.check(self.made, ["eager", "pair", "rank", "host", "edge"])
        self.assertEqual(found.facts["level"], "compute_comms")
        with self.assertRaisesRegex(layerpipe.ProgramError, "is no version"):
            layerpipe.to_torch_csv(self.rows, self.made, pytorch="two")

    def test_compare(self):
        network = SOURCE / "docs/examples/chain.mlir"
        rows = layerpipe.compare(
            network, [2], ["pipedream"], ["--cost-model", "macs"]
        )
        self.assertEqual([row.strategy for row in rows], ["pipedream"])
        self.assertGreater(rows[0].period, 0)
        with self.assertRaises(layerpipe.ProgramError):
            layerpipe.compare(network, [0])


unittest.main()
