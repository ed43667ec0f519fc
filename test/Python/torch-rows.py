"""Runs rows in PyTorch, in a process for each rank, and compares gradients.

The same modules are trained for a step by one process without a pipeline. Stages are
linear layers with a tanh, and the loss is a sum of squares.

usage: torch-rows.py ROWS.csv compute_only|compute_comms

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import socket
import sys

import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing
from torch.distributed.pipelining import PipelineStage
from torch.distributed.pipelining.schedules import _PipelineScheduleRuntime

WIDTH = 4


def read_rows(path):
    """The stages of each rank, and the number of microbatches."""
    lines = pathlib.Path(path).read_text().split()
    actions = [re.findall(r"(\d+)F(\d+)", line) for line in lines]
    stages = [sorted({int(stage) for stage, _ in row}) for row in actions]
    return stages, 1 + max(int(microbatch) for row in actions for _, microbatch in row)


def make_module(stage):
    torch.manual_seed(stage)
    return torch.nn.Sequential(torch.nn.Linear(WIDTH, WIDTH), torch.nn.Tanh())


def make_batch(microbatches):
    torch.manual_seed(100)
    return torch.randn(2 * microbatches, WIDTH), torch.randn(2 * microbatches, WIDTH)


def loss_of(output, target):
    return ((output - target) ** 2).sum()


def expected_gradients(stages, microbatches):
    modules = [make_module(stage) for stage in range(stages)]
    x, target = make_batch(microbatches)
    for module in modules:
        x = module(x)
    loss_of(x, target).backward()
    return [module[0].weight.grad for module in modules]


def run_rank(rank, rows, level, port, differences):
    stages, microbatches = read_rows(rows)
    count = sum(map(len, stages))
    dist.init_process_group(
        "gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=len(stages)
    )
    modules = {stage: make_module(stage) for stage in stages[rank]}
    parts = [
        PipelineStage(module, stage, count, torch.device("cpu"))
        for stage, module in modules.items()
    ]
    schedule = _PipelineScheduleRuntime(
        parts, microbatches, loss_fn=loss_of, scale_grads=False
    )
    schedule._load_csv(rows, format=level)
    x, target = make_batch(microbatches)
    schedule.step(
        *([x] if 0 in modules else []),
        **({"target": target} if count - 1 in modules else {}),
    )
    expected = expected_gradients(count, microbatches)
    for stage, module in modules.items():
        differences[stage] = (module[0].weight.grad - expected[stage]).abs().max().item()
    dist.barrier()
    dist.destroy_process_group()


def main():
    rows, level = sys.argv[1:]
    stages, _ = read_rows(rows)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with multiprocessing.Manager() as manager:
        differences = manager.dict()
        multiprocessing.spawn(
            run_rank, (rows, level, port, differences), nprocs=len(stages)
        )
        worst = max(differences.values())
        if len(differences) < sum(map(len, stages)) or worst > 1e-5:
            sys.exit(f"gradients differ by up to {worst}: {dict(differences)}")
        print(f"{len(differences)} stages have the gradients of a run without pipeline")


if __name__ == "__main__":
    main()
