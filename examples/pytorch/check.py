"""Trains PyTorch modules by layerpipe and by PyTorch, and compares.

Each module is exported, compiled for one processor without delays, and trained for a few
steps of SGD on the same samples. The losses must agree, and so must what each parameter
has changed by, which is the sum of its gradients.

  python3 check.py                       # all networks of networks.py
  python3 check.py networks:resnet18 my_models:mine

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
from export import EXPORTERS, load_module
from safetensors.torch import load_file

import networks

STEPS, BATCH, RATE = 6, 8, 0.05


def run(*command):
    finished = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if finished.returncode:
        raise RuntimeError(finished.stderr.strip() or f"{command[0]} failed")


def train_with_layerpipe(layerpipe, folder, loss, options):
    """Returns the losses and the trained parameters."""
    program = folder / "program"
    run(
        *(layerpipe, "compile", folder / "model.onnx", "--loss", loss, "--lr", RATE),
        *("--strategy", "sequential", "--kernels", "portable", "-o", program, *options),
    )
    run(
        *(program, "--data", folder, "--steps", STEPS, "--shuffle", "off"),
        *("--save", folder / "trained.safetensors", "--metrics", folder / "losses.jsonl"),
    )
    lines = [json.loads(line) for line in (folder / "losses.jsonl").read_text().splitlines()]
    return [line["loss"] for line in lines], load_file(folder / "trained.safetensors")


def train_with_torch(module, inputs, targets, loss):
    optimizer = torch.optim.SGD(module.parameters(), lr=RATE)
    measure = torch.nn.CrossEntropyLoss() if loss == "cross-entropy" else torch.nn.MSELoss()
    losses = []
    for samples, wanted in zip(inputs.split(BATCH), targets.split(BATCH)):
        predicted = module(samples)
        value = measure(predicted.reshape(len(wanted), -1), wanted)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return losses


def make_samples(module, shape, loss):
    inputs = torch.randn(STEPS * BATCH, *shape)
    with torch.no_grad():
        outputs = copy.deepcopy(module)(inputs[:BATCH]).reshape(BATCH, -1).shape[1]
    if loss == "cross-entropy":
        return inputs, torch.randint(0, outputs, (STEPS * BATCH,))
    return inputs, torch.randn(STEPS * BATCH, outputs)


def change_error(before, ours, theirs):
    """Returns the relative error of what a parameter has changed by."""
    changed, wanted = ours.reshape(before.shape) - before, theirs - before
    # What is lost by rounding the parameter itself is no error of the gradient.
    rounding = before.norm() * 2.0**-23 * STEPS
    return float(max((changed - wanted).norm() - rounding, 0) / max(wanted.norm(), 1e-12))


def check(name, exporter, layerpipe, tolerance):
    """Returns what is wrong, or the greatest differences as a sentence."""
    torch.manual_seed(0)
    module, shape = load_module(name)
    module.train()
    # New normalisations do nothing, and so would show nothing.
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    loss = "mse" if name.rpartition(":")[2] in networks.SQUARED_ERROR else "cross-entropy"
    before = {key: value.clone() for key, value in module.named_parameters()}
    inputs, targets = make_samples(module, shape, loss)
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        numpy.savez(folder / "train.npz", inputs=inputs.numpy(), targets=targets.numpy())
        EXPORTERS[exporter](module, inputs[:BATCH], str(folder / "model.onnx"))
        options = ["--train-batch-norm"] if exporter == "program" else []
        losses, trained = train_with_layerpipe(layerpipe, folder, loss, options)
    wanted = train_with_torch(module, inputs, targets, loss)
    difference = max(abs(a - b) / max(abs(b), 1e-3) for a, b in zip(losses, wanted))
    after = dict(module.named_parameters())
    if missing := sorted(set(after) - set(trained)):
        return False, f"parameters are missing: {', '.join(missing)}"
    errors = {key: change_error(before[key], trained[key], after[key].detach()) for key in after}
    worst = max(errors, key=errors.get)
    text = f"losses differ by {difference:.1e}, gradients by {errors[worst]:.1e} ({worst})"
    return difference <= tolerance and errors[worst] <= 10 * tolerance, text


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("modules", nargs="*", help="FILE:FUNCTION; default: networks.py")
    parser.add_argument("--layerpipe", default="layerpipe", help="the program")
    parser.add_argument("--exporter", choices=EXPORTERS, help="default: both")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    arguments = parser.parse_args()
    names = arguments.modules or [f"networks:{function.__name__}" for function in networks.ALL]
    exporters = [arguments.exporter] if arguments.exporter else list(EXPORTERS)
    failed = 0
    for name in names:
        for exporter in exporters:
            try:
                good, text = check(name, exporter, arguments.layerpipe, arguments.tolerance)
            except RuntimeError as error:
                good, text = False, str(error)
            failed += not good
            print(f"{'ok    ' if good else 'FAILED'} {name} ({exporter}): {text}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
