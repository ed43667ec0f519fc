"""Runs the program `layerpipe` and reads what it prints.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass, field, fields
from typing import Any, Optional, Sequence, Union

PathLike = Union[str, "os.PathLike[str]"]


class ProgramError(RuntimeError):
    """The program is not there, or it failed; the message is what it printed."""


class CheckError(ProgramError):
    """A schedule breaks a rule of its format."""


@dataclass(frozen=True)
class CompareRow:
    """A row of `layerpipe compare`. Times are in `time_unit`, sizes in bytes.

    Figures that a row doesn't have are None; docs/compare.md tells what they mean.
    What newer programs print besides is in `more`.
    """

    strategy: str
    processors: int
    time_unit: str
    period: Optional[int] = None
    speedup: Optional[float] = None
    lower_bound: Optional[int] = None
    gap: Optional[float] = None
    utilization: Optional[float] = None
    max_staleness: Optional[int] = None
    stash_bytes: Optional[int] = None
    peak_memory_bytes: Optional[int] = None
    communication_bytes: Optional[int] = None
    limited_by: Optional[str] = None
    error: Optional[str] = None
    actions_span: Optional[int] = None
    actions_bound: Optional[int] = None
    actions_bound_reason: Optional[str] = None
    actions_peak_bytes: Optional[list[int]] = None
    jitter_fixed: Optional[float] = None
    jitter_ready: Optional[float] = None
    more: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def from_json(row: dict[str, Any]) -> "CompareRow":
        """Makes a row of an object that `layerpipe compare --format json` printed."""
        known = {one.name for one in fields(CompareRow)} - {"more"}
        return CompareRow(
            **{key: value for key, value in row.items() if key in known},
            more={key: value for key, value in row.items() if key not in known},
        )


@dataclass(frozen=True)
class Found:
    """What `layerpipe check` found in a file that is valid.

    `format` is "layerpipe-schedule", "pytorch-csv" or "tessel"; the keys of `facts`
    depend on it (docs/interchange.md).
    """

    file: str
    format: str
    facts: dict[str, Any]


def _run(arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    program = os.environ.get("LAYERPIPE", "layerpipe")
    try:
        return subprocess.run(
            [program, *arguments], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise ProgramError(
            f"can't run '{program}': {error.strerror}; put it on the PATH, or name it in "
            "the variable LAYERPIPE"
        ) from error


def _read(done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise ProgramError(done.stderr.strip() or "layerpipe printed no JSON") from None
    return answer


def compare(
    model: PathLike,
    processors: Sequence[int],
    strategies: Sequence[str] = (),
    options: Sequence[str] = (),
) -> list[CompareRow]:
    """Puts strategies and numbers of processors side by side.

    `options` are handed on as they are, such as ["--bandwidth", "1e9"]. Raises
    ProgramError where the program refuses its input.
    """
    arguments = ["compare", os.fspath(model), "--format", "json"]
    arguments += ["-p", ",".join(map(str, processors))]
    if strategies:
        arguments += ["--strategies", ",".join(strategies)]
    done = _run([*arguments, *options])
    if done.returncode:
        raise ProgramError(done.stderr.strip())
    return [CompareRow.from_json(row) for row in _read(done)]


def check(
    file: PathLike, transports: Sequence[str] = (), pytorch: Optional[str] = None
) -> Found:
    """Checks a schedule of layerpipe, PyTorch's rows or a plan of Tessel.

    PyTorch's rows must not hang under the `transports`. Raises CheckError with the
    place of the first mistake.
    """
    arguments = ["check", "--format", "json", os.fspath(file)]
    if transports:
        arguments += ["--transport", ",".join(transports)]
    if pytorch:
        arguments += ["--pytorch", pytorch]
    answer = _read(_run(arguments))[0]
    if not answer.pop("valid"):
        raise CheckError(f"{answer['file']}: {answer['error']}")
    return Found(
        answer.pop("file"), answer.pop("format", "layerpipe-schedule"), facts=answer
    )


def to_torch_csv(
    schedule: PathLike,
    output: PathLike,
    communicate: bool = False,
    pytorch: Optional[str] = None,
) -> None:
    """Writes PyTorch's rows of a schedule.

    With `communicate`, the rows have sends and receives that hang under no transport;
    otherwise PyTorch adds its own. Raises ProgramError on what rows can't say.
    """
    arguments = ["export", os.fspath(schedule), "-o", os.fspath(output)]
    arguments += ["--format", "pytorch-csv-comms" if communicate else "pytorch-csv"]
    if pytorch:
        arguments += ["--pytorch", pytorch]
    done = _run(arguments)
    if done.returncode:
        raise ProgramError(done.stderr.strip())
