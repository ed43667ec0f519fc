#!/usr/bin/env python3
"""Writes ONNX models into a folder.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import sys

import numpy
import onnx
from onnx import helper, numpy_helper

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
random = numpy.random.default_rng(1)


def save(name, nodes, shape, weights, outputs=("output",)):
    def value(name, shape):
        return helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        nodes,
        name,
        [value("input", shape)],
        [value(output, None) for output in outputs],
        [numpy_helper.from_array(array, key) for key, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    onnx.save(model, str(folder / f"{name}.onnx"))


def weight(*shape):
    return random.uniform(-0.5, 0.5, shape).astype(numpy.float32)


layers = {"fc1.weight": weight(6, 4), "fc1.bias": weight(6), "fc2.weight": weight(3, 6)}
save(
    "perceptron",
    [
        helper.make_node("Gemm", ["input", "fc1.weight", "fc1.bias"], ["z"], "fc1", transB=1),
        helper.make_node("Relu", ["z"], ["a"]),
        helper.make_node("Gemm", ["a", "fc2.weight"], ["output"], "fc2", transB=1),
    ],
    ["samples", 4],
    layers,
)
numpy.save(folder / "fc1.bias.npy", layers["fc1.bias"])
save(
    "unknown",
    [
        helper.make_node("Cosh", ["input"], ["a"], "first"),
        helper.make_node("Gemm", ["a", "fc1.weight"], ["b"], "fc", transB=1),
        helper.make_node("Dropout", ["input", "ratio", "yes"], ["c"], "drop"),
        helper.make_node("Concat", ["b", "c"], ["output"], axis=1),
    ],
    [2, 4],
    {
        "fc1.weight": layers["fc1.weight"],
        "ratio": numpy.array(1, numpy.float32),
        "yes": numpy.array(True),
    },
)
save(
    "heads",
    [
        helper.make_node("Gemm", ["input", "fc1.weight"], ["hidden"], transB=1),
        helper.make_node("Gemm", ["hidden", "fc2.weight"], ["logits"], transB=1),
        helper.make_node("Softmax", ["logits"], ["shares"], axis=-1),
        helper.make_node("Tanh", ["hidden"], ["features"]),
    ],
    [2, 4],
    {"fc1.weight": layers["fc1.weight"], "fc2.weight": layers["fc2.weight"]},
    ["shares", "features"],
)
