"""Trains PyTorch modules by layerpipe and by PyTorch, and compares.

Each module is exported, compiled for one processor without delays, and trained for a few
steps of SGD on the same samples. The losses must agree, and so must what each parameter
has changed by, which is the sum of its gradients. The truth is what PyTorch computes in
float64: where rounding grows, as behind many normalisations, layerpipe may be as far from
it as PyTorch in float32 is, and some more.

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
from torch.nn import functional as F

import networks

STEPS, BATCH, RATE = 6, 8, 0.05


def run(*command):
    finished = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if finished.returncode:
        raise RuntimeError(finished.stderr.strip() or f"{command[0]} failed")


def option_of(index, count, loss, weight, labels):
    """A loss as the compiler takes it."""
    output = f"output{index}=" if count > 1 else ""
    return f"{output}{loss}:{weight}" + (f"@{labels}" if labels else "")


def train_with_layerpipe(layerpipe, folder, losses, options):
    """Returns the losses, and the parameters before and after training."""
    program = folder / "program"
    for index, loss in enumerate(losses):
        options = [*options, "--loss", option_of(index, len(losses), *loss)]
    run(
        *(layerpipe, "compile", folder / "model.onnx", "--lr", RATE),
        *("--strategy", "sequential", "--kernels", "portable", "-o", program, *options),
    )
    run(
        *(program, "--data", folder, "--steps", STEPS, "--shuffle", "off"),
        *("--save", folder / "trained.safetensors", "--metrics", folder / "losses.jsonl"),
        *("--save-initial", folder / "initial.safetensors"),
    )
    lines = [json.loads(line) for line in (folder / "losses.jsonl").read_text().splitlines()]
    files = [load_file(folder / f"{name}.safetensors") for name in ("initial", "trained")]
    return [line["loss"] for line in lines], *files


def outputs_of(module, samples):
    """Returns the outputs of a module in a list, as losses take them."""
    outputs = module(*samples)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return [y if is_of_positions(y) else y.reshape(len(y), -1) for y in outputs]


def is_of_positions(output):
    """Whether each position of a sample has classes."""
    return output.dim() > 2 and output.shape[1] > 1 and output[0, 0].numel() > 1


def measure(outputs, targets, losses):
    """The sum of all losses times their weights."""
    total = 0
    for output, (loss, weight, labels) in zip(outputs, losses):
        function = F.cross_entropy if loss == "cross-entropy" else F.mse_loss
        total = total + weight * function(output, targets[labels])
    return total


def train_with_torch(module, inputs, targets, losses, clip_norm=None):
    optimizer = torch.optim.SGD(module.parameters(), lr=RATE)
    values = []
    for step in range(STEPS):
        samples = slice(step * BATCH, (step + 1) * BATCH)
        wanted = {name: target[samples] for name, target in targets.items()}
        value = measure(outputs_of(module, [x[samples] for x in inputs]), wanted, losses)
        optimizer.zero_grad()
        value.backward()
        if clip_norm:
            torch.nn.utils.clip_grad_norm_(module.parameters(), clip_norm)
        optimizer.step()
        values.append(value.item())
    return values


def make_targets(output, loss):
    """Random targets for an output. One in eight positions doesn't count."""
    samples = STEPS * BATCH
    if loss == "mse":
        return torch.randn(samples, output.shape[1])
    targets = torch.randint(0, output.shape[1], (samples, *output.shape[2:]))
    if targets.dim() > 1:
        targets[torch.rand(targets.shape) < 1 / 8] = -100
    return targets


def make_samples(module, shapes, losses):
    """Returns the inputs, and the targets by the names of labels."""
    inputs = [torch.randn(STEPS * BATCH, *shape) for shape in shapes]
    with torch.no_grad():
        outputs = outputs_of(copy.deepcopy(module), [x[:BATCH] for x in inputs])
    targets = {}
    for output, (loss, _, labels) in zip(outputs, losses):
        targets.setdefault(labels, make_targets(output, loss))
    return inputs, targets


def write_data(path, inputs, targets):
    """Arrays have the names of inputs and labels, or the usual ones."""
    arrays = {name or "targets": value.numpy() for name, value in targets.items()}
    for index, value in enumerate(inputs):
        arrays["inputs" if len(inputs) == 1 else f"input{index}"] = value.numpy()
    numpy.savez(path, **arrays)


def change_error(before, after, truth):
    """Returns the relative error of what a parameter has changed by. What is lost by
    rounding the parameter itself is no error of its gradients."""
    rounding = before.norm() * 2.0**-23 * STEPS
    error = (after.double() - truth).norm() - rounding
    return float(max(error, 0) / max((truth - before).norm(), 1e-12))


def statistics_error(trained, module):
    """Returns the greatest difference between running statistics, relative to the largest
    of each, and 0 where there are none."""
    errors = [0.0]
    for key, value in module.named_buffers():
        if key in trained and value.is_floating_point():
            error = (trained[key].double() - value.double()).abs().max()
            errors.append(float(error / value.abs().max().clamp(min=1)))
    return max(errors)


def check(name, exporter, layerpipe, tolerance, clip_norm):
    """Returns whether both agree, and the greatest differences as a sentence."""
    torch.manual_seed(0)
    module, shape = load_module(name)
    module.train()
    # New normalisations do nothing, and so would show nothing.
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    function = name.rpartition(":")[2]
    loss = "mse" if function in networks.SQUARED_ERROR else "cross-entropy"
    losses = networks.LOSSES.get(function, [(loss, 1, "")])
    before = {key: value.clone() for key, value in module.named_parameters()}
    inputs, targets = make_samples(module, shape if isinstance(shape, list) else [shape], losses)
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        write_data(folder / "train.npz", inputs, targets)
        samples = [x[:BATCH] for x in inputs]
        sample = samples if len(samples) > 1 else samples[0]
        EXPORTERS[exporter](module, sample, str(folder / "model.onnx"))
        options = ["--train-batch-norm"] if exporter == "program" else []
        options += ["--clip-norm", clip_norm] if clip_norm else []
        values, initial, trained = train_with_layerpipe(layerpipe, folder, losses, options)
    # The export itself is a step of running statistics, of which the file may not have all.
    statistics = {key: initial[key] for key, _ in module.named_buffers() if key in initial}
    module.load_state_dict(statistics, strict=False)
    truth = copy.deepcopy(module).double()
    wide = {
        name: target.double() if target.is_floating_point() else target
        for name, target in targets.items()
    }
    wanted = train_with_torch(truth, [x.double() for x in inputs], wide, losses, clip_norm)
    single = train_with_torch(module, inputs, targets, losses, clip_norm)
    states = dict(truth.named_parameters()), dict(module.named_parameters())
    if missing := sorted(set(before) - set(trained)):
        return False, f"parameters are missing: {', '.join(missing)}"

    def compare(own_losses, own):
        """Returns the greatest relative differences of losses and of changes."""
        losses = max(abs(a - b) / max(abs(b), 1e-3) for a, b in zip(own_losses, wanted))
        errors = {
            key: change_error(
                value.double(), own[key].detach().reshape(value.shape), states[0][key].detach()
            )
            for key, value in before.items()
        }
        return losses, errors

    ours, theirs = compare(values, trained), compare(single, states[1])
    worst = max(before, key=lambda key: ours[1][key] - 10 * theirs[1][key])
    good = ours[0] <= max(tolerance, 10 * theirs[0])
    good &= ours[1][worst] <= max(10 * tolerance, 10 * theirs[1][worst])
    error = statistics_error(trained, truth)
    if error > max(1e-5, 10 * statistics_error(dict(module.named_buffers()), truth)):
        return False, f"running statistics differ by {error:.0e}"
    return good, (
        f"losses differ by {ours[0]:.0e} (PyTorch's by {theirs[0]:.0e}), "
        f"gradients by {ours[1][worst]:.0e} ({theirs[1][worst]:.0e}; {worst})"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("modules", nargs="*", help="FILE:FUNCTION; default: networks.py")
    parser.add_argument("--layerpipe", default="layerpipe", help="the program")
    parser.add_argument("--exporter", choices=EXPORTERS, help="default: both")
    parser.add_argument("--tolerance", type=float, default=1e-4)
    parser.add_argument("--clip-norm", type=float, help="clip gradients in both")
    arguments = parser.parse_args()
    names = arguments.modules or [f"networks:{function.__name__}" for function in networks.ALL]
    exporters = [arguments.exporter] if arguments.exporter else list(EXPORTERS)
    failed = 0
    for name in names:
        for exporter in exporters:
            try:
                good, text = check(
                    name,
                    exporter,
                    arguments.layerpipe,
                    arguments.tolerance,
                    arguments.clip_norm,
                )
            except RuntimeError as error:
                good, text = False, str(error)
            failed += not good
            print(f"{'ok    ' if good else 'FAILED'} {name} ({exporter}): {text}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
