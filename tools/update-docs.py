#!/usr/bin/env python3
"""Makes the pages and pictures that are derived from the sources.

docs/reference from TableGen, the outputs in the pass reference, in the tutorial
and in any other page with run blocks by running the commands. --check compares
instead of writing; a test runs it, so that no page goes stale.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import difflib
import pathlib
import sys
from functools import partial

from doctools import dialects, examples, passes, picture, timeline
from doctools.toolbox import ROOT, DocsError, Toolbox


PROGRAMS = ("layerpipe-opt", "layerpipe-translate", "layerpipe")


def below_root(pattern):
    return sorted(path.relative_to(ROOT) for path in ROOT.glob(pattern))


def pages():
    """Every derived page, and the function of a Toolbox that makes it."""
    makers = {}
    for file in below_root("dialects/*/IR/*Ops.td"):
        if file.name != f"{file.parts[1]}Ops.td":
            continue  # a part of the dialect's file
        name = file.parts[1].lower()
        makers[f"docs/reference/{name}-dialect.md"] = partial(dialects.page, file)
    # Transforms come first on the page: they are what is read most.
    files = sorted(
        below_root("include/layerpipe/*/Passes.td"), key=lambda f: "Transforms" not in f.parts
    )
    makers["docs/reference/passes.md"] = partial(passes.page, files)
    makers["docs/images/schedules.svg"] = picture.page
    makers["docs/images/timeline.svg"] = timeline.page
    for file in [pathlib.Path("README.md"), *below_root("docs/*.md")]:
        if examples.BLOCK.search((ROOT / file).read_text()):
            makers[str(file)] = partial(examples.page, file)
    return makers


def is_current(name, text):
    """Whether the page says `text`; prints how not."""
    path = ROOT / name
    committed = path.read_text() if path.exists() else ""
    sys.stderr.writelines(
        difflib.unified_diff(
            committed.splitlines(True),
            text.splitlines(True),
            f"{name} as committed",
            f"{name} as made now",
        )
    )
    return committed == text


def write(name, text):
    path = ROOT / name
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    print(f"update-docs: wrote {name}")


def parse_arguments(known):
    parser = argparse.ArgumentParser(
        description="Makes the generated pages of the documentation anew.",
        epilog="example: tools/update-docs.py --check docs/tutorial.md",
    )
    parser.add_argument(
        "pages", nargs="*", metavar="PAGE", help=f"one of {', '.join(known)}; default: all"
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing, fail if a page differs"
    )
    parser.add_argument(
        "--bin",
        type=pathlib.Path,
        default=ROOT / "build/bin",
        metavar="FOLDER",
        help="where the project's programs are (default: build/bin)",
    )
    for program in PROGRAMS:
        parser.add_argument(
            f"--{program}", type=pathlib.Path, metavar="FILE", help=f"{program}, if elsewhere"
        )
    arguments = parser.parse_args()
    for page in arguments.pages:
        if page not in known:
            parser.error(f"{page} is not a generated page; there are {', '.join(known)}")
    return arguments


def main():
    makers = pages()
    arguments = parse_arguments(list(makers))
    given = {name: getattr(arguments, name.replace("-", "_")) for name in PROGRAMS}
    tools = Toolbox(arguments.bin, given)
    stale = []
    for name in arguments.pages or makers:
        try:
            text = makers[name](tools)
        except DocsError as error:
            print(f"update-docs: {name}: {error}", file=sys.stderr)
            return 1
        if not arguments.check:
            write(name, text)
        elif not is_current(name, text):
            stale.append(name)
    if stale:
        print(
            f"update-docs: out of date: {', '.join(stale)}; run tools/update-docs.py",
            file=sys.stderr,
        )
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
