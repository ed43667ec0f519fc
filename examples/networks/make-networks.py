#!/usr/bin/env python3
"""Writes the networks of this folder: shapes and costs as their papers give them.

usage: make-networks.py [--check] FOLDER

--check compares the files with what would be written.

Layers that layerpipe has no op for are opaque: they carry the multiply-accumulates
of their matrix products and the true sizes of what they read and write.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math
import pathlib
import sys


def tensor(shape):
    return f"tensor<{'x'.join(map(str, shape))}xf32>"


class Network:
    """The text of one graph, written layer by layer; a value is (name, shape)."""

    def __init__(self, name, comment, input_shape):
        self.lines = [f"// {line}" for line in comment]
        self.lines += ["", f"layerpipe.graph forward @{name} {{"]
        self.count = 0
        self.x = self.emit(f"layerpipe.input : {tensor(input_shape)}", input_shape)

    def emit(self, text, shape, mnemonic="x"):
        value = f"%{mnemonic}{self.count}"
        self.count += 1
        self.lines.append(f"  {value} = {text}")
        return value, tuple(shape)

    def parameter(self, name, shape):
        bound = 1 / math.sqrt(math.prod(shape[1:]) if len(shape) > 1 else shape[0])
        text = f'layerpipe.parameter "{name}" uniform({bound:.6e}) : {tensor(shape)}'
        return self.emit(text, shape, "w")

    def op(self, mnemonic, operands, shape, attributes=""):
        names = ", ".join(name for name, _ in operands)
        types = ", ".join(tensor(s) for _, s in operands)
        attributes = f" {{{attributes}}}" if attributes else ""
        text = f"layerpipe.{mnemonic} {names}{attributes} : ({types}) -> {tensor(shape)}"
        return self.emit(text, shape)

    def conv(self, name, x, out, kernel, stride=1, padding=0, bias=True):
        batch, channels, height, width = x[1]
        size = [(side + 2 * padding - kernel) // stride + 1 for side in (height, width)]
        operands = [x, self.parameter(f"{name}.weight", (out, channels, kernel, kernel))]
        if bias:
            operands.append(self.parameter(f"{name}.bias", (out,)))
        given = [f"stride = {stride}"] if stride != 1 else []
        given += [f"padding = {padding}"] if padding else []
        return self.op("conv2d", operands, (batch, out, *size), ", ".join(given))

    def linear(self, name, x, out, bias=True):
        operands = [x, self.parameter(f"{name}.weight", (out, x[1][1]))]
        if bias:
            operands.append(self.parameter(f"{name}.bias", (out,)))
        return self.op("linear", operands, (x[1][0], out))

    def relu(self, x):
        return self.op("relu", [x], x[1])

    def add(self, a, b):
        return self.op("add", [a, b], a[1])

    def pool(self, x, kernel, stride, kind="max_pool2d"):
        batch, channels, *sides = x[1]
        size = [(side - kernel) // stride + 1 for side in sides]
        attributes = f"kernel = {kernel}, stride = {stride}"
        return self.op(kind, [x], (batch, channels, *size), attributes)

    def flatten(self, x):
        return self.op("flatten", [x], (x[1][0], math.prod(x[1][1:])))

    def opaque(self, name, x, shape, weights=(), macs=(0, 0, 0)):
        values = [self.parameter(f"{name}.{key}", size) for key, size in weights]
        text = f'layerpipe.opaque "{name}"({x[0]})'
        if values:
            names = ", ".join(value for value, _ in values)
            types = ", ".join(tensor(size) for _, size in values)
            text += f" weights({names} : {types})"
        text += f" {{macs = array<i64: {', '.join(map(str, macs))}>}}"
        text += f" : ({tensor(x[1])}) -> {tensor(shape)}"
        return self.emit(text, shape)

    def norm(self, name, x):
        """Batch or layer normalisation: scale and shift per channel, no products."""
        channels = (x[1][1],)
        return self.opaque(name, x, x[1], [("scale", channels), ("shift", channels)])

    def classify(self, x):
        batch = x[1][0]
        self.lines.append(f"  %labels = layerpipe.labels : tensor<{batch}xi32>")
        self.lines.append(
            f"  %loss = layerpipe.softmax_cross_entropy {x[0]}, %labels : "
            f"({tensor(x[1])}, tensor<{batch}xi32>) -> tensor<f32>"
        )
        return "\n".join(self.lines) + "\n}\n"


def vgg16():
    comment = ["VGG-16 (Simonyan and Zisserman, 2015, configuration D) without dropout."]
    net = Network("vgg16", comment, (1, 3, 224, 224))
    x = net.x
    for block, (depth, channels) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 1):
        for layer in range(1, depth + 1):
            x = net.relu(net.conv(f"conv{block}_{layer}", x, channels, 3, padding=1))
        x = net.pool(x, 2, 2)
    x = net.flatten(x)
    x = net.relu(net.linear("fc6", x, 4096))
    x = net.relu(net.linear("fc7", x, 4096))
    return net.classify(net.linear("fc8", x, 1000))


def alexnet():
    comment = [
        "AlexNet in the one-column form of Krizhevsky, 2014, without dropout and local",
        "response normalisation.",
    ]
    net = Network("alexnet", comment, (1, 3, 224, 224))
    x = net.pool(net.relu(net.conv("conv1", net.x, 64, 11, 4, 2)), 3, 2)
    x = net.pool(net.relu(net.conv("conv2", x, 192, 5, 1, 2)), 3, 2)
    x = net.relu(net.conv("conv3", x, 384, 3, 1, 1))
    x = net.relu(net.conv("conv4", x, 256, 3, 1, 1))
    x = net.pool(net.relu(net.conv("conv5", x, 256, 3, 1, 1)), 3, 2)
    x = net.flatten(x)
    x = net.relu(net.linear("fc6", x, 4096))
    x = net.relu(net.linear("fc7", x, 4096))
    return net.classify(net.linear("fc8", x, 1000))


def residual_block(net, name, x, channels, out, stride, bottleneck):
    """A basic block, or a bottleneck with its stride in the 3x3 convolution."""
    if bottleneck:
        steps = [(channels, 1, 1, 0), (channels, 3, stride, 1), (out, 1, 1, 0)]
    else:
        steps = [(channels, 3, stride, 1), (channels, 3, 1, 1)]
    y = x
    for index, (width, kernel, step, padding) in enumerate(steps, 1):
        y = net.conv(f"{name}.conv{index}", y, width, kernel, step, padding, bias=False)
        y = net.norm(f"{name}.bn{index}", y)
        if index < len(steps):
            y = net.relu(y)
    if stride != 1 or x[1][1] != out:
        x = net.conv(f"{name}.down", x, out, 1, stride, bias=False)
        x = net.norm(f"{name}.down_bn", x)
    return net.relu(net.add(y, x))


def resnet(depths, bottleneck):
    count = {(2, 2, 2, 2): 18, (3, 4, 6, 3): 50}[depths]
    comment = [
        f"ResNet-{count} (He et al., 2016). Batch normalisation is opaque; the first",
        "pooling has windows of 2x2 in place of overlapping ones of 3x3.",
    ]
    net = Network(f"resnet{count}", comment, (1, 3, 224, 224))
    x = net.conv("conv1", net.x, 64, 7, 2, 3, bias=False)
    x = net.relu(net.norm("bn1", x))
    x = net.pool(x, 2, 2)
    for stage, depth in enumerate(depths):
        channels = 64 << stage
        for block in range(depth):
            stride = 2 if stage > 0 and block == 0 else 1
            out = 4 * channels if bottleneck else channels
            name = f"layer{stage + 1}.{block}".replace(".", "_")
            x = residual_block(net, name, x, channels, out, stride, bottleneck)
    x = net.flatten(net.pool(x, 7, 1, "avg_pool2d"))
    return net.classify(net.linear("fc", x, 1000))


def mlp():
    net = Network("mlp", ["Eight equal fully connected layers."], (64, 1024))
    x = net.x
    for layer in range(1, 8):
        x = net.relu(net.linear(f"fc{layer}", x, 1024))
    return net.classify(net.linear("fc8", x, 1024))


def spiking():
    comment = [
        "A convolutional chain in the style of spiking networks (SpikePipe, arXiv",
        "2406.06879): 8 convolutions and 2 linear layers on images of 32x32, a row of the",
        "batch per time step, 4 steps. relu stands for a neuron's threshold: with a",
        "surrogate gradient it costs the same, elementwise forward and backward.",
    ]
    net = Network("spiking", comment, (4, 3, 32, 32))
    x = net.x
    for block, channels in enumerate([64, 128, 256, 512], 1):
        for layer in (1, 2):
            x = net.relu(net.conv(f"conv{block}_{layer}", x, channels, 3, padding=1, bias=False))
        x = net.pool(x, 2, 2, "avg_pool2d")
    x = net.flatten(x)
    x = net.relu(net.linear("fc1", x, 1024, bias=False))
    return net.classify(net.linear("fc2", x, 10, bias=False))


def gpt(blocks=12, tokens=1024, width=768, vocabulary=50257):
    comment = [
        "A stack of transformer blocks of GPT-2's size (Radford et al., 2019): 12 blocks",
        "of width 768, one sequence of 1,024 tokens, a row per token. The embedding is a",
        "table that is looked up; attention, normalisation and the embedding are opaque.",
        "Embedding and head do not share their weights.",
    ]
    net = Network("gpt", comment, (tokens, width))
    rows = [("weight", (vocabulary, width))]
    x = net.opaque("embedding", net.x, (tokens, width), rows)
    # Scores and their products with the values; both have two gradients.
    products = 2 * tokens * tokens * width
    for block in range(blocks):
        name = f"h{block}"
        y = net.norm(f"{name}_ln1", x)
        y = net.linear(f"{name}_qkv", y, 3 * width)
        y = net.opaque(f"{name}_attention", y, (tokens, width), macs=(products, 2 * products, 0))
        x = net.add(net.linear(f"{name}_projection", y, width), x)
        y = net.norm(f"{name}_ln2", x)
        y = net.linear(f"{name}_up", y, 4 * width)
        y = net.opaque(f"{name}_gelu", y, y[1])
        x = net.add(net.linear(f"{name}_down", y, width), x)
    x = net.norm("ln", x)
    return net.classify(net.linear("head", x, vocabulary, bias=False))


def branches(blocks=3):
    """A made-up profile in PipeDream's format: blocks of four branches of unequal
    length that are joined again, as in Inception networks."""
    nodes, edges = [], []

    def node(description, forward, backward, activation, parameters, *sources):
        name = f"node{len(nodes) + 1}"
        nodes.append(
            f"{name} -- {description} -- forward_compute_time={forward:.3f}, "
            f"backward_compute_time={backward:.3f}, activation_size={activation}.000, "
            f"parameter_size={parameters}.000"
        )
        edges.extend(f"\t{source} -- {name}" for source in sources)
        return name

    x = node("Input0", 9.0, 0.0, 0, 0)
    x = node("Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2))", 2.8, 4.1, 3211264, 37632, x)
    for block in range(blocks):
        scale, ends = 1 + block, []
        for branch, depth in enumerate([1, 2, 3, 1]):
            y = x
            for step in range(depth):
                width = 16 * (branch + 1) * scale
                time = 0.3 * (branch + 1) + 0.1 * step + 0.2 * scale
                size = 802816 // scale
                y = node(f"Conv2d({width}, {width}, kernel_size=(3, 3))", time, 1.9 * time, size,
                         36 * width * width, y)
                y = node("ReLU(inplace)", 0.05, 0.06, size, 0, y)
            ends.append(y)
        x = node("Concat(4)", 0.08, 0.09, 3211264 // scale, 0, *ends)
    x = node("AdaptiveAvgPool2d(output_size=(1, 1))", 0.02, 0.04, 65536, 0, x)
    node("Linear(in_features=1024, out_features=1000, bias=True)", 0.4, 0.7, 128000, 4100000, x)
    return "\n".join(nodes + edges) + "\n"


NETWORKS = {
    "vgg16": vgg16,
    "alexnet": alexnet,
    "resnet18": lambda: resnet((2, 2, 2, 2), False),
    "resnet50": lambda: resnet((3, 4, 6, 3), True),
    "mlp": mlp,
    "spiking": spiking,
    "gpt": gpt,
}


def main():
    check = sys.argv[1:2] == ["--check"]
    arguments = sys.argv[2:] if check else sys.argv[1:]
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.exit(__doc__)
    folder = pathlib.Path(arguments[0])
    texts = {f"{name}.mlir": make() for name, make in NETWORKS.items()}
    texts["branches.txt"] = branches()
    for name, text in texts.items():
        if not check:
            (folder / name).write_text(text)
        elif (folder / name).read_text() != text:
            sys.exit(f"{folder / name} differs from what {sys.argv[0]} writes")


if __name__ == "__main__":
    main()
