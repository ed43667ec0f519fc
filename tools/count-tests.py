#!/usr/bin/env python3
"""Counts the tests of one or more build folders.

ctest sees a GoogleTest program, or the whole of lit, as one test. Here each
case counts: a ctest test NAME that wrote test-results/NAME.xml stands for the
cases in that file, any other for itself. A program that fails without a failed
case (it crashed, or its leak checker spoke) adds one failure, so that the count
never looks better than ctest's verdict.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import collections
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def outcome(case):
    """One case of GoogleTest's, lit's or ctest's JUnit XML."""
    if case.get("status") == "fail" or any(
        case.find(tag) is not None for tag in ("failure", "error")
    ):
        return "failed"
    if case.get("status") in ("notrun", "disabled") or case.find("skipped") is not None:
        return "skipped"
    return "passed"


def cases_of(path):
    return ElementTree.parse(path).getroot().iter("testcase")


def count_cases(path):
    """None if the program died before it had written the file to its end."""
    try:
        return collections.Counter(outcome(case) for case in cases_of(path))
    except (FileNotFoundError, ElementTree.ParseError):
        return None


def count_build(folder):
    results = folder / "test-results"
    total = collections.Counter()
    for test in cases_of(results / "ctest.xml"):
        verdict = outcome(test)
        details = count_cases(results / f"{test.get('name')}.xml")
        if not details:
            total[verdict] += 1
            continue
        total += details
        if verdict == "failed" and not details["failed"]:
            total["failed"] += 1
    return total


def main():
    parser = argparse.ArgumentParser(
        description="Sums the tests that test/run.sh ran in the given build folders.",
        epilog="example: tools/count-tests.py build build-asan",
    )
    parser.add_argument("build", nargs="+", type=pathlib.Path, help="a build folder")
    total = collections.Counter()
    for folder in parser.parse_args().build:
        try:
            total += count_build(folder)
        except (OSError, ElementTree.ParseError) as error:
            print(f"count-tests: no results in {folder}: {error}", file=sys.stderr)
            print("count-tests: test/run.sh writes them", file=sys.stderr)
            return 1
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
