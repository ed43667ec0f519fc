"""Times plans of layerpipe beside the schedules that PyTorch has as classes.

All run the same model in the same processes, in turns, so that a drifting machine is fair
to them. PyTorch's classes run stages of equally many modules, as is usual, and the stages
of the plans. "expected" is what the measured times of the modules add up to, without
messages; "measured" is a median, from a barrier to a barrier.

  python3 compare.py --profile mixer.json 1f1b.csv zb-h1.csv zb-v.csv synchronous.csv

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import os
import platform
import re
import statistics
import sys
import time
from dataclasses import dataclass

import torch
import torch.distributed as dist
from expected import actions_of, expected_time
from measure import read_times
from mixer import SIZES, loss_of, make_batch, make_model, module_names
from runtime import launch, make_schedule, make_stages, read_plan, step
from standin import stand_in
from torch.distributed.pipelining import schedules


@dataclass(frozen=True)
class Candidate:
    schedule: str
    split: str
    stages: list[list[str]]
    rank_of_stage: list[int]
    # The plan, or else a class of PyTorch.
    plan: object = None


# PyTorch's classes, with how many stages a rank has and whether they lie as in a V.
CLASSES = [
    ("GPipe", 1, False),
    ("1F1B", 1, False),
    ("Interleaved1F1B", 2, False),
    ("InterleavedZeroBubble", 1, False),
    ("InterleavedZeroBubble", 2, False),
    ("ZBVZeroBubble", 2, True),
]


def even_split(names, count):
    """Divides names into lists of equal lengths, the first ones longer by one."""
    least, more = divmod(len(names), count)
    ends = [stage * least + min(stage, more) for stage in range(count + 1)]
    return [names[begin:end] for begin, end in zip(ends, ends[1:])]


def list_candidates(plans, names):
    ranks = plans[0].ranks
    splits = {len(plan.stages): plan.stages for plan in reversed(plans)}
    found = []
    for name, each, is_v in CLASSES:
        count = ranks * each
        places = [stage % ranks for stage in range(count)]
        if is_v:
            places = [min(stage, count - 1 - stage) for stage in range(count)]
        found.append(Candidate(name, "even", even_split(names, count), places))
        if count in splits:
            found.append(Candidate(name, "layerpipe", splits[count], places))
    found += [
        Candidate(f"rows {plan.name}", "layerpipe", plan.stages, plan.rank_of_stage, plan)
        for plan in plans
    ]
    return found


def make_candidate(model, rank, candidate, microbatches):
    if candidate.plan:
        return make_schedule(model, rank, candidate.plan)
    made = make_stages(model, rank, candidate.stages, candidate.rank_of_stage)
    kind = schedules.get_schedule_class(candidate.schedule)
    if issubclass(kind, schedules.PipelineScheduleSingle):
        made = made[0]
    return kind(made, microbatches, loss_fn=loss_of, scale_grads=True)


def run(rank, candidates, size, microbatches, rounds, slept_times):
    """Returns the rows of each candidate and its seconds in each round. With times,
    modules sleep so long and compute nothing."""
    images, classes = make_batch(size, microbatches)
    models = [make_model(size) for _ in candidates]
    if slept_times:
        for model in models:
            stand_in(model, module_names(model), slept_times, images[: size.samples])
    made = [
        make_candidate(model, rank, candidate, microbatches)
        for model, candidate in zip(models, candidates)
    ]
    seconds = [[] for _ in candidates]
    for turn in range(rounds + 1):
        for model, schedule, candidate, taken in zip(models, made, candidates, seconds):
            model.zero_grad()
            dist.barrier()
            start = time.perf_counter()
            step(schedule, candidate.rank_of_stage, images, classes)
            dist.barrier()
            # Schedules find out the shapes of messages in their first step.
            if turn:
                taken.append(time.perf_counter() - start)
    return [actions_of(schedule) for schedule in made], seconds


def name_of_cpu():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return re.search(r"model name\s*: (.*)", file.read()).group(1)
    except (OSError, AttributeError):
        return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("plans", nargs="+", metavar="ROWS.csv")
    parser.add_argument("--size", choices=SIZES, default="default")
    parser.add_argument("--profile", required=True, help="the times that measure.py wrote")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument(
        "--sleep",
        action="store_true",
        help="sleep for the modules' times, for machines with too few or busy CPUs",
    )
    arguments = parser.parse_args()
    plans = [read_plan(rows) for rows in arguments.plans]
    if len({(plan.ranks, plan.microbatches) for plan in plans}) != 1:
        sys.exit("compare.py: the plans differ in processes or microbatches")
    size, ranks, microbatches = SIZES[arguments.size], plans[0].ranks, plans[0].microbatches
    candidates = list_candidates(plans, module_names(make_model(size)))
    times = read_times(arguments.profile)
    slept = times if arguments.sleep else None
    found = launch(run, ranks, candidates, size, microbatches, arguments.rounds, slept)
    orders, seconds = found[0]
    how = "modules sleep" if slept else f"{len(os.sched_getaffinity(0))} CPUs, {name_of_cpu()}"
    print(f"{ranks} processes, {microbatches} microbatches; {how}; PyTorch {torch.__version__}")
    print("schedule                 split      stages  expected  measured  fastest   (ms per step)")
    for candidate, rows, taken in zip(candidates, orders, seconds):
        expected = expected_time(rows, candidate.stages, times) / 1e6
        print(
            f"{candidate.schedule:24} {candidate.split:10} {len(candidate.stages):6} "
            f"{expected:9.1f} "
            f"{1e3 * statistics.median(taken):9.1f} {1e3 * min(taken):8.1f}"
        )


if __name__ == "__main__":
    main()
