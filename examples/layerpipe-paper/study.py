#!/usr/bin/env python3
"""Prints how much splits gain over PipeDream; run.sh tells the options.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

NETWORKS = ["vgg16", "alexnet", "resnet18", "resnet50", "mlp", "spiking"]
# Those without opaque layers: they can run, and take another batch.
RUNNABLE = ["vgg16", "alexnet", "mlp", "spiking"]
BATCH = 64
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "networks"
KERNEL_QUANTUM = 16
# Classifiers in ONNX are taken so.
ONNX_OPTIONS = ["--batch", "8", "--loss", "cross-entropy"]


class Study:
    """One network under one cost model: rows by (variant, processors)."""

    def __init__(self, name, costs, rows):
        self.name, self.costs, self.rows = name, costs, rows

    def gain(self, variant, processors):
        """Over PipeDream on as many processors, in per cent; none for a failed row."""
        row = self.rows[variant, processors]
        return None if row["period"] is None else 100 * (row["vs_pipedream"] - 1)

    def gains(self, variant, among):
        return [gain for p in among if (gain := self.gain(variant, p)) is not None]


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"study.py: {' '.join(map(str, command))}\n{result.stderr.strip()}")
    return result.stdout


def compare(options, model, costs, extra, quantum, folder):
    strategies = "pipedream,pipedream-replicated,layerpipe-intra,layerpipe"
    command = [options.layerpipe, "compare", model, "-p", options.processors, "--format", "json"]
    command += ["--strategies", strategies, "--split-quantum", str(quantum), *extra]
    if folder:
        command += ["--emit-schedules", folder]
    text = run(command)
    (options.output / f"{pathlib.Path(model).stem}-{costs}-quantum{quantum}.json").write_text(text)
    return json.loads(text)


def study(options, model, costs, extra=()):
    rows = {}
    name = pathlib.Path(model).stem
    for quantum in (1, KERNEL_QUANTUM):
        folder = options.output / "schedules" / f"{name}-{costs}" if quantum > 1 else None
        for row in compare(options, model, costs, extra, quantum, folder):
            if row["error"]:
                sys.exit(f"study.py: {name}, {costs}, P = {row['processors']}: {row['error']}")
            variant = row["strategy"]
            if variant == "layerpipe":
                variant += f"/{quantum}"
            rows[variant, row["processors"]] = row
    return Study(name, costs, rows)


def write_report(options, result, processors):
    """One page: the rows over P, and the schedules of the P in the middle."""
    stem = f"{result.name}-{result.costs}"
    middle = min(processors, key=lambda p: abs(p - 8))
    schedules = [options.output / "schedules" / stem / f"{result.name}-{strategy}-p{middle}.json"
                 for strategy in ("pipedream", "layerpipe-intra", "layerpipe")]
    page = options.output / f"{stem}.html"
    run([options.layerpipe, "report", *schedules, "-o", page, "--compare",
         options.output / f"{stem}-quantum{KERNEL_QUANTUM}.json"])
    return page


def percent(value):
    return "–" if value is None else f"{value:.1f}"


def print_table(result, processors):
    print(f"\n== {result.name}, {result.costs}: gain over pipedream in per cent\n")
    heads = ["P", "replicated", "intra", "quantum 1", f"quantum {KERNEL_QUANTUM}", "gap %",
             "bytes/PD", "stale", "PD stale", "limited by"]
    lines = [heads]
    for p in processors:
        baseline, row = result.rows["pipedream", p], result.rows[f"layerpipe/{KERNEL_QUANTUM}", p]
        sent = baseline["communication_bytes"]
        ratio = f"{row['communication_bytes'] / sent:.2f}" if sent else "–"
        lines.append([
            str(p),
            percent(result.gain("pipedream-replicated", p)),
            percent(result.gain("layerpipe-intra", p)),
            percent(result.gain("layerpipe/1", p)),
            percent(result.gain(f"layerpipe/{KERNEL_QUANTUM}", p)),
            percent(100 * row["gap"]),
            ratio,
            str(row["max_staleness"]),
            str(baseline["max_staleness"]),
            row["limited_by"],
        ])
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    for line in lines:
        cells = [cell.rjust(width) for cell, width in zip(line[:-1], widths)]
        print("  ".join(cells + [line[-1]]))
    means = "  ".join(
        f"{label} {statistics.mean(result.gains(variant, processors)):.1f}"
        for label, variant in [("replicated", "pipedream-replicated"),
                               ("intra", "layerpipe-intra"),
                               ("quantum 1", "layerpipe/1"),
                               (f"quantum {KERNEL_QUANTUM}", f"layerpipe/{KERNEL_QUANTUM}")])
    print(f"\nmean gain: {means}")


def judge(condition):
    return "met" if condition else "not met"


def print_claims(results, processors):
    """The abstract's three claims, each where it holds and where not."""
    variant = f"layerpipe/{KERNEL_QUANTUM}"
    middle = [p for p in processors if 7 <= p <= 9]
    print("\n== The claims of the abstract: 25 % on average, upwards of 80 % with 7 to 9")
    print("   processors, with less communication than PipeDream (arXiv 2108.06629)\n")
    everything = []
    for result in results:
        gains = result.gains(variant, processors)
        everything += gains
        mean = statistics.mean(gains)
        text = f"{result.name}, {result.costs}: mean {mean:.1f} % ({judge(mean >= 25)})"
        if middle:
            best = max(result.gains(variant, middle))
            text += f"; best of P = 7 to 9 {best:.1f} % ({judge(best >= 80)})"
        more = [p for p in processors
                if result.rows[variant, p]["communication_bytes"]
                > result.rows["pipedream", p]["communication_bytes"]]
        text += "; fewer bytes at every P (met)" if not more else (
            f"; more bytes at P = {', '.join(map(str, more))} (not met there)")
        nothing = [p for p in processors if result.gain(variant, p) < 0.05]
        if nothing:
            text += f"; no gain at P = {', '.join(map(str, nothing))}"
        print(text)
    mean = statistics.mean(everything)
    print(f"all of these: mean {mean:.1f} % ({judge(mean >= 25)})")
    print("\nThe paper's networks, baseline and cost model are not public; these are ours. With\n"
          "replicated stages PipeDream gains too, as the column 'replicated' says.")


def parse_arguments():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("layerpipe")
    parser.add_argument("--profiles", type=pathlib.Path)
    parser.add_argument("--measured", action="store_true")
    parser.add_argument("--processors", default="2-16")
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--models", type=pathlib.Path)
    parser.add_argument("--output", type=pathlib.Path,
                        default=pathlib.Path("build/examples/layerpipe-paper"))
    options = parser.parse_args()
    options.networks = [] if options.networks == "none" else options.networks.split(",")
    for name in options.networks:
        if name not in NETWORKS:
            parser.error(f"there is no network '{name}'; there are {', '.join(NETWORKS)}")
    if options.profiles and not options.profiles.is_dir():
        parser.error(f"--profiles: there is no folder '{options.profiles}'")
    if options.models and not any(options.models.glob("*.onnx")):
        parser.error(f"--models: there is no .onnx file in '{options.models}'")
    if not options.networks and not options.models:
        parser.error("--networks none leaves nothing to study without --models")
    return options


def study_measured(options, model, extra):
    profile = options.output / f"{model.stem}.profile.json"
    run([options.layerpipe, "profile", model, "-o", profile, *extra])
    return study(options, model, "measured", ["--cost-model", f"profile={profile}", *extra])


def make_studies(options):
    for name in options.networks:
        yield study(options, FOLDER / f"{name}.mlir", "macs")
    # With one sample there is nothing to divide but channels. The MLP has more.
    for name in options.networks:
        if name in RUNNABLE and name != "mlp":
            yield study(options, FOLDER / f"{name}.mlir", f"macs-batch{BATCH}",
                        ["--batch", str(BATCH)])
    if options.measured:
        for name in options.networks:
            if name in RUNNABLE:
                yield study_measured(options, FOLDER / f"{name}.mlir", [])
    if options.profiles:
        for name in options.networks:
            path = options.profiles / f"{name}.txt"
            if path.exists():
                yield study(options, path, "profile")
    if options.models:
        for model in sorted(options.models.glob("*.onnx")):
            yield study(options, model, "macs", ONNX_OPTIONS)
            if options.measured:
                yield study_measured(options, model, ONNX_OPTIONS)


def main():
    options = parse_arguments()
    options.output.mkdir(parents=True, exist_ok=True)
    results, processors = [], []
    for result in make_studies(options):
        processors = sorted({p for _, p in result.rows})
        print_table(result, processors)
        print(f"report: {write_report(options, result, processors)}")
        sys.stdout.flush()
        results.append(result)
    print_claims(results, processors)
    print(f"\ntables and schedules are in {options.output}")


if __name__ == "__main__":
    main()
