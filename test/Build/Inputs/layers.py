#!/usr/bin/env python3
"""Adds one include to a library of the build, and sees whether it compiles.

Each line of INCLUDES names a library and a header, and says whether that include
is allowed. The line is compiled alone, with the flags of the library's own files.
Then no library or program may have a whole include root in its flags, which would
let every include through.

Usage: layers.py BUILD SOURCE TEMPORARY

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import concurrent.futures
import json
import pathlib
import shlex
import subprocess
import sys

INCLUDES = """
SchedulingModel       layerpipe/Scheduling/Model/TaskGraph.h            allowed
SchedulingModel       layerpipe/Scheduling/Cyclic/CyclicSchedule.h      refused
SchedulingModel       layerpipe/Runtime/Channel.h                       refused
SchedulingModel       mlir/IR/BuiltinOps.h                              refused
SchedulingConstraints layerpipe/Scheduling/Bounds/IterationBound.h      refused
SchedulingStages      layerpipe/Scheduling/Bounds/Bounds.h              refused
SchedulingRetiming    layerpipe/Scheduling/Bounds/IterationBound.h      allowed
SchedulingRetiming    layerpipe/Scheduling/Assignment/Assignment.h      refused
SchedulingAssignment  layerpipe/Scheduling/Cyclic/CyclicSchedule.h      refused
SchedulingCyclic      layerpipe/Scheduling/Splitting/JointSchedule.h    refused
SchedulingSplitting   layerpipe/Scheduling/Cyclic/CyclicSchedule.h      allowed
SchedulingSplitting   layerpipe/Schedule/StaticSchedule.h               refused
Schedule              layerpipe/Report/Page.h                           refused
Onnx                  layerpipe/Base/Result.h                           allowed
Onnx                  layerpipe/Scheduling/Model/TaskGraph.h            refused
Onnx                  mlir/IR/BuiltinOps.h                              refused
Runtime               layerpipe/Scheduling/Model/TaskGraph.h            refused
Runtime               mlir/IR/BuiltinOps.h                              refused
DialectIR             Sched/IR/SchedDialect.h                           refused
Analysis              layerpipe/Transforms/Passes.h                     refused
Conversion            Sched/IR/SchedDialect.h                           allowed
Conversion            layerpipe/Transforms/Passes.h                     refused
"""


def read_commands(build):
    """Of each target: the compiler, the flags that say what it sees, and a file."""
    commands = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        parts = pathlib.Path(words[words.index("-o") + 1]).parts
        target = next((part[:-4] for part in parts if part.endswith(".dir")), None)
        # Without precompiled headers, which bring declarations of their own. A
        # launcher may stand before the compiler.
        first = next(place for place, word in enumerate(words) if word.startswith("-"))
        flags = [word for word in words if word.startswith(("-I", "-D", "-std="))]
        for place, word in enumerate(words):
            if word == "-isystem":
                flags += words[place : place + 2]
        commands.setdefault(target, (words[first - 1], flags, pathlib.Path(entry["file"])))
    return commands


def compiles(command, header, temporary):
    """Whether the include alone compiles, and what the compiler said."""
    compiler, flags, _ = command
    source = f'#include "{header}"\n'
    words = [compiler, *flags, "-fsyntax-only", "-x", "c++", "-"]
    done = subprocess.run(words, input=source, capture_output=True, text=True, cwd=temporary)
    return done.returncode == 0, done.stderr


def exists(header, source):
    """Whether the project has the header; a misspelt one would be refused for nothing."""
    if header.startswith("mlir/"):
        return True
    return any((source / root / header).is_file() for root in ("include", "dialects"))


def check_include(commands, line, source, temporary):
    """What is wrong with one line of INCLUDES, or nothing."""
    library, header, wanted = line.split()
    if not exists(header, source):
        return f"{line}: there is no such header"
    ok, said = compiles(commands[f"Layerpipe{library}"], header, temporary)
    if ok == (wanted == "allowed"):
        # Another error than a missing header would hide that it is in sight.
        return "" if ok or f"'{header}' file not found" in said else f"{line}: {said}"
    return f"{library} includes {header}, which should be {wanted}. {said}"


def whole_roots(commands, build, source):
    """Targets of lib and tools that see a whole include root."""
    roots = {f"-I{tree}/{root}" for tree in (build, source) for root in ("include", "dialects")}
    for target, (_, flags, file) in sorted(commands.items()):
        if file.is_relative_to(source / "test"):
            continue
        for flag in roots.intersection(flags):
            yield f"{target} sees the whole root {flag[2:]}"


def main():
    build, source, temporary = (pathlib.Path(argument) for argument in sys.argv[1:])
    temporary.mkdir(parents=True, exist_ok=True)
    commands = read_commands(build)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        lines = INCLUDES.strip().splitlines()
        checks = [pool.submit(check_include, commands, line, source, temporary) for line in lines]
    wrong = [check.result() for check in checks]
    wrong += whole_roots(commands, build, source)
    wrong = [text for text in wrong if text]
    print("\n".join(wrong) or f"{len(lines)} includes, each as it should be")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
