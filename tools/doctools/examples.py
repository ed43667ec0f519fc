"""Examples whose output is what the programs print.

A file below docs/examples/passes begins with a comment that says what to see.
The comment's last line is the command, in which %s is the file itself; after
"not" the command must fail. The line before may be a `keep:` as below.

A page holds blocks between comments,

    <!-- run: layerpipe-opt docs/examples/chain.mlir --layerpipe-differentiate -o a.mlir
    keep: layerpipe.delay
    -->
    …
    <!-- end -->

and everything between the two is replaced by the command and what it printed,
or wrote to its -o. Keys: `keep` shows only lines in which the expression is
found, `brief` leaves out types and the bodies of tasks and slots, `task` shows
one task whole, `fails` expects an error and shows it, `language` is the code
block's. A block `show: FILE` prints a file. All commands of a page run in one
folder, so one may read what another wrote. It looks like the repository's,
unless the page has a block `given: FILE…`, which shows how to copy these files
of the repository into a folder of one's own: then it holds them and nothing
else.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import textwrap

from .toolbox import ROOT, DocsError

# Lines beyond this, such as a whole manifest in a string, are cut off.
LONGEST = 240
# Types and what stands around them: " : (tensor<…>) -> tensor<…>", " : i64".
TYPES = re.compile(r" : (i64|f32)| : \(?tensor<.*| attributes(?= \{)")
TASK_BODY = re.compile(
    r"^( *)((?:\S+ = layerpipe\.task|sched\.slot) .*) \{\n(?:.*\n)*?\1\}.*$", re.MULTILINE
)
BLOCK = re.compile(r"<!-- (run|show|given): (.*?)-->\n.*?<!-- end -->", re.DOTALL)


def fenced(language, text):
    return f"```{language}\n{text.strip(chr(10))}\n```"


def unwrapped(text):
    """IR without the module that encloses it."""
    match = re.fullmatch(r"((?://.*\n)*)module \{\n(.*)\n\}\n*", text, re.DOTALL)
    return match[1] + textwrap.dedent(match[2]) if match else text


class PassExample:
    """A file below docs/examples/passes."""

    def __init__(self, path):
        comment, _, self.before = path.read_text().partition("\n\n")
        lines = [line.removeprefix("//").strip() for line in comment.splitlines()]
        self.file = path.relative_to(ROOT)
        command = lines[-1].removeprefix("not ")
        if not comment.startswith("//") or not command.startswith("layerpipe-opt %s "):
            raise DocsError(
                f"{self.file} must begin with a comment whose last line is its command, "
                "layerpipe-opt %s …"
            )
        self.keys = dict(line.split(": ", 1) for line in lines[:-1] if line.startswith("keep: "))
        self.prose = " ".join(line for line in lines[:-1] if not line.startswith("keep: "))
        self.command = command.replace("%s", str(self.file))
        self.fails = command != lines[-1]

    def after(self, tools):
        """What the command prints, as a code block."""
        if self.fails:
            return fenced("text", error_of(self.command, tools))
        program, *arguments = shlex.split(self.command)
        return fenced("mlir", filtered(tools.run(program, arguments), self.keys))


def filtered(text, keys):
    """What the keys let through, with … for the lines left out."""
    text = unwrapped(text)
    if "task" in keys:
        return next(m[0] for m in TASK_BODY.finditer(text) if f'"{keys["task"]}"' in m[0])
    if "brief" in keys:
        text = TASK_BODY.sub(r"\1\2 {…}", text)
    lines, opened = [], 0
    for line in text.splitlines():
        closes = line == "}" and opened > 0
        if closes or re.search(keys.get("keep", ""), line):
            opened += -1 if closes else re.match(r"\S.*\{$", line) is not None
            line = TYPES.sub("", line) if "brief" in keys else line
            lines.append(line if len(line) <= LONGEST else line[:LONGEST] + "…")
        elif lines and lines[-1].strip() != "…":
            lines.append(re.match(" *", line)[0] + "…")
    return "\n".join(lines)


def error_of(command, tools, folder=ROOT):
    """What the command, which must fail, says about it."""
    program, *arguments = shlex.split(command)
    done = subprocess.run(
        [str(tools.path(program)), *arguments], cwd=folder, capture_output=True, text=True
    )
    if not done.returncode:
        raise DocsError(f"this command should have failed: {command}")
    return done.stderr


def output_of(command, keys, tools, folder):
    """What the command printed, or wrote to the file of its -o."""
    if "fails" in keys:
        return error_of(command, tools, folder)
    program, *arguments = shlex.split(command)
    printed = tools.run(program, arguments, folder)
    if "-o" in arguments:
        return (folder / arguments[arguments.index("-o") + 1]).read_text()
    return printed


def parse(text):
    """A block's command or file, and its keys."""
    # A command may go on in lines that begin with a dash.
    head, *lines = re.split(r"\n(?=\w+:)", text.strip())
    return " ".join(head.split()), dict(line.strip().split(": ", 1) for line in lines)


def given(text, folder):
    """The commands that copy the files into the reader's folder; it has them now."""
    for name in text.split():
        shutil.copy(ROOT / name, folder)
    files = " ".join(f"$LAYERPIPE/{name}" for name in text.split())
    return fenced(
        "sh",
        "export LAYERPIPE=$PWD PATH=$PWD/build/bin:$PATH\n"
        f"mkdir -p ~/layerpipe-tutorial && cd ~/layerpipe-tutorial\ncp {files} .",
    )


def replacement(match, tools, folder):
    kind, text = match[1], match[2]
    if kind == "given":
        return f"<!-- {kind}: {text}-->\n{given(text, folder)}\n<!-- end -->"
    target, keys = parse(text)
    language = keys.get("language", "mlir")
    if kind == "show":
        body = fenced(language, filtered((folder / target).read_text(), keys))
    else:
        output = filtered(output_of(target, keys, tools, folder), keys)
        body = (
            fenced("sh", target) + "\n\n" + fenced("text" if "fails" in keys else language, output)
        )
    return f"<!-- {kind}: {text}-->\n{body}\n<!-- end -->"


def page(file, tools):
    """The page `file` (a path below the root) with its blocks filled anew."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        text = (ROOT / file).read_text()
        if not any(match[1] == "given" for match in BLOCK.finditer(text)):
            for entry in ("docs", "examples"):
                (folder / entry).symlink_to(ROOT / entry)
        return BLOCK.sub(lambda match: replacement(match, tools, folder), text)
