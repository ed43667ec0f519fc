#!/usr/bin/env python3
"""Writes ResNet-18 or MobileNetV2 for small images, such as CIFAR-10's.

  make-network.py resnet18 --width 16 --image 1x28x28 > resnet18.mlir

Both are the usual variants for images of 32x32: the first layer keeps the image's
size. All of a network is trained, batch normalisation with running statistics.
Parameters have the names of a PyTorch module of the same structure.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import importlib.util
import math
import pathlib
import sys

spec = importlib.util.spec_from_file_location(
    "networks", pathlib.Path(__file__).resolve().parent.parent / "networks" / "make-networks.py"
)
networks = importlib.util.module_from_spec(spec)
spec.loader.exec_module(networks)
tensor = networks.tensor


class Network(networks.Network):
    """Adds layers that only networks which are trained need."""

    def vector(self, name, size, start):
        text = f'layerpipe.parameter "{name}" constant({start}) : {tensor((size,))}'
        return self.emit(text, (size,), "w")

    def batch_norm(self, name, x):
        channels = x[1][1]
        running = [
            self.vector(f"{name}.running_mean", channels, "0.0"),
            self.vector(f"{name}.running_var", channels, "1.0"),
        ]
        y = self.op("batch_norm", [x, *running], x[1])
        for key, start, mnemonic in [("weight", "1.0", "mul"), ("bias", "0.0", "add")]:
            vector = self.vector(f"{name}.{key}", channels, start)
            column = self.op("reshape", [vector], (channels, 1, 1))
            y = self.op(mnemonic, [y, column], x[1])
        return y

    def convolution(self, name, x, out, kernel, stride=1, groups=1):
        """Without bias, since batch normalisation follows; padded by half a kernel."""
        batch, channels, *sides = x[1]
        padding = kernel // 2
        size = [(side + 2 * padding - kernel) // stride + 1 for side in sides]
        # He et al., 2015: a uniform bound that keeps the variance behind a relu.
        inputs = channels // groups * kernel * kernel
        shape = (out, channels // groups, kernel, kernel)
        weight = self.emit(
            f'layerpipe.parameter "{name}.weight" uniform({math.sqrt(6 / inputs):.6e}) : '
            f"{tensor(shape)}",
            shape,
            "w",
        )
        given = [f"{key} = {value}" for key, value, usual in
                 [("stride", stride, 1), ("padding", padding, 0), ("groups", groups, 1)]
                 if value != usual]
        return self.op("conv2d", [x, weight], (batch, out, *size), ", ".join(given))

    def relu6(self, x):
        return self.op("clip", [x], x[1], "least = 0.0, most = 6.0")

    def mean_of_image(self, x):
        batch, channels, height, width = x[1]
        y = self.op("avg_pool2d", [x], (batch, channels, 1, 1),
                    f"kernel = array<i64: {height}, {width}>, stride = 1")
        return self.flatten(y)


def resnet18(net, width):
    """He et al., 2016, with the stem that CIFAR-10 is usually trained with."""
    x = net.relu(net.batch_norm("bn1", net.convolution("conv1", net.x, width, 3)))
    for stage in range(4):
        out = width << stage
        for block in range(2):
            name = f"layer{stage + 1}.{block}"
            stride = 2 if stage > 0 and block == 0 else 1
            y = net.convolution(f"{name}.conv1", x, out, 3, stride)
            y = net.relu(net.batch_norm(f"{name}.bn1", y))
            y = net.batch_norm(f"{name}.bn2", net.convolution(f"{name}.conv2", y, out, 3))
            if stride != 1 or x[1][1] != out:
                x = net.convolution(f"{name}.shortcut.0", x, out, 1, stride)
                x = net.batch_norm(f"{name}.shortcut.1", x)
            x = net.relu(net.add(y, x))
    return net.linear("linear", net.mean_of_image(x), 10)


# Sandler et al., 2018, table 2: expansion, channels, blocks, stride of the first. The
# second row has stride 1 here, as the first layer has.
INVERTED = [(1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
            (6, 160, 3, 2), (6, 320, 1, 1)]


def mobilenetv2(net, width):
    """A width of 32 is the paper's; all channels are in proportion, multiples of 4."""

    def wide(channels):
        return max(4, 4 * round(channels * width / 32 / 4))

    x = net.relu6(net.batch_norm("bn1", net.convolution("conv1", net.x, wide(32), 3)))
    number = 0
    for expansion, channels, blocks, first in INVERTED:
        for block in range(blocks):
            name, stride, out = f"layers.{number}", first if block == 0 else 1, wide(channels)
            inner = expansion * x[1][1]
            y = x
            if expansion != 1:
                y = net.convolution(f"{name}.conv1", y, inner, 1)
                y = net.relu6(net.batch_norm(f"{name}.bn1", y))
            y = net.convolution(f"{name}.conv2", y, inner, 3, stride, groups=inner)
            y = net.relu6(net.batch_norm(f"{name}.bn2", y))
            y = net.batch_norm(f"{name}.bn3", net.convolution(f"{name}.conv3", y, out, 1))
            x = net.add(y, x) if stride == 1 and x[1][1] == out else y
            number += 1
    x = net.relu6(net.batch_norm("bn2", net.convolution("conv2", x, wide(1280), 1)))
    return net.linear("linear", net.mean_of_image(x), 10)


NETWORKS = {"resnet18": (resnet18, 64), "mobilenetv2": (mobilenetv2, 32)}


def shape(text):
    sizes = tuple(int(size) for size in text.split("x"))
    if len(sizes) != 3 or min(sizes) < 1:
        raise ValueError(text)
    return sizes


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("--width", type=int, help="channels of the first layer (default 64, 32)")
    parser.add_argument("--image", type=shape, default=(3, 32, 32), help="default 3x32x32")
    parser.add_argument("--batch", type=int, default=128, help="samples per iteration")
    arguments = parser.parse_args()
    make, usual = NETWORKS[arguments.network]
    width = usual if arguments.width is None else arguments.width
    if width < 1 or arguments.batch < 1:
        sys.exit("make-network.py: width and batch are at least 1")
    comment = [f"{arguments.network} for images of {'x'.join(map(str, arguments.image))}, of",
               f"width {width}; examples/cifar/make-network.py wrote it."]
    net = Network(arguments.network, comment, (arguments.batch, *arguments.image))
    sys.stdout.write(net.classify(make(net, width)))


if __name__ == "__main__":
    main()
