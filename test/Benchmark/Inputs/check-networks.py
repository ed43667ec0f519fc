"""Checks what the throughput benchmark says of its networks, and what peers read.

usage: check-networks.py FOLDER_OF_THE_BENCHMARK

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import math
import pathlib
import struct
import sys
import tempfile
import time

sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import exchange  # noqa: E402  (after the path)
import networks  # noqa: E402
import peer  # noqa: E402
from contest import CHECK_STEPS, Contest  # noqa: E402


def safetensors(tensors):
    """The bytes of a safetensors file of float lists."""
    header, data = {"__metadata__": {"from": "a test"}}, b""
    for name, values in tensors.items():
        encoded = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": [len(values)],
                        "data_offsets": [len(data), len(data) + len(encoded)]}
        data += encoded
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def check_exchange(folder):
    path = folder / "initial.safetensors"
    path.write_bytes(safetensors({"0.weight": [1.5, -2], "0.bias": [0.25]}))
    exchange.write_data(folder, networks.TINY, batches=3)
    job = folder / "job.json"
    job.write_text(json.dumps({
        "network": networks.TINY.description(), "variant": "eager", "threads": 2,
        "data": str(folder), "parameters": str(path), "check_steps": 1, "check_rate": 1, "rate": 0,
    }))
    job = peer.Job(job)
    assert job.parameters == {"0.weight": ([2], struct.pack("<2f", 1.5, -2)),
                              "0.bias": ([1], struct.pack("<f", 0.25))}
    samples = 3 * networks.TINY.batch
    assert (len(job.pixels), len(job.classes)) == (samples * 36, samples)
    assert set(job.classes) == set(range(networks.TINY.classes))
    assert job.network["classes"] == 3


def check_measure():
    """Time is taken until train() returns, and steps are counted."""
    steps = []

    def train(count):
        steps.append(count)
        time.sleep(1e-4 * count)

    measured = peer.measure(train, 0.01)
    assert measured["steps"] == sum(steps) and measured["seconds"] >= 0.01, measured


def check_check():
    """Contestants that compute something else are found out, and so is one that is lazy."""
    contest = Contest.__new__(Contest)
    contest.network, contest.checks = networks.TINY, []
    contest.reference = [2 - step / 100 for step in range(CHECK_STEPS)]
    contest.check("rounded", [loss * (1 + 1e-6) for loss in contest.reference])
    forgetful = contest.reference[:-1] + [contest.reference[-2]]
    for losses in (forgetful, contest.reference[:-1], [math.nan] * CHECK_STEPS):
        try:
            contest.check("other", losses)
        except SystemExit:
            continue
        raise AssertionError(losses)


def main():
    for network in networks.NETWORKS:
        print(f"{network.key}: {networks.operations(network)} operations")
    # 3·64·(784·512 + 512·256 + 256·10) − 64·784·512 products, each with a sum:
    products = 3 * 64 * (784 * 512 + 512 * 256 + 256 * 10) - 64 * 784 * 512
    assert networks.operations(networks.find("mlp512")) == 2 * products
    with tempfile.TemporaryDirectory() as folder:
        check_exchange(pathlib.Path(folder))
    check_measure()
    check_check()
    print("parameters and data survive the exchange")


main()
