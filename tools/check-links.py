#!/usr/bin/env python3
"""Finds links of the Markdown files that lead nowhere inside the repository.

A link to another file must name a file that git tracks, or a folder of such; a
link with an anchor must name a heading of that file, spelled as GitHub spells
it. Links to other hosts are not followed.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import pathlib
import re
import subprocess
import sys

LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def prose(path):
    """The text without code blocks, whose lines keep their number."""
    return CODE.sub(lambda m: "\n" * m.group().count("\n"), path.read_text())


def anchors(path):
    headings = re.findall(r"^#+ +(.*)$", prose(path), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {word.strip().replace(" ", "-") for word in words}


def problem(target, source, root, tracked):
    """Why the link cannot be followed, or None."""
    file, _, anchor = target.partition("#")
    path = (source.parent / file).resolve() if file else source
    if path not in tracked:
        return "there is no such file in the repository"
    if anchor and anchor not in anchors(path):
        return f"{path.relative_to(root)} has no heading '#{anchor}'"
    return None


def main():
    argparse.ArgumentParser(
        description="Checks the links between the repository's Markdown files.",
        epilog="example: tools/check-links.py",
    ).parse_args()
    root = pathlib.Path(__file__).resolve().parent.parent
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True
    )
    files = [root / name for name in listing.stdout.split("\0") if name]
    tracked = {folder for file in files for folder in (file, *file.parents)}
    broken = 0
    for source in (file for file in files if file.suffix == ".md"):
        text = prose(source)
        for link in LINK.finditer(text):
            target = link.group(1)
            if re.match(r"[a-z]+:", target):
                continue
            reason = problem(target, source, root, tracked)
            if reason:
                line = text.count("\n", 0, link.start()) + 1
                print(f"{source.relative_to(root)}:{line}: {target}: {reason}", file=sys.stderr)
                broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
