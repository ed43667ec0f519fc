"""Exports a PyTorch module to ONNX such that layerpipe can train it.

The two functions keep every parameter of the module, with its name and its values.
Other calls of torch.onnx.export fold parameters into constants, or transpose them.

  python3 export.py networks:resnet18 resnet18.onnx

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import copy
import importlib

import torch


def export_traced(module, sample, path):
    """By tracing, which keeps batch normalisation in its form for training. Use this
    for convolutional networks."""
    # Exporting runs the module once, which changes its running statistics.
    torch.onnx.export(
        copy.deepcopy(module).train(),
        (sample,),
        path,
        dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        input_names=["input"],
        output_names=["output"],
    )


def export_program(module, sample, path):
    """By torch.export, PyTorch's default, with its optimizer off. It always writes batch
    normalisation in its form for inference: compile with --train-batch-norm."""
    torch.onnx.export(
        copy.deepcopy(module).train(),
        (sample,),
        path,
        dynamo=True,
        optimize=False,
        verbose=False,
        input_names=["input"],
        output_names=["output"],
    )


EXPORTERS = {"traced": export_traced, "program": export_program}


def load_module(name):
    """Returns what FILE:FUNCTION returns: a module and the shape of one sample."""
    file, _, function = name.partition(":")
    return getattr(importlib.import_module(file), function)()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("module", help="FILE:FUNCTION, which returns a module and a shape")
    parser.add_argument("output", help="the ONNX file")
    parser.add_argument("--exporter", choices=EXPORTERS, default="traced")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    module, shape = load_module(arguments.module)
    EXPORTERS[arguments.exporter](module, torch.randn(arguments.batch, *shape), arguments.output)


if __name__ == "__main__":
    main()
