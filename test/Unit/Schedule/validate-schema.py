#!/usr/bin/python3
"""Validates schedule files against the format's JSON Schema, and shows that the
schema refuses a file without each of its keys.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import copy
import json
import sys

import jsonschema

# Keys that came after version 1 was frozen: files may lack them.
ADDED = {"limited_by"}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        validator = jsonschema.Draft7Validator(json.load(file))
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            schedule = json.load(file)
        for error in validator.iter_errors(schedule):
            sys.exit(f"{path}: {error.json_path}: {error.message}")
        for key in schedule.keys() - ADDED:
            broken = copy.deepcopy(schedule)
            del broken[key]
            if validator.is_valid(broken):
                sys.exit(f"{path}: the schema accepts a file without {key!r}")
        for edge in schedule["edges"]:
            edge.pop("initial", None)
        if validator.is_valid(schedule):
            sys.exit(f"{path}: the schema accepts delays without initial values")


main()
