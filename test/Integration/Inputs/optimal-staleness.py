"""Looks for less staleness than layerpipe's at its period, with a constraint solver.

usage: optimal-staleness.py LAYERPIPE NETWORKS [FIRST-SEED]

Random networks of up to 16 tasks are written as profiles and scheduled on 2 to
4 processors. The model is built from the schedule file alone: which tasks and
edges there are, how long they take, and which edges bring late gradients; the
solver (OR-Tools CP-SAT) may choose every processor, start and lag. Its optimum
is compared in the order of the default objectives at a fixed period: what the
largest staleness exceeds P - 1 by, the staleness weighted by bytes, the largest.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

from ortools.sat.python import cp_model

SECONDS = 30  # The solver may take so long for one network, and then proves nothing.


def random_network(draw):
    """A profile of up to four layers, in a row or with a branch; times in whole ms."""
    lines = ["node1 -- Input0 -- forward_compute_time=0.000, backward_compute_time=0.000, "
             "activation_size=0.000, parameter_size=0.000"]
    layers = draw.randint(2, 4)
    for layer in range(layers):
        forward, backward = draw.randint(1, 9), draw.randint(1, 20)
        lines.append(
            f"node{layer + 2} -- Linear({layer}) -- forward_compute_time={forward}.000, "
            f"backward_compute_time={backward}.000, activation_size=4096.000, "
            f"parameter_size={4 * draw.randint(1, 50)}.000")
    edges = [(1, 2)]
    for layer in range(1, layers):
        edges.append((draw.randint(max(2, layer), layer + 1), layer + 2))
    readers = {source for source, _ in edges}
    # Every layer must be read up to the last one, where the loss is.
    edges += [(node, layers + 1) for node in range(2, layers + 1) if node not in readers]
    return "\n".join(lines + [f"\tnode{a} -- node{b}" for a, b in edges]) + "\n"


def schedule(layerpipe, text, processors, folder):
    """The schedule of strategy layerpipe with whole tasks."""
    profile = folder / "network.txt"
    profile.write_text(text)
    out = folder / "schedules"
    subprocess.run(
        [layerpipe, "compare", profile, "-p", str(processors), "--strategies", "layerpipe",
         "--split", "none", "--emit-schedules", out],
        check=True, stdout=subprocess.DEVNULL)
    (file,) = out.iterdir()
    made = json.loads(file.read_text())
    file.unlink()
    return made


def figures(staleness, sizes, processors):
    """What is compared: a number for each objective, the first one first."""
    largest = max(staleness.values(), default=0)
    weighted = sum(sizes[name] * late for name, late in staleness.items())
    return max(largest - (processors - 1), 0), weighted, largest


class Model:
    """All schedules of these tasks on as many processors, with the same period."""

    def __init__(self, made):
        self.made = made
        self.period = made["period"]
        self.processors = len(made["processors"])
        self.model = cp_model.CpModel()
        self.most = 4 * self.processors + 4  # No lag and no staleness is larger.
        self.time = {}
        self.add_tasks()
        self.add_edges()

    def add_tasks(self):
        period, model = self.period, self.model
        intervals = [[] for _ in range(self.processors)]
        first = True  # The first task with a time: the forward that all others follow.
        for number, task in enumerate(self.made["tasks"]):
            start = model.new_int_var(0, period - 1, f"start{number}")
            lag = model.new_int_var(0, self.most, f"lag{number}")
            self.time[task["name"]] = start + period * lag
            if task["kind"] == "input" or task["duration"] == 0:
                continue
            if first:
                # All schedules can be turned, and processors renamed, to this.
                model.add(start + period * lag == 0)
            here = [model.new_bool_var(f"{number} on {p}") for p in range(self.processors)]
            model.add_exactly_one(here)
            if first:
                model.add(here[0] == 1)
            first = False
            for p, chosen in enumerate(here):
                # A task that wraps around the period's end meets those behind it.
                for begin in (start, start + period):
                    intervals[p].append(model.new_optional_fixed_size_interval_var(
                        begin, task["duration"], chosen, ""))
        for listed in intervals:
            model.add_no_overlap(listed)

    def add_edges(self):
        made, model = self.made, self.model
        durations = {task["name"]: task["duration"] for task in made["tasks"]}
        staleness = {p["name"]: p["staleness"] for p in made["parameters"]}
        self.late = {name: model.new_int_var(0, self.most, name) for name in staleness}
        for edge in made["edges"]:
            source, target, distance = edge["from"], edge["to"], edge["distance"]
            parameter = edge.get("parameter")
            if parameter is not None:
                distance = distance - staleness[parameter] + self.late[parameter]
            if source != target:
                model.add(self.time[target] + distance * self.period
                          >= self.time[source] + durations[source])

    def least(self, sizes):
        """The least figures, or None if the solver did not prove them."""
        largest = self.model.new_int_var(0, self.most, "largest")
        over = self.model.new_int_var(0, self.most, "over")
        for late in self.late.values():
            self.model.add(largest >= late)
        self.model.add(over >= largest - (self.processors - 1))
        weighted = sum(sizes[name] * late for name, late in self.late.items())
        below = self.most + 1
        above = below * (self.most * sum(sizes.values()) + 1)
        self.model.minimize(over * above + weighted * below + largest)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = SECONDS
        solver.parameters.num_workers = 1
        if solver.solve(self.model) != cp_model.OPTIMAL:
            return None
        return figures({n: solver.value(v) for n, v in self.late.items()}, sizes, self.processors)


def main():
    layerpipe, count = sys.argv[1], int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    worse = unproven = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            draw = random.Random(seed)
            text, processors = random_network(draw), draw.randint(2, 4)
            made = schedule(layerpipe, text, processors, pathlib.Path(folder))
            assert len(made["tasks"]) <= 18, len(made["tasks"])
            sizes = {p["name"]: p["bytes"] for p in made["parameters"]}
            ours = figures({p["name"]: p["staleness"] for p in made["parameters"]}, sizes,
                           len(made["processors"]))
            best = Model(made).least(sizes)
            if best is None:
                unproven += 1
            elif best < ours:
                worse += 1
                print(f"seed {seed}, {processors} processors, period {made['period']}: "
                      f"{ours} where {best} is possible\n{text}")
    print(f"{count} networks, {worse} with less staleness, {unproven} not proven")
    sys.exit(worse > 0)


if __name__ == "__main__":
    main()
