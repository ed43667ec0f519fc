"""The reference page of a dialect: mlir-tblgen's, made readable.

mlir-tblgen sorts groups and ops by name, repeats C++ types, and relies on a
table of contents that few viewers make. Here groups stand in the order of the
sources, an overview comes first, and tables are Markdown's.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import re

from .toolbox import ROOT, DocsError

NOTE = "<!-- Made by tools/update-docs.py from the TableGen files; edit those. -->"
ATTRIBUTE = re.compile(
    r"<tr><td><code>(\w+)</code></td><td>[^<]*</td><td>(.*?)</td></tr>", re.DOTALL
)
# "#### `layerpipe.add` (::layerpipe::AddOp)", then the summary in italics.
OP = re.compile(r"^#### `([\w.]+)` \(::([\w:]+)\)\n\n_(.*)_$", re.MULTILINE)


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def attribute_table(match):
    rows = [
        f"| `{name}` | {' '.join(kind.split())} |" for name, kind in ATTRIBUTE.findall(match[0])
    ]
    return "\n".join(["| attribute | |", "| --- | --- |", *rows])


def tidy(text):
    """The body of one group."""
    text = re.sub(r"<table>.*?</table>", attribute_table, text, flags=re.DOTALL)
    text = re.sub(
        r"^#### Parameters:\n\n\| Parameter \| C\+\+ type \| Description \|\n.*\n",
        "| parameter | C++ type | |\n| --- | --- | --- |\n",
        text,
        flags=re.MULTILINE,
    )
    text = re.sub(r"^##### Attributes:\n\n", "", text, flags=re.MULTILINE)
    for kind in ("Operand", "Result"):
        text = re.sub(
            rf"^##### {kind}s:\n\n\| {kind} \| Description \|\n\| :-+: \| -+ \|",
            f"| {kind.lower()} | |\n| --- | --- |",
            text,
            flags=re.MULTILINE,
        )
    text = re.sub(r"^Effects: .*\n\n", "", text, flags=re.MULTILINE)
    text = OP.sub(r"#### `\1`\n\n_\3_", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def demand_examples(groups):
    for _, body in groups:
        for section in re.split(r"^(?=#### `)", body, flags=re.MULTILINE):
            op = OP.match(section)
            if op and "Example:" not in section:
                raise DocsError(f"{op[1]} has no example in its description")


def overview(groups):
    lines = []
    for title, body in groups:
        lines += [f"[{title}](#{anchor(title)})", "", "| op | |", "| --- | --- |"]
        lines += [f"| [`{op}`](#{anchor(op)}) | {summary} |" for op, _, summary in OP.findall(body)]
        lines.append("")
    return "\n".join(lines)


def cases(text, sources):
    """The dialect's own enums: one line each."""
    lines = ["## Enums", "", "| enum | | cases |", "| --- | --- | --- |"]
    for enum in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
        name, summary = re.match(r"(\w+)\n\n_(.*)_", enum).groups()
        if f'"{name}"' not in sources:
            continue  # included from another dialect
        values = re.findall(r"^\| \w+ \| `\d+` \| (\w+) \|$", enum, re.MULTILINE)
        lines.append(f"| {name} | {summary} | {', '.join(f'`{v}`' for v in values)} |")
    return "\n".join(lines) if len(lines) > 4 else ""


def page(ops_file, tools):
    """The page of the dialect whose ops `ops_file` (a path below the root) collects."""
    name = ops_file.parts[1].lower()
    text = tools.tblgen("mlir-tblgen", ops_file, "-gen-dialect-doc", f"-dialect={name}")
    head, _, rest = text.partition("## Operations\n")
    # Enums, or attributes and types, follow the ops.
    operations, *others = re.split(r"^(?=## )", rest, flags=re.MULTILINE)
    if re.match(r"\s*### `", operations):
        # A dialect without groups: all ops form one.
        operations = "### Ops\n" + re.sub(r"^#", "##", operations, flags=re.MULTILINE)
    sources = "".join(p.read_text() for p in sorted((ROOT / ops_file).parent.glob("*.td")))
    groups = [
        section.split("\n", 1) for section in re.split(r"^### ", operations, flags=re.MULTILINE)[1:]
    ]
    groups.sort(key=lambda group: sources.find(f'"{group[0]}"'))
    demand_examples(groups)
    intro = head.split("\n", 1)[1].replace("[TOC]", "").strip()
    parts = [NOTE, intro, "## Overview", overview(groups).strip()]
    parts += [f"## {title}\n\n{tidy(body).replace('#### ', '### ')}" for title, body in groups]
    for other in others:
        parts.append(cases(other, sources) if other.startswith("## Enums") else tidy(other))
    return "\n\n".join(filter(None, parts)) + "\n"
