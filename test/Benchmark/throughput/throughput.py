#!/usr/bin/env python3
"""Compares how fast layerpipe and its peers train the same networks on the same cores.

Each network is compiled by layerpipe for each number of processors, and built in each
peer from the same description. First everybody trains some steps from the same
parameters on the same data, layerpipe without delays; the losses must agree. Then all
are timed in turn, in several rounds of one run: a machine that others share is faster in
one minute and slower in the next, so only ratios within a round are compared. Nothing
else should run meanwhile.

Example: test/Benchmark/throughput/run.sh --networks mlp512,lenet --rounds 5

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shlex
import sys
import tempfile

import contestants
import figures
import networks
from contest import Contest

ROOT = pathlib.Path(__file__).resolve().parents[3]


def networks_of(text):
    found = [networks.find(key) for key in text.split(",")]
    if None in found:
        names = ", ".join(network.key for network in networks.NETWORKS)
        raise argparse.ArgumentTypeError(f"'{text}' names a network that is not there; there are "
                                         f"{names}")
    return found


def processors_of(text):
    try:
        counts = sorted({int(word) for word in text.split(",")})
    except ValueError:
        counts = [0]
    if counts[0] < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no list of numbers from 1, such as 1,2")
    return counts


def peers_of(text):
    peers = [] if text == "none" else text.split(",")
    if unknown := set(peers) - {"torch", "jax"}:
        raise argparse.ArgumentTypeError(f"'{unknown.pop()}' is no peer; there are torch, jax and "
                                         "none")
    return peers


def variants_of(text):
    known = sum(contestants.VARIANTS.values(), [])
    if unknown := set(text.split(",")) - set(known):
        raise argparse.ArgumentTypeError(f"'{unknown.pop()}' is no variant; there are "
                                         f"{', '.join(known)}")
    return text.split(",")


def positive(kind):
    def parse(text):
        value = kind(text)
        if value <= 0:
            raise ValueError
        return value
    parse.__name__ = "positive number"
    return parse


def parse_options():
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n\n")[0],
        epilog="Networks: " + "; ".join(f"{one.key}: {one.title}, batch {one.batch}"
                                        for one in networks.NETWORKS))
    parser.add_argument("--layerpipe", default=ROOT / "build" / "bin" / "layerpipe",
                        help="path of layerpipe; build/bin/layerpipe without it")
    parser.add_argument("--networks", type=networks_of, default=networks.NETWORKS, metavar="LIST",
                        help="some of the networks below; all without it")
    parser.add_argument("--processors", type=processors_of, default=[1, 2], metavar="LIST",
                        help="processors of layerpipe and threads of peers (1,2)")
    parser.add_argument("--rounds", type=positive(int), default=9, help="how many (9)")
    parser.add_argument("--seconds", type=positive(float), default=2.0,
                        help="that each contestant is timed for in a round (2)")
    parser.add_argument("--peers", type=peers_of, default=["torch", "jax"], metavar="LIST",
                        help="torch, jax (small networks only), or none; torch,jax without it")
    parser.add_argument("--variants", type=variants_of, metavar="LIST",
                        default=sum(contestants.VARIANTS.values(), []),
                        help="how peers run: eager,compile,eager+channels_last,"
                             "compile+channels_last,jit (all); compiling VGG-11 takes PyTorch "
                             "minutes")
    parser.add_argument("--python", default=sys.executable,
                        help="a Python that has the peers; run.sh makes one without it")
    parser.add_argument("--compile-options", type=shlex.split, default=[], metavar="TEXT",
                        help="further options of layerpipe compile, in one word: '--cost-model "
                             "measure'")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="write all figures as JSON, by result.schema.json")
    return parser.parse_args()


def machine(cpus):
    return {"cpu": contestants.cpu_name(), "instructions": contestants.instruction_sets(),
            "cpus": len(cpus), "kernel": platform.release()}


def main():
    options = parse_options()
    cpus = sorted(os.sched_getaffinity(0))[:max(options.processors)]
    if len(cpus) < max(options.processors):
        print(f"throughput: {max(options.processors)} processors take turns on {len(cpus)} CPUs, "
              "which says nothing about speed", file=sys.stderr)
    os.sched_setaffinity(0, cpus)  # Everybody gets the same ones.

    def progress(text):
        print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)

    results, about = [], machine(cpus)
    document = {"format": "layerpipe-throughput", "version": 1, "machine": about,
                "rounds": options.rounds, "seconds": options.seconds,
                "compile_options": options.compile_options, "results": results}
    print(f"{about['cpu']}, {about['instructions']}, {about['cpus']} CPUs, Linux "
          f"{about['kernel']}\n")
    with tempfile.TemporaryDirectory(prefix="layerpipe-throughput-") as name:
        folder = pathlib.Path(name)
        cores = contestants.Cores(folder, cpus)
        for network in options.networks:
            progress(f"{network.key}: compiling and checking")
            contest = Contest(options, network, folder / network.key, cores)
            contest.run(progress)
            results.append(figures.contest_json(contest))
            if options.json:  # What was measured stays, whatever comes after it.
                options.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
            print("\n\n".join(filter(None, [figures.details(results[-1]),
                                            figures.causes(results[-1]),
                                            figures.kernels(results[-1])])) + "\n", flush=True)
    print(figures.summary(results))
    print("\nRatios are medians of the rounds' ratios, with their quartiles.")


if __name__ == "__main__":
    main()
