"""Tells how long the actions of a schedule should take.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import re

from torch.distributed.pipelining import schedules


def single_actions(stages, microbatches, is_1f1b):
    """Returns the actions of 1F1B, or else of GPipe, with a stage on each rank."""
    found = []
    for stage in range(stages):
        first = min(stages - stage, microbatches) if is_1f1b else microbatches
        row = [(stage, "F", microbatch) for microbatch in range(first)]
        for microbatch in range(microbatches):
            row.append((stage, "B", microbatch))
            if first + microbatch < microbatches:
                row.append((stage, "F", first + microbatch))
        found.append(row)
    return found


def actions_of(schedule):
    """Returns what each rank computes, as triples of stage, letter and microbatch."""
    if isinstance(schedule, schedules.PipelineScheduleSingle):
        # What PyTorch 2.13 lists for 1F1B counts the last rank's microbatches from 1.
        ahead = isinstance(schedule, schedules.Schedule1F1B)
        return single_actions(schedule._num_stages, schedule._n_microbatches, ahead)
    order = schedule.pipeline_order
    found = []
    for rank in sorted(order):
        texts = " ".join(str(action) for action in order[rank] if action)
        found.append(
            [
                (int(stage), kind, int(microbatch))
                for stage, kind, microbatch in re.findall(r"\b(\d+)([FIWB])(\d+)\b", texts)
            ]
        )
    return found


def expected_time(rows, stages, times):
    """Returns when the last action ends, in the time unit of `times`, which has the
    times of forward, input gradient, weight gradient and both of each module."""
    totals = [[sum(column) for column in zip(*(times[name] for name in names))] for names in stages]
    # PyTorch computes all gradients of the first stage in W.
    forward, _, _, both = totals[0]
    totals[0] = [forward, 0, both, both]
    ends, clocks, heads = {}, [0] * len(rows), [0] * len(rows)
    last = len(stages) - 1

    def ready(stage, kind, microbatch):
        """Returns when what an action reads is there; None if that is not known yet."""
        if kind == "W":
            return 0
        if kind == "F":
            return ends.get(("F", stage - 1, microbatch)) if stage else 0
        return ends.get(("I", stage + 1, microbatch)) if stage < last else 0

    moved = True
    while moved:
        moved = False
        for rank, row in enumerate(rows):
            while heads[rank] < len(row):
                stage, kind, microbatch = row[heads[rank]]
                start = ready(stage, kind, microbatch)
                if start is None:
                    break
                clocks[rank] = max(clocks[rank], start) + totals[stage]["FIWB".index(kind)]
                ends["I" if kind == "B" else kind, stage, microbatch] = clocks[rank]
                heads[rank] += 1
                moved = True
    return max(clocks)
