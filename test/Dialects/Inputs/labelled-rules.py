"""Checks that every labelled rule has a verifier's message and a negative test.

usage: labelled-rules.py ROOT

A label stands in a description below ROOT/dialects as "* G1: …", in a message
as "G1: …" and in a test below ROOT/test/Dialects as part of an expected error.
One label names one rule: several ops of a dialect may state it, in the same
words; no other dialect may, nor the rules of a compiled program in
docs/runtime.md. Every error of a verifier has a label.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import sys

LABEL = r"([A-Z]{1,2}\d+)"
# A rule ends with the next one, an empty line or the description.
STATED = re.compile(rf"^ +\* {LABEL}: (.*?)(?=^ +\* |^\s*$|^ *}}\])", re.MULTILINE | re.DOTALL)
ENFORCED = re.compile(rf'"{LABEL}\b')
TESTED = re.compile(rf"expected-error ?@[+-]\d+ \{{\{{.*?\b{LABEL}: ")
PROGRAMS = re.compile(rf"^\| {LABEL} \|", re.MULTILINE)
# What follows an error's opening parenthesis, or, without an argument, it.
ERROR = re.compile(r"emitOpError\(\s*(\)?[^\n]*)")
LABELLED = re.compile(rf'"{LABEL}: |\) << rule')


def texts(folder, glob):
    return {path: path.read_text() for path in sorted(folder.glob(glob))}


def found(pattern, files):
    return {label for text in files.values() for label in pattern.findall(text)}


def statements(files):
    """The words of each label."""
    words = {}
    for text in files.values():
        for label, rule in STATED.findall(text):
            words.setdefault(label, set()).add(" ".join(rule.split()))
    return words


def complain(what, items):
    if items:
        sys.exit(f"{what}: {', '.join(sorted(items))}")


def check_dialect(name, sources, tests):
    code = texts(sources, "*.cpp") | texts(sources, "*.h")
    words = statements(texts(sources, "*.td"))
    stated = set(words)
    enforced = found(ENFORCED, code)
    tested = found(TESTED, texts(tests, "invalid*.mlir"))
    complain(f"{name} states two rules", {label for label in words if len(words[label]) > 1})
    complain(f"{name} states, but does not enforce", stated - enforced)
    complain(f"{name} enforces, but does not state", enforced - stated)
    complain(f"{name} states, but does not test", stated - tested)
    complain(
        f"{name} has errors without a label",
        {
            f"{path.name}: {error}"
            for path, text in code.items()
            for error in ERROR.findall(text)
            if not LABELLED.match(error)
        },
    )
    return stated


def main(root):
    owner = dict.fromkeys(PROGRAMS.findall((root / "docs/runtime.md").read_text()), "docs/runtime.md")
    rules = 0
    for sources in sorted((root / "dialects").glob("*/IR")):
        name = sources.parent.name
        stated = check_dialect(name, sources, root / "test/Dialects" / name)
        complain(
            f"{name} states a label again",
            {f"{label}, of {owner[label]}" for label in stated & owner.keys()},
        )
        owner |= dict.fromkeys(stated, name)
        rules += len(stated)
    print(f"{rules} rules")


main(pathlib.Path(sys.argv[1]))
