"""Checks figures of the throughput benchmark by its schema, and that they agree with each
other.

usage: check-figures.py SCHEMA FIGURES

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import math
import sys

import jsonschema


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-6)


def main():
    schema, figures = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:])
    jsonschema.validate(figures, schema)
    for result in figures["results"]:
        for one in result["contestants"]:
            assert len(one["rounds"]) == figures["rounds"], one
            assert one["low"] <= one["samples_per_s"] <= one["high"], one
            operations = result["operations_per_step"] / result["batch"] * one["samples_per_s"]
            peak = result["peak_gflops"][str(one["threads"])] * 1e9
            assert close(one["peak_fraction"], operations / peak), one
        for second in result["second_processor"]:
            factors = (second["own_code"] * second["beside_others"] * second["uneven"]
                       * second["waiting"])
            assert close(second["speedup"], second["processors"] / factors), second
            assert second["uneven"] >= 1 and second["waiting"] >= 1, second
        for check in result["check"]:
            assert check["losses"][0] != check["losses"][-1], "nothing was trained"
        print(f"{result['network']}: {len(result['contestants'])} contestants, "
              f"{len(result['check'])} checks, the factors give the speed-up")


main()
