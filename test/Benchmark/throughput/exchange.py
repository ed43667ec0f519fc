"""What the contestants exchange: data as IDX files, parameters as safetensors.

The peers' Python may have no NumPy, so this needs none.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import math
import random
import struct

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


def _write_idx(path, shape, data):
    header = struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape)
    path.write_bytes(header + data)


def write_data(folder, network, batches):
    """Random pixels and classes for so many batches, the same in each run."""
    source = random.Random(1)
    samples = network.batch * batches
    elements = math.prod(network.sample)
    _write_idx(folder / IMAGES, (samples, 1, elements), source.randbytes(samples * elements))
    classes = bytes(source.randrange(network.classes) for _ in range(samples))
    _write_idx(folder / LABELS, (samples,), classes)


def read_idx(path):
    """The bytes of an IDX file, without its shape."""
    content = path.read_bytes()
    return content[4 + 4 * content[3]:]


def read_safetensors(path):
    """Name → (shape, bytes of little-endian f32)."""
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    data = content[8 + length:]
    return {
        name: (entry["shape"], data[slice(*entry["data_offsets"])])
        for name, entry in json.loads(content[8:8 + length]).items()
        if name != "__metadata__"
    }
