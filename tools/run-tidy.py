#!/usr/bin/env python3
"""Runs clang-tidy on the C++ files that changed, within a bounded time.

Changed is what differs from a base: that of --base, or the merge base with the
remote's default branch, or, where that is this commit itself, the commit
--commits before it. Files that are not committed yet count. A header stands for
the source file of its name. The latest changed files come first; those that the
time does not suffice for are named, and are no failure.

The files are parsed without precompiled headers, so that one that forgets an
include is found as well.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import time

TIDY = "clang-tidy-22"


def git(*arguments):
    """What git prints, or nothing if it fails."""
    done = subprocess.run(["git", *arguments], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def find_base(commits):
    head = git("rev-parse", "HEAD")
    base = git("merge-base", "HEAD", "origin/HEAD") or git("merge-base", "HEAD", "origin/main")
    if base and base != head:
        return base
    oldest = git("rev-list", f"--max-count={commits + 1}", "HEAD").split()
    return oldest[-1] if oldest else ""


def changed_files(base):
    """Sources and headers that differ from `base`, the latest changed first."""
    names = git("diff", "--name-only", "--diff-filter=d", base, "--", "*.cpp", "*.h").split()
    names += git("ls-files", "--others", "--exclude-standard", "--", "*.cpp", "*.h").split()
    order = git("log", "--format=", "--name-only", f"{base}..HEAD").split()
    position = {name: place for place, name in reversed(list(enumerate(order)))}
    return sorted(set(names), key=lambda name: (position.get(name, -1), name))


def configure(build):
    """Compile commands without precompiled headers, and the generated headers."""
    subprocess.run(
        ["cmake", "--preset", "release", "-B", build, "-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    subprocess.run(
        ["cmake", "--build", build, "--target", "layerpipe_tablegen"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    return {os.path.relpath(entry["file"]) for entry in commands}


def choose_sources(names, compiled):
    """The compiled files among `names`, and those beside or below changed headers."""
    by_stem = {}
    for name in sorted(compiled):
        by_stem.setdefault(pathlib.Path(name).stem, name)
    chosen = []
    for name in names:
        source = name if name.endswith(".cpp") else by_stem.get(pathlib.Path(name).stem)
        if source in compiled and source not in chosen:
            chosen.append(source)
    return chosen


def check(name, build, end):
    """clang-tidy's status and text for one file; none if the time is over."""
    left = end - time.monotonic()
    if left <= 0:
        return None
    command = [TIDY, "-p", build, "--quiet", "--warnings-as-errors=*", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=left)
    except subprocess.TimeoutExpired:
        return None
    return done.returncode, done.stdout + (done.stderr if done.returncode else "")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--base", help="commit to compare with; else as --commits says")
    parser.add_argument(
        "--commits", type=int, default=20, help="without another base: so many commits back"
    )
    parser.add_argument("--seconds", type=float, default=240, help="begin and end within")
    parser.add_argument("--build", default="build-tidy", help="folder to configure in")
    parser.add_argument("files", nargs="*", help="check these instead of the changed ones")
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    compiled = configure(options.build)
    base = options.base or find_base(options.commits)
    names = options.files or (changed_files(base) if base else sorted(compiled))
    sources = choose_sources([os.path.relpath(name) for name in names], compiled)

    failed, late = [], []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda name: check(name, options.build, end), sources)
        for name, result in zip(sources, results):
            if result is None:
                late.append(name)
            elif result[0] != 0:
                failed.append(name)
                print(result[1], flush=True)
    print(f"run-tidy: {len(sources) - len(late)} of {len(sources)} changed files checked")
    if late:
        print(f"run-tidy: no time was left for {' '.join(late)}")
    if failed:
        sys.exit(f"run-tidy: findings in {' '.join(failed)}")


if __name__ == "__main__":
    main()
