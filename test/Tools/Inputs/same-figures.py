"""Checks that compile and compare say the same of one schedule.

Usage: same-figures.py COMPILE.json COMPARE.json. Prints the figures that both have.
"""

import json
import sys

compiled = json.load(open(sys.argv[1]))
[compared] = json.load(open(sys.argv[2]))
for key in ("strategy", "processors", "processors_used", "time_unit", "period", "lower_bound",
            "gap", "limited_by", "speedup", "utilization"):
    if compiled[key] != compared[key]:
        sys.exit(f"{key}: compile says {compiled[key]}, compare {compared[key]}")
    print(key, compiled[key])
staleness = max(layer["staleness"] for layer in compiled["staleness"])
if staleness != compared["max_staleness"]:
    sys.exit(f"staleness: compile says {staleness}, compare {compared['max_staleness']}")
