"""Networks of the families that people train, narrow enough for a test.

Each function returns a module and the shape of one sample. Dropout is left out.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import torch
from torch import nn
from torch.nn import functional as F


def mlp():
    """A perceptron with layer normalisation and GELU."""
    layers = [nn.Linear(20, 32), nn.LayerNorm(32), nn.GELU(), nn.Linear(32, 10)]
    return nn.Sequential(*layers), (20,)


def lenet():
    """LeNet-5 with ReLU; LeCun et al. 1998."""
    return (
        nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(400, 32),
            nn.ReLU(),
            nn.Linear(32, 10),
        ),
        (1, 28, 28),
    )


def autoencoder():
    """Convolutions down, transposed convolutions up; trained by squared error."""
    return (
        nn.Sequential(
            nn.Conv2d(1, 8, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(8, 16, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 1, 2, stride=2),
            nn.Sigmoid(),
        ),
        (1, 16, 16),
    )


class UNet(nn.Module):
    """Two levels with skip connections; Ronneberger et al. 2015."""

    def __init__(self):
        super().__init__()
        self.down1, self.down2 = self.block(1, 4), self.block(4, 8)
        self.bottom = self.block(8, 16)
        self.up2 = nn.ConvTranspose2d(16, 8, 2, stride=2)
        self.join2 = self.block(16, 8)
        self.up1 = nn.Upsample(scale_factor=2, mode="bilinear")
        self.join1 = self.block(12, 4)
        self.head = nn.Conv2d(4, 2, 1)

    @staticmethod
    def block(inputs, outputs):
        return nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()
        )

    def forward(self, x):
        first = self.down1(x)
        second = self.down2(F.max_pool2d(first, 2))
        x = self.bottom(F.max_pool2d(second, 2))
        x = self.join2(torch.cat([self.up2(x), second], 1))
        x = self.join1(torch.cat([self.up1(x), first], 1))
        return self.head(x)


def unet():
    return UNet(), (1, 16, 16)


class Residual(nn.Module):
    """A basic block; He et al. 2016."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.short = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.short = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.short(x))


def resnet18(width=4):
    """ResNet-18 for small images, with its pooled stem."""
    layers = [
        nn.Conv2d(3, width, 3, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, 1),
    ]
    inputs = width
    for stage in range(4):
        outputs = width << stage
        layers += [Residual(inputs, outputs, 1 if stage == 0 else 2)]
        layers += [Residual(outputs, outputs, 1)]
        inputs = outputs
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 10)]
    return nn.Sequential(*layers), (3, 32, 32)


def vgg11_bn(width=4):
    """VGG-11 with batch normalisation; Simonyan and Zisserman 2015."""
    layers, inputs = [], 3
    for outputs in [1, "M", 2, "M", 4, 4, "M", 8, 8, "M", 8, 8]:
        if outputs == "M":
            layers.append(nn.MaxPool2d(2, 2))
            continue
        layers += [nn.Conv2d(inputs, outputs * width, 3, padding=1)]
        layers += [nn.BatchNorm2d(outputs * width), nn.ReLU()]
        inputs = outputs * width
    layers += [nn.AdaptiveAvgPool2d(2), nn.Flatten()]
    layers += [nn.Linear(4 * inputs, 32), nn.ReLU(), nn.Linear(32, 10)]
    return nn.Sequential(*layers), (3, 32, 32)


class SqueezeExcite(nn.Module):
    """Channels weighted by what the whole image shows; Hu et al. 2018."""

    def __init__(self, channels, inner, gate):
        super().__init__()
        self.reduce = nn.Conv2d(channels, inner, 1)
        self.expand = nn.Conv2d(inner, channels, 1)
        self.act, self.gate = nn.ReLU(), gate

    def forward(self, x):
        scale = F.adaptive_avg_pool2d(x, 1)
        return x * self.gate(self.expand(self.act(self.reduce(scale))))


class InvertedResidual(nn.Module):
    """A depthwise convolution between two of 1 by 1; Sandler et al. 2018."""

    def __init__(self, inputs, outputs, stride, factor, kernel, act, gate=None):
        super().__init__()
        inner = inputs * factor
        layers = []
        if factor != 1:
            layers += [nn.Conv2d(inputs, inner, 1, bias=False), nn.BatchNorm2d(inner), act()]
        layers += [
            nn.Conv2d(inner, inner, kernel, stride, kernel // 2, groups=inner, bias=False),
            nn.BatchNorm2d(inner),
            act(),
        ]
        if gate:
            layers += [SqueezeExcite(inner, max(2, inner // 4), gate())]
        layers += [nn.Conv2d(inner, outputs, 1, bias=False), nn.BatchNorm2d(outputs)]
        self.layers = nn.Sequential(*layers)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.adds else y


def inverted(blocks, act):
    """A network of inverted residuals."""
    layers = [nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), act()]
    inputs = 8
    for outputs, stride, factor, kernel, inner, gate in blocks:
        layers += [InvertedResidual(inputs, outputs, stride, factor, kernel, inner, gate)]
        inputs = outputs
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 16), act()]
    return nn.Sequential(*layers, nn.Linear(16, 10)), (3, 32, 32)


def mobilenet_v2():
    """Sandler et al. 2018."""
    act = nn.ReLU6
    blocks = [(8, 1, 1, 3, act, None), (12, 2, 6, 3, act, None), (12, 1, 6, 3, act, None)]
    return inverted(blocks + [(16, 2, 6, 3, act, None)], act)


def mobilenet_v3():
    """Howard et al. 2019."""
    blocks = [
        (8, 2, 1, 3, nn.ReLU, nn.Hardsigmoid),
        (12, 2, 4, 3, nn.ReLU, None),
        (12, 1, 4, 5, nn.Hardswish, nn.Hardsigmoid),
    ]
    return inverted(blocks, nn.Hardswish)


def efficientnet_b0():
    """Tan and Le 2019, without stochastic depth."""
    blocks = [
        (8, 1, 1, 3, nn.SiLU, nn.Sigmoid),
        (12, 2, 6, 5, nn.SiLU, nn.Sigmoid),
        (12, 1, 6, 5, nn.SiLU, nn.Sigmoid),
    ]
    return inverted(blocks, nn.SiLU)


class Dense(nn.Module):
    """A layer that reads all before it; Huang et al. 2017."""

    def __init__(self, inputs, growth):
        super().__init__()
        self.layers = nn.Sequential(
            nn.BatchNorm2d(inputs),
            nn.ReLU(),
            nn.Conv2d(inputs, 2 * growth, 1, bias=False),
            nn.BatchNorm2d(2 * growth),
            nn.ReLU(),
            nn.Conv2d(2 * growth, growth, 3, padding=1, bias=False),
        )

    def forward(self, x):
        return torch.cat([x, self.layers(x)], 1)


def densenet():
    """DenseNet with blocks of 3 and 2 layers."""
    layers = [nn.Conv2d(3, 8, 3, padding=1, bias=False)]
    layers += [Dense(8 + 4 * k, 4) for k in range(3)]
    layers += [nn.BatchNorm2d(20), nn.ReLU(), nn.Conv2d(20, 10, 1, bias=False)]
    layers += [nn.AvgPool2d(2, 2)]
    layers += [Dense(10 + 4 * k, 4) for k in range(2)]
    layers += [nn.BatchNorm2d(18), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(18, 10)), (3, 16, 16)


class Inception(nn.Module):
    """Four branches side by side; Szegedy et al. 2015."""

    def __init__(self, inputs):
        super().__init__()
        self.one = self.conv(inputs, 4, 1)
        self.three = nn.Sequential(self.conv(inputs, 3, 1), self.conv(3, 6, 3))
        self.five = nn.Sequential(self.conv(inputs, 2, 1), self.conv(2, 4, 5))
        self.pool = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), self.conv(inputs, 2, 1))

    @staticmethod
    def conv(inputs, outputs, kernel):
        conv = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
        return nn.Sequential(conv, nn.BatchNorm2d(outputs, eps=0.001), nn.ReLU())

    def forward(self, x):
        return torch.cat([self.one(x), self.three(x), self.five(x), self.pool(x)], 1)


def googlenet():
    """GoogLeNet's stem and two of its blocks."""
    layers = [Inception.conv(3, 8, 7), nn.MaxPool2d(3, 2, ceil_mode=True)]
    layers += [Inception(8), nn.MaxPool2d(3, 2, ceil_mode=True)]
    layers += [Inception(16), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10)]
    return nn.Sequential(*layers), (3, 24, 24)


class ConvNeXtBlock(nn.Module):
    """A depthwise convolution and a perceptron; Liu et al. 2022."""

    def __init__(self, channels):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.wide = nn.Linear(channels, 4 * channels)
        self.narrow = nn.Linear(4 * channels, channels)
        self.scale = nn.Parameter(torch.full((channels, 1, 1), 0.5))

    def forward(self, x):
        y = self.depthwise(x).permute(0, 2, 3, 1)
        y = self.narrow(F.gelu(self.wide(self.norm(y))))
        return x + self.scale * y.permute(0, 3, 1, 2)


def convnext():
    """Two blocks behind a patch embedding."""
    layers = [nn.Conv2d(3, 8, 4, 4), nn.GroupNorm(2, 8)]
    layers += [ConvNeXtBlock(8), ConvNeXtBlock(8)]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(8), nn.Linear(8, 10)]
    return nn.Sequential(*layers), (3, 32, 32)


class MixerBlock(nn.Module):
    """Perceptrons across patches and across channels; Tolstikhin et al. 2021."""

    def __init__(self, patches, channels):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.tokens = nn.Sequential(nn.Linear(patches, 12), nn.GELU(), nn.Linear(12, patches))
        self.channels = nn.Sequential(nn.Linear(channels, 24), nn.GELU(), nn.Linear(24, channels))

    def forward(self, x):
        x = x + self.tokens(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.channels(self.norm2(x))


class Mixer(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Conv2d(3, 16, 8, 8)
        self.blocks = nn.Sequential(MixerBlock(16, 16), MixerBlock(16, 16))
        self.norm = nn.LayerNorm(16)
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        x = self.embed(x).flatten(2).transpose(1, 2)
        return self.head(self.norm(self.blocks(x)).mean(1))


def mixer():
    """MLP-Mixer."""
    return Mixer(), (3, 32, 32)


class Attention(nn.Module):
    """Self-attention of several heads; Vaswani et al. 2017."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm = nn.LayerNorm(width)
        self.query, self.key = nn.Linear(width, width), nn.Linear(width, width)
        self.value, self.out = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x):
        batch, positions, width = x.shape

        def split(y):
            return y.reshape(batch, positions, self.heads, -1).transpose(1, 2)

        y = self.norm(x)
        query, key, value = split(self.query(y)), split(self.key(y)), split(self.value(y))
        shares = (query @ key.transpose(2, 3) / (width // self.heads) ** 0.5).softmax(-1)
        return x + self.out((shares @ value).transpose(1, 2).reshape(batch, positions, width))


class VisionTransformer(nn.Module):
    """Two blocks on the patches of an image; Dosovitskiy et al. 2021."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Conv2d(3, 16, 8, 8)
        self.blocks = nn.Sequential(*(layer for _ in range(2) for layer in self.block()))
        self.head = nn.Linear(16, 10)

    @staticmethod
    def block():
        mlp = nn.Sequential(nn.LayerNorm(16), nn.Linear(16, 32), nn.GELU(), nn.Linear(32, 16))
        return Attention(16, 2), mlp

    def forward(self, x):
        x = self.embed(x).flatten(2).transpose(1, 2)
        return self.head(self.blocks(x).mean(1))


def vit():
    """A vision transformer."""
    return VisionTransformer(), (3, 32, 32)


class TwoTowers(nn.Module):
    """Rows and images that belong together have large products; Radford et al. 2021."""

    def __init__(self):
        super().__init__()
        self.rows = nn.Sequential(nn.Linear(6, 16), nn.Tanh(), nn.Linear(16, 8))
        self.images = nn.Sequential(
            nn.Conv2d(3, 4, 3, 2), nn.ReLU(), nn.Flatten(), nn.Linear(36, 8)
        )

    def forward(self, rows, images):
        return self.rows(rows) @ self.images(images).T


def two_towers():
    """Two inputs, and one prediction that compares each sample with all of the batch."""
    return TwoTowers(), [(6,), (3, 8, 8)]


class Heads(nn.Module):
    """A trunk with an early and a late classifier, and a regression."""

    def __init__(self):
        super().__init__()
        self.early = nn.Sequential(nn.Linear(12, 24), nn.ReLU())
        self.late = nn.Sequential(nn.Linear(24, 24), nn.ReLU())
        self.main, self.auxiliary = nn.Linear(24, 10), nn.Linear(24, 10)
        self.place = nn.Linear(24, 2)

    def forward(self, x):
        x = self.early(x)
        y = self.late(x)
        return self.main(y), self.auxiliary(x), self.place(y)


def heads():
    """Three outputs, two of which share their labels."""
    return Heads(), (12,)


# Those that are trained by squared error predict something else than classes.
SQUARED_ERROR = {"autoencoder"}

# The outputs of a network of several have a loss each: its name, its weight, and the name
# of its labels, which is empty for those that are shared.
LOSSES = {
    "heads": [
        ("cross-entropy", 1, ""),
        ("cross-entropy", 0.3, ""),
        ("mse", 0.5, "place"),
    ]
}

ALL = [
    mlp,
    lenet,
    autoencoder,
    unet,
    resnet18,
    vgg11_bn,
    mobilenet_v2,
    mobilenet_v3,
    efficientnet_b0,
    densenet,
    googlenet,
    convnext,
    mixer,
    vit,
    two_towers,
    heads,
]
