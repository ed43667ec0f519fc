"""Timelines of schedules, drawn with matplotlib.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

from __future__ import annotations

from typing import Any

from .schedule import Schedule

# The colours of `layerpipe report`.
COLORS = {
    "forward": "#5e9fe0",
    "loss": "#e8cf4f",
    "backward": "#c48fd6",
    "grad_input": "#ef9a55",
    "grad_weight": "#4fb897",
    "update": "#7d8794",
    "norm": "#9a8fb0",
    "other": "#bdb5a6",
}


def timeline(schedule: Schedule, periods: int = 3) -> Any:
    """Returns a matplotlib figure of the first periods, a row for each processor.

    Raises ImportError where there is no matplotlib.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 1 + 0.5 * schedule.processors), layout="tight")
    axes = figure.subplots()
    seen = set()
    for firing in schedule.firings(periods):
        kind = firing.task.kind if firing.task.kind in COLORS else "other"
        axes.broken_barh(
            [(firing.begin, firing.end - firing.begin)],
            (firing.task.processor - 0.4, 0.8),
            facecolors=COLORS[kind],
            edgecolor="white",
            linewidth=0.5,
            label=None if kind in seen else kind,
        )
        seen.add(kind)
    for period in range(periods + 1):
        axes.axvline(period * schedule.period, color="#999999", linewidth=0.5)
    axes.set_yticks(range(schedule.processors))
    axes.set_ylabel("processor")
    axes.invert_yaxis()
    axes.set_xlabel(f"time in {schedule.time_unit}")
    axes.set_title(f"{schedule.graph}, {schedule.strategy}")
    if seen:
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False)
    return figure
