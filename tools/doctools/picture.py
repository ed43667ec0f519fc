"""The README's picture: schedules as bars over time, drawn from their JSON.

Every bar is a task of one iteration at the place that the schedule gives it; the
first periods show the prologue.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import tempfile

from .toolbox import ROOT

MODEL = "examples/fashion-mnist/mlp.mlir"
PROCESSORS = 2
PANELS = [
    ("pipedream", "a layer's backward is one task, layers are contiguous"),
    ("layerpipe-intra", "the two gradients are tasks of their own"),
]
PERIODS = 4  # of the slowest schedule

# By kind: the letter on the bar, its colour, and its name in the legend.
KINDS = {
    "forward": ("F", "#4c8dd6", "forward"),
    "backward": ("B", "#c77bd0", "backward, both gradients"),
    "grad_input": ("I", "#e8963e", "gradient of the input"),
    "grad_weight": ("G", "#58a868", "gradient of the weights"),
}
WIDTH, LEFT, BAR, GAP, PANEL = 860, 96, 30, 8, 138
# Grey that reads on white and on black: a picture does not learn the page's theme.
STYLE = """\
text { font: 13px system-ui, sans-serif; fill: #6e7781 }
.bar { font-size: 12px; fill: #10151b; text-anchor: middle }
.track { fill: #8b949e; opacity: .18 }
.period { stroke: #6e7781; stroke-dasharray: 3 3 }"""


def schedule_of(tools, strategy, folder):
    scheduled = folder / "scheduled.mlir"
    options = f"processors={PROCESSORS} strategy={strategy}"
    tools.run("layerpipe-opt", [ROOT / MODEL, f"--layerpipe-pipeline={options}", "-o", scheduled])
    return json.loads(tools.run("layerpipe-translate", ["--export-schedule-json", scheduled]))


def millions(cycles):
    return f"{cycles / 1e6:.1f} M cycles"


def late(schedule):
    """The staleness of each layer, in the order of the parameters."""
    layers = {p["name"].rpartition(".")[0]: p["staleness"] for p in schedule["parameters"]}
    return ", ".join(map(str, layers.values()))


def bar(task, iteration, begin, scale, top):
    """One firing, cut off at the right edge, with its name if there is room."""
    letter, colour, _ = KINDS[task["kind"]]
    x = LEFT + begin * scale
    width = min(task["duration"] * scale, WIDTH - x)
    # A pixel of ground between bars, unless that is all there is.
    parts = [
        f'<rect x="{x:.1f}" y="{top}" width="{max(width - 1, 0.6):.1f}" height="{BAR}" rx="2"'
        f' fill="{colour}"/>'
    ]
    if width > 20:
        label = f'{letter}{task["layer"]}' + (f" · {iteration}" if width > 34 else "")
        parts.append(
            f'<text class="bar" x="{x + width / 2:.1f}" y="{top + BAR / 2 + 4:.0f}">{label}</text>'
        )
    return parts


def bars(schedule, end, scale, top):
    parts = []
    for task in schedule["tasks"]:
        if task["kind"] not in KINDS:
            continue
        for iteration in range(PERIODS * 2):
            begin = (iteration + task["lag"]) * schedule["period"] + task["start"]
            if begin < end:
                parts += bar(task, iteration, begin, scale, top + task["processor"] * (BAR + GAP))
    return parts


def panel(schedule, title, end, scale, top):
    period = schedule["period"]
    bottom = top + 22 + PROCESSORS * (BAR + GAP)
    parts = [
        f'<text x="0" y="{top + 8}">'
        f'<tspan font-weight="600">{schedule["strategy"]}</tspan>: {title}</text>'
    ]
    for processor in range(PROCESSORS):
        y = top + 22 + processor * (BAR + GAP)
        parts.append(f'<text x="0" y="{y + 19}">processor {processor}</text>')
        parts.append(
            f'<rect class="track" x="{LEFT}" y="{y}" width="{WIDTH - LEFT}" height="{BAR}" rx="2"/>'
        )
    parts += bars(schedule, end, scale, top + 22)
    for index in range(1, (end - 1) // period + 1):
        x = LEFT + index * period * scale
        parts.append(
            f'<line class="period" x1="{x:.1f}" x2="{x:.1f}" y1="{top + 18}" y2="{bottom - 4}"/>'
        )
    bound = schedule["bounds"]["lower"]
    parts.append(
        f'<text x="{LEFT}" y="{bottom + 10}">period {millions(period)}, '
        f"{100 * (period / bound - 1):.0f} % above the lower bound; "
        f"gradients of the layers are {late(schedule)} iterations late</text>"
    )
    return parts


def legend(top):
    parts, x = [], 0
    for _, colour, name in KINDS.values():
        parts.append(f'<rect x="{x}" y="{top}" width="12" height="12" rx="2" fill="{colour}"/>')
        parts.append(f'<text x="{x + 18}" y="{top + 11}">{name}</text>')
        x += 34 + 7 * len(name)
    parts.append(f'<text x="{x}" y="{top + 11}">F1 · 2: layer 1 of iteration 2</text>')
    return parts


def page(tools):
    """The SVG; named as its siblings' makers are."""
    with tempfile.TemporaryDirectory() as name:
        schedules = [schedule_of(tools, strategy, pathlib.Path(name)) for strategy, _ in PANELS]
    end = PERIODS * max(schedule["period"] for schedule in schedules)
    scale = (WIDTH - LEFT) / end
    parts, top = [], 8
    for schedule, (_, title) in zip(schedules, PANELS):
        parts += panel(schedule, title, end, scale, top)
        top += PANEL
    parts += legend(top)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top + 18}">\n'
        "<!-- Made by tools/update-docs.py from the schedules of "
        f"{MODEL} -->\n<style>\n{STYLE}\n</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )
