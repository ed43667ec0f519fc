"""Writes the examples of the op descriptions as one module, to be verified.

usage: op-examples.py REFERENCE-PAGE

An example may read values that it does not define: each becomes a parameter of
the type that the example reads it with, or labels where that is i32. Every op
must have an example.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import sys

OP = re.compile(r"^### `layerpipe\.(\w+)`", re.M)
EXAMPLE = re.compile(r"Example:\s+(?:```mlir\n(.*?)```|`([^`]*)`)", re.S)
# Reads the operands' names and their types: "%a, %b {…} : (t, t) -> …".
FUNCTIONAL = re.compile(r"((?:%\w+(?:, )?)+)(?: \{[^}]*\})? : \(([^)]*)\) ->")
TASK = re.compile(r"\(((?:%\w+(?:, )?)+)\) \{.*?^ *\} : \(([^)]*)\) ->", re.S | re.M)
DELAY = re.compile(r"layerpipe\.delay (%\w+) by \d+ initial\((%?\w+).*?\) : (\S+)")


def operand_types(example):
    """The type of every value that the example reads."""
    types = {}
    for names, listed in FUNCTIONAL.findall(example) + TASK.findall(example):
        types.update(zip(names.split(", "), listed.split(", ")))
    for source, initial, type_ in DELAY.findall(example):
        types[source] = type_
        if initial.startswith("%"):
            types[initial] = type_
    return types


def module_of(mnemonic, example):
    if example.startswith("layerpipe.graph"):
        return example
    defined = set(re.findall(r"(%\w+)(?:, %\w+)* =|, (%\w+) =|(%\w+): ", example))
    defined = {name for names in defined for name in names if name}
    lines = []
    for name, type_ in operand_types(example).items():
        if name in defined:
            continue
        source = "labels"
        if "i32" not in type_:
            source = f'parameter "{name[1:]}.example" constant(0.0)'
        lines.append(f"{name} = layerpipe.{source} : {type_}")
    body = "\n  ".join(lines + [example])
    return f"layerpipe.graph training @{mnemonic} {{\n  {body}\n}}"


def main(page):
    text = pathlib.Path(page).read_text()
    starts = list(OP.finditer(text))
    for op, following in zip(starts, starts[1:] + [None]):
        mnemonic = op.group(1)
        found = EXAMPLE.search(text[op.start() : following.start() if following else len(text)])
        if not found:
            sys.exit(f"layerpipe.{mnemonic} has no example")
        example = (found.group(1) or found.group(2)).strip()
        # The task's example shows the yield in its place.
        if mnemonic != "yield":
            print(module_of(mnemonic, example))


main(sys.argv[1])
