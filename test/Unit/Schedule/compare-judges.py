#!/usr/bin/python3
"""Damages a schedule file in random ways and compares two judges of its structure:
the JSON Schema with Python's strict JSON, and the reader of layerpipe check. What
only the reader can know, that names are unique and name something, is told here
anew.

usage: compare-judges.py JUDGE SCHEMA SCHEDULE

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import copy
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import jsonschema

ROUNDS = 1500
VALUES = [None, True, False, "", "x", "absent", "constant:1", "constant:-2.5e-3", "constant:",
          "constant:1e", "constant:0x1", "parameter:", "parameter:W2", "parameter:W9", -1, 0, 1,
          2, 0.5, 1.5, 1.0, -0.0, 1e3, 1e300, 2**53, 2**62, 2**63 - 1, 2**63, -2**63, 2**64,
          [], {}, [1, 2], [1, 0], [1, -1], "ns", "ms", "forward", "sum"]

LINKS = {"bandwidth": [100, 1], "latency": 1,
         "levels": [{"processors": 2}, {"processors": 4, "bandwidth": [3, 1], "latency": 5}],
         "pairs": [{"processors": [1, 0], "bandwidth": [100, 1], "latency": 1}]}


def unique_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError("a key stands twice")
    return dict(pairs)


def refuse_constant(word):
    raise ValueError(f"{word} is not JSON")


def parse(text):
    return json.loads(text, object_pairs_hook=unique_keys, parse_constant=refuse_constant)


def names_are_right(schedule):
    tasks = [task["name"] for task in schedule["tasks"]]
    parameters = [parameter["name"] for parameter in schedule["parameters"]]
    used = [name for processor in schedule["processors"] for name in processor["order"]]
    used += [edge[end] for edge in schedule["edges"] for end in ("from", "to")]
    named = [edge["parameter"] for edge in schedule["edges"] if "parameter" in edge]
    named += [edge["initial"][len("parameter:"):] for edge in schedule["edges"]
              if edge.get("initial", "").startswith("parameter:")]
    return (len(tasks) == len(set(tasks)) and set(used) <= set(tasks)
            and len(parameters) == len(set(parameters)) and set(named) <= set(parameters))


def links_are_right(schedule):
    links = schedule["communication"].get("links", {})
    sizes = [1] + [level["processors"] for level in links.get("levels", [])]
    pairs = [frozenset(pair["processors"]) for pair in links.get("pairs", [])]
    processors = range(len(schedule["processors"]))
    return (all(big > small and big % small == 0 for small, big in zip(sizes, sizes[1:]))
            and len(pairs) == len(set(pairs)) and all(pair <= set(processors) for pair in pairs))


def structure_is_right(validator, text):
    try:
        schedule = parse(text)
    except ValueError:
        return False
    return (validator.is_valid(schedule) and names_are_right(schedule)
            and links_are_right(schedule))


def places(value):
    """Each container in the value with each of its keys or indices."""
    for key, member in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(member, (dict, list)):
            yield from places(member)


def damage(generator, schedule):
    """A text that is a little, or only in its spelling, unlike the schedule."""
    changed = copy.deepcopy(schedule)
    for _ in range(generator.choice((1, 1, 1, 2))):
        container, key = generator.choice(list(places(changed)))
        kind = generator.randrange(6)
        old = container[key]
        if kind == 0 and isinstance(container, dict):
            del container[key]
        elif kind == 1 and isinstance(container, dict):
            container["later"] = generator.choice(VALUES)
        elif kind == 2 and isinstance(old, int) and not isinstance(old, bool):
            container[key] = float(old)
        elif kind == 3 and isinstance(container, list):
            container.append(copy.deepcopy(old))
        else:
            container[key] = copy.deepcopy(generator.choice(VALUES))
    text = json.dumps(changed)
    if generator.random() < 0.1:
        at = generator.randrange(len(text) + 1)
        text = generator.choice((text + " x", text + "{}", text + "\n\t ", text + "\0", text[:at],
                                 '{"period": 1, ' + text[1:], text.replace("1", "01", 1),
                                 text.replace(", ", ",\n"), text.replace("]", ",]", 1)))
    return text


def main():
    judge, schema, golden = sys.argv[1:]
    with open(schema, encoding="utf-8") as file:
        validator = jsonschema.Draft7Validator(json.load(file))
    with open(golden, encoding="utf-8") as file:
        schedule = json.load(file)
    differing = copy.deepcopy(schedule)
    differing["communication"]["links"] = LINKS
    texts = [damage(random.Random(seed), differing if seed % 2 else schedule)
             for seed in range(ROUNDS)]
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / f"{seed}.json" for seed in range(ROUNDS)]
        for path, text in zip(paths, texts):
            path.write_text(text, encoding="utf-8")
        lines = subprocess.run([judge, *map(str, paths)], check=True, capture_output=True,
                               text=True).stdout.splitlines()
    assert len(lines) == ROUNDS, len(lines)
    good = 0
    for seed, (text, line) in enumerate(zip(texts, lines)):
        right = structure_is_right(validator, text)
        good += right
        if right == line.startswith("structure:"):
            word = "accepts" if right else "refuses"
            sys.exit(f"seed {seed}: the schema {word} what the reader calls '{line}':\n{text}")
    # Neither judge may refuse, or accept, nearly everything.
    assert ROUNDS // 5 < good < ROUNDS * 4 // 5, good
    print(f"{ROUNDS} files, {good} of them well-formed: both judges agree")


main()
