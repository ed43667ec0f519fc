"""What a contest came to: figures as JSON, and tables for people.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import statistics

import networks
from contest import quartiles

#: Why a processor waits: the members of a program's report, and words for people.
CAUSES = {"value": "late values", "room": "no room", "data": "data loader", "loss": "losses unread"}


def contestant_json(contest, contestant):
    low, median, high = quartiles(contest.speeds[contestant])
    cores = min(contestant.threads, max(contest.peaks))
    operations = networks.operations(contest.network) / contest.network.batch
    peak = statistics.median(contest.peaks[cores])
    return {
        "name": contestant.name, "product": contestant.product, "threads": contestant.threads,
        "detail": contestant.detail(), "samples_per_s": median, "low": low, "high": high,
        "rounds": contest.speeds[contestant], "peak_fraction": median * operations / peak * 1e-9,
        "peak_memory_bytes": contestant.peak_bytes,
    }


def waits_of(program):
    """Shares of an iteration that each processor spends waiting, by cause: medians of the
    runs. An empty list for a program that doesn't tell."""
    reports = [report.get("waiting") for report in program.reports]
    if not all(reports):
        return []
    rows = []
    for processor, first in enumerate(reports[0]):
        shares = {cause: statistics.median(report[processor][cause] for report in reports)
                  for cause in CAUSES}
        shares["displaced"] = statistics.median(
            report[processor]["displaced"] or 0 for report in reports)
        rows.append({"processor": first["processor"], **shares})
    return rows


def second_processor(contest, program):
    """Divides P by factors, each of which is what one cause costs; their product is the
    measured speed-up over this network's program for one processor."""
    single = next((one for one in contest.ours if one.processors == 1), None)
    waits = waits_of(program)
    if single is None or not waits:
        return None
    batch = contest.network.batch
    one = batch / statistics.median(contest.speeds[single])
    period = batch / statistics.median(contest.speeds[program])
    alone = statistics.median(contest.alone[program])
    busy = [period * (1 - sum(row[cause] for cause in CAUSES)) for row in waits]
    return {
        "processors": program.processors, "speedup": one / period,
        "predicted": program.summary["speedup"], "own_code": alone / one,
        "beside_others": sum(busy) / alone,
        "uneven": max(busy) * len(busy) / sum(busy), "waiting": period / max(busy),
        "waits": waits,
    }


def handover_of(contest):
    """Least, median and greatest nanoseconds of the rounds; None for one core."""
    if None in contest.handovers:
        return None
    times = contest.handovers
    return {"least": min(times), "median": statistics.median(times), "greatest": max(times)}


def contest_json(contest):
    single = next((one for one in contest.ours if one.processors == 1), None)
    most = max(contest.ours, key=lambda one: one.processors)
    alone = [peer for peer in contest.peers if peer.threads == 1]
    network = contest.network
    return {
        "network": network.key, "title": network.title, "batch": network.batch,
        "operations_per_step": networks.operations(network),
        "contestants": [contestant_json(contest, one) for one in contest.all],
        "peak_gflops": {str(cores): statistics.median(peaks)
                        for cores, peaks in contest.peaks.items()},
        "handover_ns": handover_of(contest),
        "ratios": {
            "most_over_best_peer": contest.ratio(most, contest.best(contest.peers)),
            "one_over_best_single": contest.ratio(single, contest.best(alone)),
            "most_over_one": contest.ratio(most, single) if most is not single else None,
        },
        "second_processor": [figures for program in contest.alone
                             if (figures := second_processor(contest, program))],
        "kernels": contest.kernels, "check": contest.checks, "notes": contest.notes,
    }


def table(header, rows):
    """A Markdown table; all columns but the first are right-aligned."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def ratio_text(ratio):
    return f"{ratio['median']:.2f} ({ratio['low']:.2f}–{ratio['high']:.2f})" if ratio else "—"


def details(result):
    """All contestants of one network."""
    rows = [[one["name"] + (f", {one['detail']}" if one["detail"] else ""),
             f"{one['samples_per_s']:.0f}", f"{one['low']:.0f}–{one['high']:.0f}",
             f"{100 * one['peak_fraction']:.0f} %", f"{one['peak_memory_bytes'] / 1e6:.0f}"]
            for one in result["contestants"]]
    worst = max(check["differ_by"] for check in result["check"])
    lines = [f"### {result['title']}, batch {result['batch']}", "",
             table(["contestant", "samples/s", "quartiles", "of peak", "MB"], rows), "",
             f"All compute the same: the losses of {len(result['check'][0]['losses'])} steps "
             f"differ by {worst:.0e} of the first one."]
    if handover := result["handover_ns"]:
        lines.append(f"A value goes from core to core in {handover['median']:.0f} ns "
                     f"({handover['least']:.0f}–{handover['greatest']:.0f}).")
    return "\n".join(lines + [f"Note: {note}" for note in result["notes"]])


def kernels(result):
    """Who computes what, the slowest first."""
    peak = min(result["peak_gflops"].values())
    rows = []
    for one in sorted(result["kernels"], key=lambda one: -one["nanoseconds"]):
        rate = one["operations"] / one["nanoseconds"]
        cost = one["slower_by"]
        rows.append([one["kernel"], one["choice"], one["best"], f"{one['nanoseconds'] / 1e3:.0f}",
                     f"{100 * rate / peak:.0f} %" if rate else "",
                     "?" if cost is None else f"{100 * cost:.0f} %"])
    return rows and table(["kernel", "choice", "best", "µs", "of peak", "slower by"], rows)


def causes(result):
    """Where the gain of further processors goes."""
    lines = []
    for figures in result["second_processor"]:
        lines.append(
            f"P = {figures['processors']}: {figures['speedup']:.2f} times P = 1 (predicted "
            f"{figures['predicted']:.2f}) = {figures['processors']} / (own code "
            f"{figures['own_code']:.3f} · beside others {figures['beside_others']:.3f} · uneven "
            f"{figures['uneven']:.3f} · waiting {figures['waiting']:.3f})")
        for row in figures["waits"]:
            shares = [f"{words} {100 * row[cause]:.1f} %" for cause, words in CAUSES.items()]
            lines.append(f"  processor {row['processor']} waits: {', '.join(shares)}; others had "
                         f"its CPU for {100 * row['displaced']:.1f} %")
    return "\n".join(lines)


def summary(results):
    rows = []
    for result in results:
        ours = [one for one in result["contestants"] if one["product"] == "layerpipe"]
        ratios = result["ratios"]
        best = ratios["most_over_best_peer"]
        rows.append([f"{result['title']}, {result['batch']}",
                     " / ".join(f"{one['samples_per_s']:.0f}" for one in ours),
                     ours[-1]["detail"], best["over"] if best else "—", ratio_text(best),
                     ratio_text(ratios["one_over_best_single"]),
                     ratio_text(ratios["most_over_one"]),
                     " / ".join(f"{100 * one['peak_fraction']:.0f} %" for one in ours)])
    return table(["network, batch", "layerpipe, samples/s", "late by", "best peer", "over it",
                  "P = 1 over the best single thread", "most P over P = 1", "of peak"], rows)
