"""Runs plans of layerpipe in torch.distributed.pipelining, in a process for each rank.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import pickle
import tempfile
from dataclasses import dataclass

import layerpipe
import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing
from mixer import loss_of
from torch import nn
from torch.distributed.pipelining import PipelineStage
from torch.distributed.pipelining.schedules import _PipelineScheduleRuntime


@dataclass(frozen=True)
class Plan:
    """Rows of actions, and the names of the modules of each of their stages."""

    name: str
    rows: str
    stages: list[list[str]]
    rank_of_stage: list[int]
    microbatches: int

    @property
    def ranks(self):
        return max(self.rank_of_stage) + 1


def read_plan(rows):
    """Reads ROWS.csv, which layerpipe checks, and ROWS.json, the stages' modules."""
    path = pathlib.Path(rows)
    facts = layerpipe.check(path).facts
    stages = json.loads(path.with_suffix(".json").read_text())
    if len(stages) != facts["stages"]:
        raise ValueError(f"{path} has {facts['stages']} stages, and the names {len(stages)}")
    return Plan(path.stem, str(path), stages, facts["rank_of_stage"], facts["microbatches"])


def make_stages(model, rank, stages, rank_of_stage):
    """Makes the stages of a rank; each is a sequence of modules of the model."""
    return [
        PipelineStage(
            nn.Sequential(*(model.get_submodule(name) for name in names)),
            stage,
            len(stages),
            torch.device("cpu"),
        )
        for stage, names in enumerate(stages)
        if rank_of_stage[stage] == rank
    ]


def make_schedule(model, rank, plan):
    """Gives a plan's rows to PyTorch's runtime, which adds sends and receives. The loss
    is a mean, and so gradients are divided by the number of microbatches."""
    schedule = _PipelineScheduleRuntime(
        make_stages(model, rank, plan.stages, plan.rank_of_stage),
        plan.microbatches,
        loss_fn=loss_of,
        scale_grads=True,
    )
    schedule._load_csv(plan.rows, format="compute_only")
    return schedule


def step(schedule, rank_of_stage, inputs, targets):
    """Runs one iteration, and returns the microbatches' losses on the rank that has the
    last stage."""
    rank = dist.get_rank()
    losses = []
    arguments = [inputs] if rank_of_stage[0] == rank else []
    if rank_of_stage[-1] == rank:
        schedule.step(*arguments, target=targets, losses=losses, return_outputs=False)
    else:
        schedule.step(*arguments, return_outputs=False)
    return [loss.item() for loss in losses]


def _run_rank(rank, function, ranks, folder, arguments):
    torch.set_num_threads(1)
    store = f"file://{folder}/store"
    dist.init_process_group("gloo", init_method=store, rank=rank, world_size=ranks)
    gathered = [None] * ranks
    dist.all_gather_object(gathered, function(rank, *arguments))
    if rank == 0:
        pathlib.Path(folder, "answers").write_bytes(pickle.dumps(gathered))
    dist.destroy_process_group()


def launch(function, ranks, *arguments):
    """Calls function(rank, *arguments) in a process for each rank, with one thread, and
    returns the list of what they return."""
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(_run_rank, (function, ranks, folder, arguments), nprocs=ranks)
        return pickle.loads(pathlib.Path(folder, "answers").read_bytes())
