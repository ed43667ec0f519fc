"""Reads what layerpipe's programs read and write: IDX, safetensors, JSON lines.

Written against the formats alone, so that a defect on one side shows.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import gzip
import json
import struct

import numpy


def read_idx(path):
    """The bytes of an IDX file of unsigned bytes, in its own shape."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rb") as file:
        zero, kind, rank = struct.unpack(">HBB", file.read(4))
        assert (zero, kind) == (0, 8), path
        shape = struct.unpack(f">{rank}I", file.read(4 * rank))
        return numpy.frombuffer(file.read(), numpy.uint8).reshape(shape)


def read_training_data(folder):
    """Pixels in 0 … 1 as float32, one row per image, and labels."""
    images = read_idx(f"{folder}/train-images-idx3-ubyte.gz")
    labels = read_idx(f"{folder}/train-labels-idx1-ubyte.gz")
    pixels = images.reshape(len(images), -1).astype(numpy.float32) / numpy.float32(255)
    return pixels, labels.astype(numpy.int64)


def read_safetensors(path):
    """Name → array."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        assert entry["dtype"] == "F32", name
        begin, end = entry["data_offsets"]
        tensors[name] = numpy.frombuffer(data[begin:end], "<f4").reshape(entry["shape"])
    return tensors


def read_losses(path):
    """The losses of a --metrics file, by step; the steps are 0, 1, 2, …"""
    with open(path) as file:
        lines = [json.loads(line) for line in file]
    assert [line["step"] for line in lines] == list(range(len(lines)))
    return numpy.array([line["loss"] for line in lines])


def read_staleness(path):
    """Parameter → staleness, from a schedule file."""
    with open(path) as file:
        schedule = json.load(file)
    return {parameter["name"]: parameter["staleness"] for parameter in schedule["parameters"]}
