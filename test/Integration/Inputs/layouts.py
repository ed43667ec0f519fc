"""Made-up measurements for a choice of layouts, and a comparison of what was trained.

    layouts.py times FILE ROWS LAYOUT   gives the layers of FILE oneDNN's candidate, which
                                        takes ROWS ± 1 % ns with weights in rows, LAYOUT ± 1 %
                                        with weights in the first layout by its text that such
                                        layers have, and a hundred times ROWS in any other one
    layouts.py losses A B               compares two files of metrics
    layouts.py parameters A B           compares two checkpoints

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import struct
import sys

import numpy

TOLERANCE = 1e-4


CANDIDATES = {"linear": "onednn.any", "conv2d": "onednn.direct"}


def write_times(path, rows, layout):
    measurements = json.loads(pathlib.Path(path).read_text())
    first = {}
    for kernel in measurements["machines"][0]["kernels"]:
        kind = kernel["op"].split("_")[0]
        if "weights" in kernel:
            first[kind] = min(first.get(kind, kernel["weights"]), kernel["weights"])
    for kernel in measurements["machines"][0]["kernels"]:
        kind = kernel["op"].split("_")[0]
        if kind in CANDIDATES:
            time = {"": rows, first.get(kind): layout}.get(kernel.get("weights", ""), 100 * rows)
            kernel["candidates"] = [{"name": CANDIDATES[kind], "median": time,
                                     "low": time * 99 // 100, "high": time * 101 // 100}]
    pathlib.Path(path).write_text(json.dumps(measurements))
    print("layouts of", ", ".join(sorted(first)) or "nothing")


def losses_of(path):
    return [json.loads(line)["loss"] for line in pathlib.Path(path).read_text().splitlines()]


def parameters_of(path):
    data = pathlib.Path(path).read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    values = {}
    for name, tensor in sorted(header.items()):
        begin, end = (8 + size + offset for offset in tensor["data_offsets"])
        values[name] = numpy.frombuffer(data[begin:end], dtype="<f4")
    return values


def main(command, first, second, *rest):
    if command == "times":
        write_times(first, int(second), int(rest[0]))
        return
    if command == "losses":
        a, b = losses_of(first), losses_of(second)
        assert len(a) == len(b) > 1 and a[0] != a[-1]
        numpy.testing.assert_allclose(a, b, rtol=TOLERANCE)
        print(f"{len(a)} losses agree")
        return
    a, b = parameters_of(first), parameters_of(second)
    assert a.keys() == b.keys()
    for name, value in a.items():
        numpy.testing.assert_allclose(b[name], value, rtol=0,
                                      atol=TOLERANCE * numpy.abs(value).max(), err_msg=name)
    print(f"{len(a)} parameters agree")


main(*sys.argv[1:])
