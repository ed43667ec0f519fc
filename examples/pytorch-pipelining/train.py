"""Trains the mixer by plans of layerpipe in PyTorch's pipeline runtime.

Each plan, ROWS.csv with its stages in ROWS.json, runs in a process for each rank. Losses
and the gradients of all parameters are compared with those of one process without a
pipeline, which adds up the gradients of as many microbatches.

  python3 train.py zb-h1.csv synchronous.csv

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import statistics
import sys
import time

import torch
import torch.distributed as dist
from mixer import SIZES, loss_of, make_batch, make_model
from runtime import launch, make_schedule, read_plan, step

RATE = 0.05


def train_alone(size, microbatches, steps):
    """Trains without a pipeline; returns each step's losses and its gradients."""
    model = make_model(size)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    images, classes = make_batch(size, microbatches)
    found = []
    for _ in range(steps):
        losses = []
        optimizer.zero_grad()
        for x, target in zip(images.split(size.samples), classes.split(size.samples)):
            loss = loss_of(model(x), target)
            (loss / microbatches).backward()
            losses.append(loss.item())
        gradients = {name: p.grad.clone() for name, p in model.named_parameters()}
        found.append((losses, gradients))
        optimizer.step()
    return found


def own_parameters(model, rank, plan):
    """Lists the parameters of a rank's modules with their names in the model."""
    modules = [
        name
        for names, owner in zip(plan.stages, plan.rank_of_stage)
        if owner == rank
        for name in names
    ]
    return {
        f"{module}.{name}": parameter
        for module in modules
        for name, parameter in model.get_submodule(module).named_parameters()
    }


def train(rank, plan, size, steps, timed):
    """Trains a rank's part. Returns the number of parameters that were compared, the
    worst difference of gradients and of losses, and the seconds of each timed step."""
    model = make_model(size)
    schedule = make_schedule(model, rank, plan)
    own = own_parameters(model, rank, plan)
    optimizer = torch.optim.SGD(own.values(), lr=RATE)
    images, classes = make_batch(size, plan.microbatches)
    worst_gradient = worst_loss = 0.0
    for wanted_losses, wanted in train_alone(size, plan.microbatches, steps):
        optimizer.zero_grad()
        losses = step(schedule, plan.rank_of_stage, images, classes)
        largest = max(gradient.abs().max() for gradient in wanted.values())
        for name, parameter in own.items():
            difference = (parameter.grad - wanted[name]).abs().max() / largest
            worst_gradient = max(worst_gradient, difference.item())
        for one, other in zip(losses, wanted_losses):
            worst_loss = max(worst_loss, abs(one - other) / abs(other))
        optimizer.step()
    seconds = []
    for _ in range(timed):
        optimizer.zero_grad()
        dist.barrier()
        start = time.perf_counter()
        step(schedule, plan.rank_of_stage, images, classes)
        optimizer.step()
        dist.barrier()
        seconds.append(time.perf_counter() - start)
    return len(own), worst_gradient, worst_loss, seconds


def train_plans(rank, plans, size, steps, timed):
    return [train(rank, plan, size, steps, timed) for plan in plans]


def report(plan, of_ranks, total, tolerance):
    """Prints a line about a plan, and returns whether its figures are right."""
    counts, gradients, losses, seconds = zip(*of_ranks)
    good = sum(counts) == total and max(*gradients, *losses) <= tolerance
    text = (
        f"{'ok    ' if good else 'FAILED'} {plan.name}: {plan.ranks} processes, "
        f"{len(plan.stages)} stages, {plan.microbatches} microbatches; gradients of "
        f"{sum(counts)} of {total} parameters differ by {max(gradients):.0e}, losses by "
        f"{max(losses):.0e}"
    )
    if seconds[0]:
        text += f"; {1e3 * statistics.median(seconds[0]):.1f} ms per step"
    print(text)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("plans", nargs="+", metavar="ROWS.csv")
    parser.add_argument("--size", choices=SIZES, default="default")
    parser.add_argument("--steps", type=int, default=3, help="steps that are compared")
    parser.add_argument("--timed", type=int, default=5, help="further steps that are timed")
    parser.add_argument(
        *("--tolerance", "-t"),
        type=float,
        default=1e-6,
        help="of gradients relative to the largest one, and of losses relative to theirs",
    )
    arguments = parser.parse_args()
    plans = [read_plan(rows) for rows in arguments.plans]
    ranks = {plan.ranks for plan in plans}
    if len(ranks) != 1:
        sys.exit(f"train.py: the plans are for different numbers of processes: {sorted(ranks)}")
    size = SIZES[arguments.size]
    found = launch(train_plans, ranks.pop(), plans, size, arguments.steps, arguments.timed)
    total = len(list(make_model(size).parameters()))
    good = [
        report(plan, of_ranks, total, arguments.tolerance)
        for plan, of_ranks in zip(plans, zip(*found))
    ]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
