"""The reference page of the passes: what TableGen says, and an example that was run.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import re
import textwrap

from .dialects import NOTE, anchor
from .examples import PassExample, fenced
from .toolbox import ROOT, DocsError

EXAMPLES = "docs/examples/passes"

INTRODUCTION = f"""\
# Passes of layerpipe-opt

Every pass works alone, in the order typed, or says with a location why it can't.
`--layerpipe-pipeline` runs the whole way from a forward graph to a verified
schedule. [Phases](../phases.md) says which pass leads from which phase to which, the
[tutorial](../tutorial.md) walks one network through them.

The examples are the files of [`{EXAMPLES}`](../examples/passes), and what is shown
after each is what its command printed; the enclosing `module` is left out.
"""


def option_table(records, options):
    """Options as --pass="name=value" takes them."""
    lines = ["| option | default | |", "| --- | --- | --- |"]
    for option in (records[reference["def"]] for reference in options):
        default = option.get("defaultValue", "").strip('"')
        shown = f"`{default}`" if default else "none"
        lines.append(f"| `{option['argument']}` | {shown} | {option['description']} |")
    return "\n".join(lines)


def example(tools, argument):
    name = argument.removeprefix("layerpipe-")
    path = ROOT / EXAMPLES / f"{name}.mlir"
    if not path.is_file():
        raise DocsError(f"--{argument} has no example: write {path.relative_to(ROOT)}")
    example = PassExample(path)
    if f"--{argument}" not in example.command:
        raise DocsError(f"the command of {path.relative_to(ROOT)} does not run --{argument}")
    return "\n\n".join(
        [
            f"Example: {example.prose}",
            fenced("mlir", example.before),
            fenced("sh", example.command),
            example.after(tools),
        ]
    )


def section(tools, records, record):
    parts = [
        f"## `--{record['argument']}`",
        f"_{record['summary']}_",
        textwrap.dedent(record["description"]).strip(),
    ]
    if record["options"]:
        parts.append(option_table(records, record["options"]))
    return "\n\n".join([*parts, example(tools, record["argument"])])


def pipelines(tools):
    """A section for every pipeline, from the help, for TableGen knows none of them."""
    text = tools.run("layerpipe-opt", ["--help"]).partition("Pass Pipelines:\n")[2]
    found = re.findall(r"^ {6}--(layerpipe-\S+) +- +(.*)\n((?: {8}--.*\n)*)", text, re.MULTILINE)
    for name, summary, options in found:
        lines = ["| option | |", "| --- | --- |"]
        for option in re.findall(r"--([\w-]+)=\S+ +- (.*)", options):
            lines.append(f"| `{option[0]}` | {option[1]} |")
        yield name, summary, "\n".join(lines)


def page(files, tools):
    """One page for all `files` (paths of Passes.td below the root)."""
    overview, sections = ["| pass | |", "| --- | --- |"], []
    for file in files:
        records = json.loads(tools.tblgen("llvm-tblgen", file, "--dump-json"))
        found = [records[name] for name in records["!instanceof"]["PassBase"]]
        # The order of the file, which is the order in which passes are run.
        found.sort(key=lambda record: int(record["!locs"][0].rpartition(":")[2]))
        for record in found:
            heading = f"--{record['argument']}"
            overview.append(f"| [`{heading}`](#{anchor(heading)}) | {record['summary']} |")
            sections.append(section(tools, records, record))
    for name, summary, options in pipelines(tools):
        overview.append(f"| [`--{name}`](#{anchor(f'--{name}')}) | {summary} |")
        sections.append(f"## `--{name}`\n\n_{summary}_\n\n{options}")
    return "\n\n".join([NOTE, INTRODUCTION.strip(), "\n".join(overview), *sections]) + "\n"
