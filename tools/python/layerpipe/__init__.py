"""Schedules of pipelined training, from the programs of layerpipe.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

from .modules import module_names
from .program import (
    CheckError,
    CompareRow,
    Found,
    ProgramError,
    check,
    compare,
    to_torch_csv,
)
from .schedule import Firing, Schedule, Task
from .timeline import timeline

__all__ = [
    "CheckError",
    "CompareRow",
    "Firing",
    "Found",
    "ProgramError",
    "Schedule",
    "Task",
    "check",
    "compare",
    "module_names",
    "timeline",
    "to_torch_csv",
]
