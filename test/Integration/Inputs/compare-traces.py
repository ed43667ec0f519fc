"""Compares a predicted trace with a measured one: both load into one view.

usage: compare-traces.py PREDICTED MEASURED

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import collections
import json
import sys


def fail(text):
    sys.exit(f"compare-traces: {text}")


class Trace:
    """The events of a trace by what they are, and what each task says of itself."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.content = json.load(file)
        events = self.content["traceEvents"]
        self.processes = {event["pid"] for event in events}
        self.names = sorted(
            (event["name"], event["tid"], event["args"].get("sort_index"))
            for event in events
            if event["ph"] == "M" and event["name"].startswith("thread")
        )
        slices = [event for event in events if event["ph"] == "X"]
        self.firings = [event for event in slices if event["name"] != "wait"]
        self.waits = [event for event in slices if event["name"] == "wait"]
        self.certain, self.possible = self.join(events)
        self.check_order(slices)

    @staticmethod
    def check_order(slices):
        """Nothing overlaps on a processor, waits included."""
        lanes = collections.defaultdict(list)
        for event in slices:
            lanes[event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
        for lane in lanes.values():
            lane.sort()
            for (_, end), (begin, _) in zip(lane, lane[1:]):
                if end > begin + 0.0015:  # both are rounded to nanoseconds
                    fail(f"slices overlap: one ends at {end}, one begins at {begin}")

    def firing_at(self, event, margin):
        for firing in self.firings_on[event["tid"]]:
            if firing["ts"] - margin <= event["ts"] <= firing["ts"] + firing["dur"] + margin:
                yield firing

    def join(self, events):
        """How many iterations later which task takes what which other one made: where
        that is certain, and where tasks without duration share a moment, all that it
        could be."""
        self.firings_on = collections.defaultdict(list)
        for firing in self.firings:
            self.firings_on[firing["tid"]].append(firing)
        starts = {event["id"]: event for event in events if event["ph"] == "s"}
        ends = {event["id"]: event for event in events if event["ph"] == "f"}
        if starts.keys() != ends.keys():
            fail("an arrow has one end")
        certain, possible = set(), set()
        for key, start in starts.items():
            makers = list(self.firing_at(start, 0.0015))
            takers = [f for f in self.firing_at(ends[key], 0.0015)
                      if abs(f["ts"] - ends[key]["ts"]) < 0.0015]
            if not makers or not takers:
                fail(f"arrow {key} touches no slice")
            if start["ts"] > ends[key]["ts"] + 0.0015:
                fail(f"arrow {key} goes back in time")
            kinds = {
                (maker["name"], taker["name"],
                 taker["args"]["iteration"] - maker["args"]["iteration"])
                for maker in makers
                for taker in takers
            }
            possible |= kinds
            if len(kinds) == 1:
                certain |= kinds
        return certain, possible

    def tasks(self):
        return {
            event["name"]: (event["tid"], event["cat"], event["args"]["layer"], event["args"]["lag"])
            for event in self.firings
        }

    def fields(self):
        """The keys of each sort of events, and of their arguments."""
        found = collections.defaultdict(set)
        for event in self.content["traceEvents"]:
            sort = event["ph"], event["name"] == "wait"
            found[sort].add((tuple(event), tuple(event.get("args", {}))))
        return dict(found)


def main():
    predicted, measured = map(Trace, sys.argv[1:])
    for what in ("tasks", "fields"):
        ours, theirs = getattr(predicted, what)(), getattr(measured, what)()
        if ours != theirs:
            fail(f"{what} differ: {ours} and {theirs}")
    if predicted.names != measured.names:
        fail(f"threads differ: {predicted.names} and {measured.names}")
    if predicted.processes & measured.processes:
        fail("both are one process")
    if predicted.content.keys() != measured.content.keys():
        fail("the files differ in their keys")
    if not predicted.waits or not measured.waits:
        fail("nobody waits")
    missing = (predicted.certain - measured.possible) | (measured.certain - predicted.possible)
    if missing:
        fail(f"arrows are in one trace only: {sorted(missing)}")
    kinds = len(predicted.certain & measured.certain)
    print(f"{len(predicted.tasks())} tasks and {kinds} kinds of arrows agree")


main()
