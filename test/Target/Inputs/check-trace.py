"""Compares a predicted trace with its schedule file.

usage: check-trace.py TRACE SCHEDULE

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import sys


def read(path):
    with open(path) as file:
        return json.load(file)


def main():
    trace, schedule = map(read, sys.argv[1:])
    tasks = {task["name"]: task for task in schedule["tasks"] if task["processor"] >= 0}
    events = [event for event in trace["traceEvents"] if event["ph"] == "X" and event["name"] != "wait"]
    lanes = {}
    for event in events:
        task = tasks[event["name"]]
        start = (event["args"]["iteration"] + task["lag"]) * schedule["period"] + task["start"]
        assert abs(event["ts"] * 1000 - start) < 0.5, event
        assert event["tid"] == task["processor"], event
        lanes.setdefault(event["tid"], []).append((start, start + task["duration"]))
    assert {event["name"] for event in events} == set(tasks)
    for lane in lanes.values():
        lane.sort()
        for (_, end), (start, _) in zip(lane, lane[1:]):
            assert end <= start, (end, start)
    print(f"{len(tasks)} tasks on {len(lanes)} processors, no overlap")


if __name__ == "__main__":
    main()
