"""Writes schedules of the examples, validates them, and breaks one in each rule.

usage: schedule-files.py LAYERPIPE SOURCE FOLDER

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import copy
import json
import pathlib
import re
import subprocess
import sys

import jsonschema

CASES = {
    "sequential": [1],
    "pipedream": [1, 2, 3],
    "layerpipe-intra": [1, 2, 3, 4, 5],
}


def write_schedule(layerpipe, model, strategy, processors, folder):
    path = folder / f"{model.stem}-{strategy}-{processors}.json"
    command = [layerpipe, "compile", model, "-p", str(processors), "--strategy", strategy]
    command += ["--cost-model", "macs", "-o", folder / "program", "--emit-schedule", path]
    run = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True)
    bound = int(re.search(r"lower bound +(\d+)", run.stdout).group(1))
    written = json.loads(path.read_text())["bounds"]["lower"]
    assert written == bound, f"{path}: the file says {written}, the report {bound}"
    return path


def check(layerpipe, path):
    """The status and the words of layerpipe check."""
    run = subprocess.run([layerpipe, "check", str(path)], capture_output=True, text=True)
    return run.returncode, run.stdout + run.stderr


def break_start(schedule):
    """A forward before the forward that it reads."""
    names = {task["name"]: task for task in schedule["tasks"]}
    names["fc2.forward"]["lag"] = names["fc1.forward"]["lag"] - 1


def break_overlap(schedule):
    """A weight gradient starts before the input gradient beside it ends; the data
    of both are there already."""
    names = {task["name"]: task for task in schedule["tasks"]}
    names["fc3.grad_weight"]["start"] -= 1


def break_order(schedule):
    order = max(schedule["processors"], key=lambda processor: len(processor["order"]))["order"]
    order.reverse()


def break_capacity(schedule):
    edge = max(schedule["edges"], key=lambda edge: edge["channel_capacity"])
    edge["channel_capacity"] -= 1


def break_staleness(schedule):
    max(schedule["parameters"], key=lambda parameter: parameter["staleness"])["staleness"] += 1


def report_broken(layerpipe, path, folder):
    good = json.loads(path.read_text())
    for name, change in [
        ("start", break_start),
        ("overlap", break_overlap),
        ("order", break_order),
        ("capacity", break_capacity),
        ("staleness", break_staleness),
    ]:
        schedule = copy.deepcopy(good)
        change(schedule)
        broken = folder / "broken.json"
        broken.write_text(json.dumps(schedule))
        status, words = check(layerpipe, broken)
        rule = re.search(r"rule \d", words)
        assert status == 1 and rule, (name, status, words)
        print(f"broken {name}: {rule.group(0)}")


def main():
    layerpipe = sys.argv[1]
    source, folder = map(pathlib.Path, sys.argv[2:])
    schema = json.loads((source / "docs/schedule.schema.json").read_text())
    for name in ["mlp", "lenet"]:
        model = source / f"examples/fashion-mnist/{name}.mlir"
        for strategy, counts in CASES.items():
            for processors in counts + ([5] if (name, strategy) == ("lenet", "pipedream") else []):
                path = write_schedule(layerpipe, model, strategy, processors, folder)
                jsonschema.validate(json.loads(path.read_text()), schema)
                status, words = check(layerpipe, path)
                assert status == 0, words
                print(f"{name} {strategy} {processors}: valid")
    report_broken(layerpipe, folder / "mlp-layerpipe-intra-2.json", folder)


if __name__ == "__main__":
    main()
