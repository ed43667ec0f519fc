"""Loads what a layerpipe program has trained into the PyTorch module that it came from.

  python3 load.py networks:resnet18 trained.safetensors --images /usr/share/datasets/fashion-mnist

With --images, it computes the accuracy on Fashion-MNIST's test images, which must be what
the program printed.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import gzip
import pathlib

import numpy
import torch
from export import load_module
from safetensors.torch import load_file


def load_trained(module, path):
    """Loads the parameters. What isn't trained, as counters of batches, keeps its value."""
    trained = load_file(path)
    own = module.state_dict()
    unknown = sorted(set(trained) - set(own))
    if unknown:
        raise SystemExit(f"{path} has tensors that the module has not: {', '.join(unknown)}")
    shaped = {name: value.reshape(own[name].shape) for name, value in trained.items()}
    missing = module.load_state_dict(shaped, strict=False).missing_keys
    parameters = {name for name, _ in module.named_parameters()}
    if lost := sorted(parameters & set(missing)):
        raise SystemExit(f"{path} lacks {', '.join(lost)}")


def read_idx(path):
    data = gzip.open(path).read()
    rank = data[3]
    shape = numpy.frombuffer(data, ">u4", rank, 4).astype(int)
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * rank).reshape(shape)


def accuracy(module, folder, batch):
    images = read_idx(folder / "t10k-images-idx3-ubyte.gz")
    labels = torch.from_numpy(read_idx(folder / "t10k-labels-idx1-ubyte.gz").astype(int))
    inputs = torch.from_numpy(images.astype(numpy.float32) / 255).unsqueeze(1)
    right = 0
    with torch.no_grad():
        for samples, wanted in zip(inputs.split(batch), labels.split(batch)):
            right += int((module(samples).argmax(1) == wanted).sum())
    return right / len(labels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("module", help="FILE:FUNCTION, as export.py takes it")
    parser.add_argument("trained", help="the file that the program saved")
    parser.add_argument("--images", type=pathlib.Path, help="the folder of Fashion-MNIST")
    parser.add_argument("--batch", type=int, default=250)
    arguments = parser.parse_args()
    module, _ = load_module(arguments.module)
    load_trained(module, arguments.trained)
    module.eval()
    print(f"loaded {sum(p.numel() for p in module.parameters())} numbers of parameters")
    if arguments.images:
        print(f"test accuracy {accuracy(module, arguments.images, arguments.batch):.4f}")


if __name__ == "__main__":
    main()
