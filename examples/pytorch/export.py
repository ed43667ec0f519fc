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


def names_of(kind, count):
    """The names of one value, or of several."""
    return [kind] if count == 1 else [f"{kind}{k}" for k in range(count)]


def export_traced(module, sample, path):
    """By tracing, which keeps batch normalisation in its form for training. Use this
    for convolutional networks."""
    # Exporting runs the module once, which changes its running statistics.
    torch.onnx.export(
        copy.deepcopy(module).train(),
        inputs_of(sample),
        path,
        dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE,
        do_constant_folding=False,
        **end_names(module, sample),
    )


def export_program(module, sample, path):
    """By torch.export, PyTorch's default, with its optimizer off. It always writes batch
    normalisation in its form for inference: compile with --train-batch-norm."""
    torch.onnx.export(
        copy.deepcopy(module).train(),
        inputs_of(sample),
        path,
        dynamo=True,
        optimize=False,
        verbose=False,
        **end_names(module, sample),
    )


def inputs_of(sample):
    """A module takes a tensor, or several in a list."""
    return tuple(sample) if isinstance(sample, list) else (sample,)


def end_names(module, sample):
    """The names of the inputs, and of the outputs, which may be several in a tuple."""
    with torch.no_grad():
        outputs = copy.deepcopy(module).train()(*inputs_of(sample))
    return {
        "input_names": names_of("input", len(inputs_of(sample))),
        "output_names": names_of("output", len(outputs) if isinstance(outputs, tuple) else 1),
    }


EXPORTERS = {"traced": export_traced, "program": export_program}


def load_module(name):
    """Returns what FILE:FUNCTION returns: a module and the shape of one sample, or a list
    of shapes for a module of several inputs."""
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
    shapes = shape if isinstance(shape, list) else [shape]
    samples = [torch.randn(arguments.batch, *each) for each in shapes]
    sample = samples if isinstance(shape, list) else samples[0]
    EXPORTERS[arguments.exporter](module, sample, arguments.output)


if __name__ == "__main__":
    main()
