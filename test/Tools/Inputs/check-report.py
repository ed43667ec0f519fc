"""Opens a report in a browser and compares what is drawn with the schedules.

Everything is computed again from the schedule files: which firings are in view, on
which row, between which points of the axis, and in which colour. Then the page is
broken on purpose, and the comparison must see it.

usage: check-report.py CHROMIUM FOLDER PAGE SCHEDULE [SCHEDULE...]
       check-report.py --picture PICTURE.svg SCHEDULE
       check-report.py --plots CHROMIUM FOLDER PAGE ROWS
       check-report.py --large CHROMIUM FOLDER PAGE FIRINGS

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import re
import sys

import browser

TOLERANCE = 1.1  # pixels: bars leave a gap to the next one
MAX_READY = 1000  # milliseconds until everything is drawn
COLORS = {
    "forward": (0x5E, 0x9F, 0xE0),
    "loss": (0xE8, 0xCF, 0x4F),
    "backward": (0xC4, 0x8F, 0xD6),
    "grad_input": (0xEF, 0x9A, 0x55),
    "grad_weight": (0x4F, 0xB8, 0x97),
    "update": (0x7D, 0x87, 0x94),
    "other": (0xBD, 0xB5, 0xA6),
}
# Where the timeline lies in the window; only the test asks.
LOCATE = """<script>addEventListener('load', () => {
  const box = document.querySelector('figure.timeline svg').getBoundingClientRect();
  document.documentElement.dataset.origin = box.left + ' ' + box.top;
});</script></body>"""


class Wrong(Exception):
    """The drawing does not show the schedule."""


def clean(name):
    """The name as a drawing may show it: XML has no control characters."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "\ufffd", name)


def expected_firings(schedule, periods):
    """(task, iteration) → (begin, end) in periods, of all that is in view."""
    first, last = min(periods), max(periods)
    length = schedule["period"]
    firings = {}
    for task in schedule["tasks"]:
        if task["processor"] < 0:
            continue
        for n in range(first - 1, last):
            iteration = n - task["lag"]
            begin = n + task["start"] / length
            end = begin + task["duration"] / length
            if iteration >= 0 and (end > first or begin >= first):
                firings[clean(task["name"]), iteration] = (begin, end)
    return firings


def check_place(bar, task, drawing):
    if int(bar["data-processor"]) != task["processor"]:
        raise Wrong(f"{task['name']} is on processor {bar['data-processor']}")
    label = drawing.rows.get(f"processor {task['processor']}")
    top = float(bar["y"])
    if label is None or not top < label < top + float(bar["height"]):
        raise Wrong(f"{task['name']} is not in the row of processor {task['processor']}")
    if task["kind"] not in bar["class"].replace("kind-", "").split():
        raise Wrong(f"{task['name']} looks like {bar['class']}")


def check_extent(bar, firing, drawing):
    first, last = min(drawing.periods), max(drawing.periods)
    scale = (drawing.periods[last] - drawing.periods[first]) / (last - first)
    left, right = drawing.track
    ends = [drawing.periods[first] + (time - first) * scale for time in firing]
    begin, end = (min(max(x, left), right) for x in ends)
    x, width = float(bar["x"]), float(bar["width"])
    if abs(x - begin) > TOLERANCE or abs(x + width - max(end, begin + 1)) > TOLERANCE:
        raise Wrong(f"{bar['data-task']} is drawn from {x} to {x + width}, not {begin} to {end}")


def check_drawing(drawing, schedule):
    """Every firing in view is drawn once, in its row and at its time."""
    tasks = {clean(task["name"]): task for task in schedule["tasks"]}
    expected = expected_firings(schedule, drawing.periods)
    drawn = set()
    for bar in drawing.bars:
        if "data-task" not in bar:
            continue
        key = clean(bar["data-task"]), int(bar["data-iteration"])
        if key in drawn or key not in expected:
            raise Wrong(f"{key} is drawn twice, or should not be")
        drawn.add(key)
        check_place(bar, tasks[key[0]], drawing)
        check_extent(bar, expected[key], drawing)
    missing = expected.keys() - drawn
    if missing:
        raise Wrong(f"{len(missing)} firings are missing, such as {min(missing)}")
    # The steady state is in view: each task is drawn at least once.
    if {name for name, _ in drawn} != {name for name, t in tasks.items() if t["processor"] >= 0}:
        raise Wrong("a task is not drawn at all")


def check_pixels(image, drawing, origin, schedule):
    """Just below its upper edge a bar has no letters, only its colour."""
    kinds = {clean(task["name"]): task["kind"] for task in schedule["tasks"]}
    seen = 0
    for bar in drawing.bars:
        if "data-task" not in bar or float(bar["width"]) < 6:
            continue
        x = round(origin[0] + float(bar["x"]) + float(bar["width"]) / 2)
        y = round(origin[1] + float(bar["y"]) + 2)
        if not (x < image.width and y < image.height):
            continue
        color, wanted = image.getpixel((x, y)), COLORS[kinds[clean(bar["data-task"])]]
        if max(abs(a - b) for a, b in zip(color, wanted)) > 6:
            raise Wrong(f"{bar['data-task']} is {color} at {x}, {y}, not {wanted}")
        seen += 1
    if seen < 5:
        raise Wrong(f"only {seen} bars are in the picture")


def break_page(page, change):
    """The page after a change of the data that its script draws."""
    pattern = re.compile(r'(id="report-data">)(.*?)(</script>)', re.DOTALL)
    data = json.loads(pattern.search(page)[2])
    change(data["schedules"][0])
    text = json.dumps(data).replace("<", "\\u003c")
    return pattern.sub(lambda match: match[1] + text + match[3], page)


def drop_task(schedule):
    del schedule["tasks"][0]


def move_task(schedule):
    row = schedule["task_keys"].index("row")
    schedule["tasks"][0][row] = (schedule["tasks"][0][row] + 1) % 2


def delay_task(schedule):
    schedule["tasks"][0][schedule["task_keys"].index("start")] += schedule["period"] // 9


def check_breakage(chromium, folder, page, schedule):
    """Each of these must be seen."""
    for change in (drop_task, move_task, delay_task):
        broken = folder / "broken.html"
        broken.write_text(break_page(page, change))
        drawings, _ = browser.read_drawings(chromium.dom(broken))
        try:
            check_drawing(drawings[0], schedule)
        except Wrong:
            continue
        raise Wrong(f"{change.__name__} was not noticed")


def check_page(program, folder, page, schedules):
    folder = pathlib.Path(folder)
    chromium = browser.Browser(program, folder)
    text = pathlib.Path(page).read_text()
    located = folder / "located.html"
    located.write_text(text.replace("</body>", LOCATE))
    drawings, root = browser.read_drawings(chromium.dom(located))
    if len(drawings) < 1 or "data-ready" not in root:
        raise Wrong("the page's script did not reach its end")
    for drawing, schedule in zip(drawings, schedules):
        check_drawing(drawing, schedule)
    origin = [float(number) for number in root["data-origin"].split()]
    for scheme, (low, high) in {"light": (225, 255), "dark": (0, 60)}.items():
        image = chromium.screenshot(located, scheme)
        if not all(low <= channel <= high for channel in image.getpixel((3, 3))):
            raise Wrong(f"the page is not {scheme}")
        check_pixels(image, drawings[0], origin, schedules[0])
    check_breakage(chromium, folder, text, schedules[0])
    ready = int(root["data-ready"])
    if ready > MAX_READY:
        raise Wrong(f"the page took {ready} ms to draw itself")
    bars = sum(len(drawing.bars) for drawing in drawings)
    print(f"{bars} bars are right; ready after {ready} ms")


def check_picture(picture, schedule):
    drawings, _ = browser.read_drawings(pathlib.Path(picture).read_text())
    check_drawing(drawings[0], schedule)
    print(f"{len(drawings[0].bars)} bars are right")


def check_plots(program, folder, page, path):
    """Each row is a point, and the best ones are those that no other one beats."""
    rows = [row for row in json.loads(pathlib.Path(path).read_text()) if row["period"]]
    marks = browser.read_marks(browser.Browser(program, folder).dom(page))

    def points(chosen):
        return sorted((row["strategy"], row["processors"]) for row in chosen)

    lines = sorted(mark.point for mark in marks if mark.plot == "processors")
    if lines != points(row for row in rows if row["speedup"] is not None):
        raise Wrong(f"the plot over processors shows {lines}")
    priced = [row for row in rows if row["max_staleness"] is not None]

    def cost(row):
        return row["period"], row["max_staleness"]

    def beats(a, b):
        return cost(a) != cost(b) and all(x <= y for x, y in zip(cost(a), cost(b)))

    expected = [row for row in priced if not any(beats(other, row) for other in priced)]
    best = {mark.point for mark in marks if mark.plot == "pareto" and mark.best}
    if best != set(points(expected)):
        raise Wrong(f"{best} are outlined, not {points(expected)}")
    print(f"{len(marks)} points are right")


def check_large(program, folder, page, firings):
    """Every firing counts in a block, and the browser is not drowned in them."""
    text = browser.Browser(program, folder).dom(page)
    blocks = [int(count) for count in re.findall(r'data-count="(\d+)"', text)]
    ready = int(re.search(r'data-ready="(\d+)"', text)[1])
    if sum(blocks) != int(firings) or len(blocks) > 8000 or ready > 3 * MAX_READY:
        raise Wrong(f"{sum(blocks)} firings in {len(blocks)} blocks after {ready} ms")
    print(f"{sum(blocks)} firings in {len(blocks)} blocks; ready after {ready} ms")


def read_schedules(paths):
    return [json.loads(pathlib.Path(path).read_text()) for path in paths]


def main():
    try:
        if sys.argv[1] == "--picture":
            check_picture(sys.argv[2], *read_schedules(sys.argv[3:]))
        elif sys.argv[1] == "--plots":
            check_plots(*sys.argv[2:])
        elif sys.argv[1] == "--large":
            check_large(*sys.argv[2:])
        else:
            check_page(*sys.argv[1:4], read_schedules(sys.argv[4:]))
    except Wrong as wrong:
        sys.exit(f"check-report: {wrong}")


main()
