"""The networks of the throughput benchmark, each described once for all contestants.

A description is plain data: layerpipe gets it as MLIR text, the peers as JSON, from
which they build the same model with parameters of the same names and shapes.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import dataclasses
import importlib.util
import math
import pathlib

EXAMPLES = pathlib.Path(__file__).resolve().parents[3] / "examples" / "networks"


@dataclasses.dataclass(frozen=True)
class Network:
    """A network with its batch, loss and optimizer.

    `sample` is the shape of one sample. A layer is a list: ["linear", outputs],
    ["conv", channels, window, padding], ["pool", window], ["relu"], ["tanh"] or
    ["flatten"]. The loss is "cross_entropy" over as many classes as the last layer
    has outputs, or "mean_squared_error". JAX is a peer of small networks only.
    """

    key: str
    title: str
    batch: int
    sample: tuple
    layers: tuple
    loss: str = "cross_entropy"
    momentum: float = 0
    small: bool = False

    @property
    def classes(self):
        return [layer[1] for layer in self.layers if layer[0] == "linear"][-1]

    @property
    def is_convolutional(self):
        return any(layer[0] == "conv" for layer in self.layers)

    def description(self):
        """What a peer needs, as JSON."""
        return {**dataclasses.asdict(self), "classes": self.classes}


def _mlp(key, title, batch, widths, activation="relu", **options):
    layers = []
    for width in widths[1:]:
        layers += [["linear", width], [activation]]
    return Network(key, title, batch, (widths[0],), tuple(layers[:-1]), **options)


def _lenet():
    layers = [["conv", 6, 5, 2], ["relu"], ["pool", 2], ["conv", 16, 5, 0], ["relu"], ["pool", 2]]
    layers += [["flatten"], ["linear", 120], ["relu"], ["linear", 84], ["relu"], ["linear", 10]]
    return Network("lenet", "LeNet-5 28×28", 64, (1, 28, 28), tuple(layers), small=True)


def _vgg11():
    """Configuration A of Simonyan and Zisserman, with the one dense layer that images of
    32×32 leave."""
    layers = []
    for block in [(64,), (128,), (256, 256), (512, 512), (512, 512)]:
        for channels in block:
            layers += [["conv", channels, 3, 1], ["relu"]]
        layers.append(["pool", 2])
    return Network("vgg11", "VGG-11 32×32", 32, (3, 32, 32),
                   (*layers, ["flatten"], ["linear", 10]))


WIDE = (784, 1024, 1024, 1024, 10)
HIGGS = (28, 300, 300, 300, 300, 300, 1)

#: The rows of the table, in order.
NETWORKS = [
    _mlp("mlp1024", "MLP 784-1024-1024-1024-10", 64, WIDE),
    _mlp("mlp1024-256", "MLP 784-1024-1024-1024-10", 256, WIDE),
    _mlp("mlp512", "MLP 784-512-256-10", 64, (784, 512, 256, 10), small=True),
    _mlp("higgs", "MLP 28-5×300-1, tanh, momentum", 100, HIGGS, "tanh",
         loss="mean_squared_error", momentum=0.9, small=True),
    _lenet(),
    _vgg11(),
]

#: A network for trying the benchmark itself, which no table names.
TINY = Network("tiny", "tiny 6×6", 8, (1, 6, 6),
               (["conv", 2, 3, 1], ["tanh"], ["pool", 2], ["flatten"], ["linear", 5], ["relu"],
                ["linear", 3]), momentum=0.9)


def find(key):
    return next((network for network in [*NETWORKS, TINY] if network.key == key), None)


def shapes(network):
    """(layer, shape of its input, shape of its output) of each layer, one sample."""
    shape = network.sample
    for layer in network.layers:
        kind, before = layer[0], shape
        if kind == "linear":
            shape = (layer[1],)
        elif kind == "conv":
            _, channels, window, padding = layer
            shape = (channels, *(side + 2 * padding - window + 1 for side in before[1:]))
        elif kind == "pool":
            shape = (before[0], *(side // layer[1] for side in before[1:]))
        elif kind == "flatten":
            shape = (math.prod(before),)
        yield layer, before, shape


def operations(network):
    """Products and sums of one training step: forward and both gradients of dense layers
    and convolutions, but for the gradient of the images, which nobody needs."""
    total, first = 0, True
    for layer, before, after in shapes(network):
        if layer[0] == "linear":
            products = before[0] * after[0]
        elif layer[0] == "conv":
            products = math.prod(after) * before[0] * layer[2] ** 2
        else:
            continue
        total += 2 * network.batch * products * (2 if first else 3)
        first = False
    return total


def _writer():
    """The class that writes the example networks as MLIR text."""
    path = EXAMPLES / "make-networks.py"
    spec = importlib.util.spec_from_file_location("make_networks", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Network


def mlir(network):
    """The network as layerpipe reads it. Layer number n has parameters named n.weight and
    n.bias, as in a PyTorch Sequential."""
    comment = [f"{network.title}, batch {network.batch}."]
    text = _writer()(network.key.replace("-", "_"), comment, (network.batch, *network.sample))
    value = text.x
    for number, (layer, _, _) in enumerate(shapes(network)):
        kind = layer[0]
        if kind == "linear":
            value = text.linear(str(number), value, layer[1])
        elif kind == "conv":
            value = text.conv(str(number), value, layer[1], layer[2], padding=layer[3])
        elif kind == "pool":
            value = text.pool(value, layer[1], layer[1])
        elif kind == "flatten":
            value = text.flatten(value)
        else:
            value = text.op(kind, [value], value[1])
    if network.loss == "cross_entropy":
        return text.classify(value)
    tensor = f"tensor<{network.batch}x{network.classes}xf32>"
    text.lines += [
        f"  %labels = layerpipe.labels : {tensor}",
        f"  %loss = layerpipe.mean_squared_error {value[0]}, %labels : ({tensor}, {tensor}) -> "
        "tensor<f32>",
        "}",
    ]
    return "\n".join(text.lines) + "\n"
