"""Checks that every labelled rule has a verifier's message and a negative test.

usage: labelled-rules.py FOLDER-OF-DIALECT FOLDER-OF-TESTS

A label stands in an op's description as "* G1: …", in a message as "G1: …" and
in a test as part of an expected error.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import re
import sys


def labels(folder, glob, pattern):
    texts = (path.read_text() for path in pathlib.Path(folder).glob(glob))
    return {label for text in texts for label in re.findall(pattern, text)}


def main(dialect, tests):
    stated = labels(dialect, "*.td", r"\* ([A-Z]{1,2}\d): ")
    enforced = labels(dialect, "*.cpp", r'"([A-Z]{1,2}\d)\b')
    tested = labels(tests, "invalid-*.mlir", r"expected-error @\+\d \{\{.*?\b([A-Z]{1,2}\d): ")
    for what, missing in (
        ("stated but not enforced", stated - enforced),
        ("enforced but not stated", enforced - stated),
        ("stated but not tested", stated - tested),
    ):
        if missing:
            sys.exit(f"{what}: {', '.join(sorted(missing))}")
    print(f"{len(stated)} rules")


main(*sys.argv[1:])
