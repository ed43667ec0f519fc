"""Modules that sleep as long as the real ones were measured to compute.

They show what schedules take where each process has a CPU of its own, on machines that
have fewer, or are busy: all sends, receives and waits are real.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import time

import torch
from torch import nn


class _Sleep(torch.autograd.Function):
    """Hands a value on, and sleeps when its gradient is computed.

    A module has one for its input and one for its parameters. PyTorch runs both in one
    pass, or each in its own: in one pass, the second sleeps for what is left of the time of
    both gradients.
    """

    @staticmethod
    def forward(context, value, seconds, both, slept):
        context.seconds, context.both, context.slept = seconds, both, slept
        return value * 1.0

    @staticmethod
    def backward(context, gradient):
        here = torch._C._current_graph_task_id()
        seconds = context.seconds
        if context.slept.get("pass") == here:
            seconds = max(0.0, context.both - context.slept["seconds"])
        context.slept.update({"pass": here, "seconds": seconds})
        time.sleep(seconds)
        return gradient * 1.0, None, None, None


class StandIn(nn.Module):
    """Has the result's shape of another module, and its times in nanoseconds: forward,
    gradient of the input, gradient of the parameters, both."""

    def __init__(self, times, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.seconds, self.shape = [one / 1e9 for one in times], shape

    def forward(self, x):
        forward, inputs, weights, both = self.seconds
        time.sleep(forward)
        slept = {}
        weight = _Sleep.apply(self.weight, weights, both, slept)
        x = _Sleep.apply(x, inputs, both, slept) + weight
        if x.shape[1:] == self.shape:
            return x
        # The values don't matter, but gradients must flow.
        return x.mean() + torch.zeros(x.shape[0], *self.shape)


def stand_in(model, names, times, images):
    """Replaces the modules of a sequence by stand-ins."""
    with torch.no_grad():
        for name in names:
            images = model.get_submodule(name)(images)
            model.set_submodule(name, StandIn(times[name], images.shape[1:]))
