"""An MLP-Mixer whose blocks grow, as a sequence of modules.

Each block's perceptron across channels is wider than the one before, so stages of
equally many blocks do not take equally long. Tolstikhin et al., "MLP-Mixer" (2021),
section 2, without dropout.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

from dataclasses import dataclass

import layerpipe
import torch
from torch import nn

SIDE, PATCH, CLASSES = 32, 4, 10
PATCHES = (SIDE // PATCH) ** 2


@dataclass(frozen=True)
class Size:
    blocks: int
    channels: int
    # Samples in a microbatch.
    samples: int

    def hidden(self, block):
        """Returns the width of a block: the first is as wide as the network has
        channels, and each is wider than the one before by half of that."""
        return self.channels * (2 + block) // 2


SIZES = {"small": Size(8, 16, 2), "default": Size(12, 128, 4)}


class Embedding(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.patches = nn.Conv2d(3, channels, PATCH, PATCH)

    def forward(self, x):
        return self.patches(x).flatten(2).transpose(1, 2).contiguous()


class Block(nn.Module):
    """Perceptrons across patches and across channels."""

    def __init__(self, channels, hidden):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(channels), nn.LayerNorm(channels)
        self.tokens = nn.Sequential(
            nn.Linear(PATCHES, 32), nn.GELU(), nn.Linear(32, PATCHES)
        )
        self.channels = nn.Sequential(
            nn.Linear(channels, hidden), nn.GELU(), nn.Linear(hidden, channels)
        )

    def forward(self, x):
        x = x + self.tokens(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        # What travels between stages must lie densely in memory.
        return (x + self.channels(self.norm2(x))).contiguous()


class Head(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm, self.classes = nn.LayerNorm(channels), nn.Linear(channels, CLASSES)

    def forward(self, x):
        return self.classes(self.norm(x).mean(1))


class Mixer(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.embed = Embedding(size.channels)
        self.blocks = nn.ModuleList(
            Block(size.channels, size.hidden(block)) for block in range(size.blocks)
        )
        self.head = Head(size.channels)

    def forward(self, x):
        x = self.embed(x)
        for block in self.blocks:
            x = block(x)
        return self.head(x)


def make_model(size):
    """Makes the model with the same parameters in each process."""
    torch.manual_seed(0)
    return Mixer(size)


def module_names(model):
    """Lists the names of the sequence: embed, blocks.0, blocks.1, …, head."""
    return layerpipe.module_names(model)


def make_batch(size, microbatches):
    """Makes images and classes, the same in each process."""
    torch.manual_seed(1)
    count = size.samples * microbatches
    return torch.randn(count, 3, SIDE, SIDE), torch.randint(0, CLASSES, (count,))


loss_of = nn.CrossEntropyLoss()
