"""PyTorch as a peer: eager or compiled, in row-major or channels_last layout.

The optimizer is the fused SGD where this PyTorch has one. Batches are tensors that were
converted before, and denormals are flushed as layerpipe flushes them: each is PyTorch
at its best.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import math
import sys

import torch
from torch import nn

import peer


def model_of(network):
    """The network as a Sequential; layer n has the parameters n.weight and n.bias."""
    modules, shape = [], network["sample"]
    for layer in network["layers"]:
        kind = layer[0]
        if kind == "linear":
            modules.append(nn.Linear(shape[0], layer[1]))
            shape = [layer[1]]
        elif kind == "conv":
            modules.append(nn.Conv2d(shape[0], layer[1], layer[2], padding=layer[3]))
            shape = [layer[1], *(side + 2 * layer[3] - layer[2] + 1 for side in shape[1:])]
        elif kind == "pool":
            modules.append(nn.MaxPool2d(layer[1]))
            shape = [shape[0], *(side // layer[1] for side in shape[1:])]
        elif kind == "flatten":
            modules.append(nn.Flatten())
            shape = [math.prod(shape)]
        else:
            modules.append({"relu": nn.ReLU, "tanh": nn.Tanh}[kind]())
    return nn.Sequential(*modules)


def load(model, parameters):
    model.load_state_dict({
        name: torch.frombuffer(bytearray(data), dtype=torch.float32).reshape(shape)
        for name, (shape, data) in parameters.items()
    })


def batches_of(job, layout):
    """A list of (inputs, targets)."""
    network, batch = job.network, job.network["batch"]
    pixels = torch.frombuffer(bytearray(job.pixels), dtype=torch.uint8).float() / 255
    inputs = pixels.reshape(-1, *network["sample"])
    classes = torch.frombuffer(bytearray(job.classes), dtype=torch.uint8).long()
    targets = classes
    if network["loss"] == "mean_squared_error":
        targets = nn.functional.one_hot(classes, network["classes"]).float()
    return [
        (inputs[i:i + batch].contiguous(memory_format=layout), targets[i:i + batch].clone())
        for i in range(0, len(classes), batch)
    ]


def optimizer_of(model, momentum):
    options = {"lr": 0.0, "momentum": momentum}
    try:
        return torch.optim.SGD(model.parameters(), fused=True, **options)
    except (TypeError, RuntimeError):
        return torch.optim.SGD(model.parameters(), **options)


class Trainer:
    def __init__(self, job):
        torch.set_num_threads(job.threads)
        torch.set_flush_denormal(True)
        words = job.variant.split("+")
        layout = torch.channels_last if "channels_last" in words else torch.contiguous_format
        self.batches = batches_of(job, layout)
        model = model_of(job.network)
        load(model, job.parameters)
        model = model.to(memory_format=layout)
        self.optimizer = optimizer_of(model, job.network["momentum"])
        criterion = (nn.CrossEntropyLoss() if job.network["loss"] == "cross_entropy"
                     else nn.MSELoss())
        self.loss_of = lambda inputs, targets: criterion(model(inputs), targets)
        if "compile" in words:
            self.loss_of = torch.compile(self.loss_of)
        self.done = 0

    def set_rate(self, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate

    def step(self):
        inputs, targets = self.batches[self.done % len(self.batches)]
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss_of(inputs, targets)
        loss.backward()
        self.optimizer.step()
        self.done += 1
        return loss

    def train(self, steps):
        for _ in range(steps):
            self.step()


def main():
    job = peer.Job(sys.argv[1])
    trainer = Trainer(job)
    trainer.set_rate(job.check_rate)
    losses = [trainer.step().item() for _ in range(job.check_steps)]
    trainer.set_rate(job.rate)
    peer.serve(f"PyTorch {torch.__version__}", losses, trainer.train)


if __name__ == "__main__":
    main()
