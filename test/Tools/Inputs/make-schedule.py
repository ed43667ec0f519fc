"""Makes schedules that no compiler would make.

usage: make-schedule.py --hostile SCHEDULE    with names that want to be markup
       make-schedule.py --large TASKS PROCESSORS    of one kind each, in a chain

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import sys

HOSTILE = "</script><b>&\"' \u2028\u0001]]>"


def hostile(path):
    with open(path, encoding="utf-8") as file:
        schedule = json.load(file)
    for key in ("graph", "strategy"):
        schedule[key] += HOSTILE
    for processor in schedule["processors"]:
        processor["order"] = [name + HOSTILE for name in processor["order"]]
    for task in schedule["tasks"]:
        task["name"] += HOSTILE
    for edge in schedule["edges"]:
        for key in ("from", "to", "value", "parameter"):
            if key in edge:
                edge[key] += HOSTILE
        if edge.get("initial", "").startswith("parameter:"):
            edge["initial"] += HOSTILE
    for transfer in schedule["transfers"]:
        transfer["value"] += HOSTILE
    for parameter in schedule["parameters"]:
        parameter["name"] += HOSTILE
    return schedule


def large(count, processors):
    kinds = ["forward", "grad_input", "grad_weight"]
    per_processor = count // processors
    period = 10 * per_processor
    tasks, edges, orders = [], [], []
    for processor in range(processors):
        names = [f"t{processor}.{i}" for i in range(per_processor)]
        orders.append(names)
        for i, name in enumerate(names):
            tasks.append(dict(name=name, layer=i + 1, kind=kinds[i // 4 % 3], processor=processor,
                              start=10 * i, duration=9, lag=processor))
        for before, after in zip(names, names[1:]):
            edges.append({"from": before, "to": after, "kind": "activation", "value": before,
                          "distance": 0, "bytes": 1000, "channel_capacity": 1})
    busy = 9 * per_processor
    return dict(
        format="layerpipe-schedule", version=1, graph="large", strategy="by hand",
        time_unit="us", period=period,
        bounds=dict(iteration=[0, 1], work=busy, longest_task=9, link=0, lower=busy,
                    lower_split=busy),
        utilization=0.9, communication=dict(bytes_per_iteration=0, bytes_copied=0),
        processors=[dict(id=i, speed=[1, 1], busy=busy, memory_bytes=1000 * per_processor,
                         order=order) for i, order in enumerate(orders)],
        tasks=tasks, edges=edges, transfers=[], parameters=[])


def main():
    mode, *arguments = sys.argv[1:]
    if mode == "--hostile":
        schedule = hostile(*arguments)
    else:
        schedule = large(*map(int, arguments))
    json.dump(schedule, sys.stdout)


main()
