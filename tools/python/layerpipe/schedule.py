"""Schedules of layerpipe as values (docs/schedule-format.md).

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any, Iterator, Union


@dataclass(frozen=True)
class Task:
    """A task runs for iteration i at (i + lag) · period + start."""

    name: str
    kind: str
    layer: int
    processor: int
    start: int
    duration: int
    lag: int


@dataclass(frozen=True)
class Firing:
    """A task at work for an iteration; times count from the first period."""

    task: Task
    iteration: int
    begin: int
    end: int


@dataclass(frozen=True)
class Schedule:
    """A schedule; `json` is all of its file."""

    graph: str
    strategy: str
    time_unit: str
    period: int
    processors: int
    tasks: tuple[Task, ...]
    json: dict[str, Any]

    @staticmethod
    def from_json(value: dict[str, Any]) -> "Schedule":
        """Makes a schedule of a file's object. Raises ValueError on other objects."""
        if value.get("format") != "layerpipe-schedule" or value.get("version") != 1:
            raise ValueError("this is no schedule of layerpipe of version 1")
        names = Task.__dataclass_fields__
        return Schedule(
            graph=value["graph"],
            strategy=value["strategy"],
            time_unit=value["time_unit"],
            period=value["period"],
            processors=len(value["processors"]),
            tasks=tuple(
                Task(**{key: task[key] for key in names}) for task in value["tasks"]
            ),
            json=value,
        )

    @staticmethod
    def load(path: Union[str, "os.PathLike[str]"]) -> "Schedule":
        """Reads a file, which `layerpipe check` judges better than this does."""
        with open(path, encoding="utf-8") as file:
            return Schedule.from_json(json.load(file))

    def firings(self, periods: int) -> Iterator[Firing]:
        """Lists what processors run in the first periods, inputs left out."""
        for task in self.tasks:
            if task.processor < 0:
                continue
            for period in range(max(task.lag, 0), periods):
                begin = period * self.period + task.start
                yield Firing(task, period - task.lag, begin, begin + task.duration)
