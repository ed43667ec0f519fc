"""Opens a report in a browser and compares what is drawn with the schedules.

Everything is computed again from the schedule files: which firings are in view, on
which row, between which points of the axis, and in which colour. Then the page is
broken on purpose, and the comparison must see it.

usage: check-report.py CHROMIUM FOLDER PAGE SCHEDULE [SCHEDULE...]
       check-report.py --picture PICTURE.svg SCHEDULE
       check-report.py --plots CHROMIUM FOLDER PAGE ROWS
       check-report.py --colors CHROMIUM FOLDER PAGE
       check-report.py --large CHROMIUM FOLDER PAGE FIRINGS
       check-report.py --paper CHROMIUM FOLDER PAGE SCHEDULE [SCHEDULE...]
       check-report.py --narrow CHROMIUM FOLDER PAGE SCHEDULE

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import re
import sys

import browser

TOLERANCE = 1.1  # pixels: bars leave a gap to the next one
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
    schedule["tasks"][0][schedule["task_keys"].index("begin")] += schedule["period"] // 9


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
    bars = sum(len(drawing.bars) for drawing in drawings)
    print(f"{bars} bars are right")


def check_picture(picture, schedule):
    drawings, _ = browser.read_drawings(pathlib.Path(picture).read_text())
    check_drawing(drawings[0], schedule)
    print(f"{len(drawings[0].bars)} bars are right")


def check_lines(marks, drawn, rows):
    """A line joins the best rows of a strategy: one for each number of processors."""
    expected = {}
    for row in rows:
        if row["speedup"] is not None:
            best = expected.setdefault(row["strategy"], {})
            best[row["processors"]] = max(best.get(row["processors"], 0), row["speedup"])
    joined = sorted(
        [tuple(map(float, point.split(":"))) for point in line["data-best"].split()]
        for line in drawn
    )
    if joined != sorted(sorted(best.items()) for best in expected.values()):
        raise Wrong(f"the lines join {joined}, not the best of {expected}")
    beaten = sum(mark.beaten for mark in marks if mark.plot == "processors")
    points = sum(row["speedup"] is not None for row in rows)
    if beaten != points - sum(map(len, expected.values())):
        raise Wrong(f"{beaten} of {points} points look beaten")


def check_colors(program, folder, page):
    """Prints the colour of each strategy; no two may share one."""
    marks, _ = browser.read_marks(browser.Browser(program, folder).dom(page))
    colors = sorted({(mark.point[0], mark.color) for mark in marks})
    if len({name for name, _ in colors}) < len(colors):
        raise Wrong(f"a strategy has two colours: {colors}")
    if len({color for _, color in colors}) < len(colors):
        raise Wrong(f"strategies share colours: {colors}")
    print(*(f"{name} is {color}" for name, color in colors), sep="\n")


def check_plots(program, folder, page, path):
    """Each row is a point, and the best ones are those that no other one beats."""
    rows = [row for row in json.loads(pathlib.Path(path).read_text()) if row["period"]]
    marks, drawn = browser.read_marks(browser.Browser(program, folder).dom(page))
    check_lines(marks, drawn, rows)

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


MOST_ELEMENTS = 8000  # of a timeline with any number of tasks


def check_large(program, folder, page, firings):
    """Every firing counts in a block, and the browser is not drowned in them. What
    drawing costs is counted by the page: elements that it made, and items that it
    looked at, which are those of each period in view and of the one before."""
    text = browser.Browser(program, folder).dom(page)
    blocks = [int(count) for count in re.findall(r'data-count="(\d+)"', text)]
    root = browser.read_drawings(text)[1]
    work, firings = json.loads(root["data-ready"]), int(firings)
    if sum(blocks) != firings or work["firings"] != firings:
        raise Wrong(f"{sum(blocks)} firings are in blocks, and {work['firings']} in view")
    if work["elements"] > MOST_ELEMENTS or work["visited"] > 2 * firings:
        raise Wrong(f"drawing {firings} firings took {work}")
    check_note_on_paper(program, folder, page)
    print(f"{firings} firings in {len(blocks)} blocks")


PRINT = """<script>
for (const figure of document.querySelectorAll('figure.timeline > svg')) figure.remove();
window.dispatchEvent(new Event('beforeprint'));
</script></body>"""


def check_note_on_paper(program, folder, page):
    """Paper says how many firings are drawn together: those of blocks of several."""
    printed = pathlib.Path(folder) / "printed.html"
    printed.write_text(pathlib.Path(page).read_text().replace("</body>", PRINT))
    text = browser.Browser(program, folder).dom(printed)
    blocks = sum(int(count) for count in re.findall(r'data-count="(\d+)"', text))
    note = re.search(r"([\d\u202f]+) firings are too narrow for paper", text)
    if blocks == 0 or note is None or int(note[1].replace("\u202f", "")) != blocks:
        raise Wrong(f"{blocks} firings are drawn together on paper, which says {note and note[1]}")


def check_strips(strips, schedule):
    """Together the strips of a timeline show every firing of all its periods."""
    periods = sorted({period for strip in strips for period in strip.periods})
    if periods != list(range(periods[0], periods[-1] + 1)):
        raise Wrong(f"the strips show periods {periods}")
    tasks = {clean(task["name"]): task for task in schedule["tasks"]}
    rows = {row for strip in strips for row in strip.rows}
    wanted = {f"processor {processor['id']}" for processor in schedule["processors"]}
    if not wanted <= rows:
        raise Wrong(f"no strip has the rows {wanted - rows}")
    drawn = set()
    for strip in strips:
        firings = expected_firings(schedule, strip.periods)
        for bar in strip.bars:
            if "data-task" in bar:
                key = clean(bar["data-task"]), int(bar["data-iteration"])
                check_place(bar, tasks[key[0]], strip)
                check_extent(bar, firings[key], strip)
                drawn.add(key)
    missing = expected_firings(schedule, periods).keys() - drawn
    if missing:
        raise Wrong(f"{len(missing)} firings are not on paper, such as {min(missing)}")
    return periods


def check_paper(program, folder, page, schedules):
    """Paper shows all of each timeline: the strips that are drawn for it do, and
    all bars of theirs are in the file that a browser prints."""
    folder = pathlib.Path(folder)
    chromium = browser.Browser(program, folder)
    printed = folder / "printed.html"
    text = pathlib.Path(page).read_text()
    printed.write_text(text.replace("</body>", PRINT))
    figures = browser.read_figures(chromium.dom(printed))
    if len(figures) != len(schedules):
        raise Wrong(f"{len(figures)} timelines are printed")
    for strips, schedule in zip(figures, schedules):
        periods = check_strips(strips, schedule)
        steady = max(task["lag"] for task in schedule["tasks"] if task["processor"] >= 0)
        if periods[0] > 0 or periods[-1] < steady + 3:
            raise Wrong(f"only the periods {periods} are printed")
    strips = [strip for strips in figures for strip in strips]
    bars = [bar for strip in strips for bar in strip.bars if "data-task" in bar]
    fills = chromium.print(page)
    for kind, color in COLORS.items():
        # The legend has one field of each colour, too.
        present = sum(any(task["kind"] == kind for task in schedule["tasks"]) for schedule in schedules)
        wanted = present + sum(bar["class"] == "kind-" + kind for bar in bars)
        if fills[color] != wanted:
            raise Wrong(f"{fills[color]} fields of kind {kind} are printed, not {wanted}")
    print(f"{len(bars)} bars in {len(strips)} strips are on paper")


def check_narrow(program, folder, page, schedule):
    """On a telephone the rows have most of the width, and no label is cut off."""
    chromium = browser.Browser(program, folder, window=(420, 2600))
    drawing = browser.read_drawings(chromium.dom(page))[0][0]
    left, right = drawing.track
    if right > 500 or right - left < 4 * left:
        raise Wrong(f"the rows reach from {left} to {right}")
    wanted = {f"P{processor['id']}" for processor in schedule["processors"]}
    if not wanted <= drawing.rows.keys():
        raise Wrong(f"the rows are {sorted(drawing.rows)}")
    labelled = [bar for bar in drawing.bars if float(bar["width"]) >= 14]
    if 2 * len(labelled) < len(drawing.bars):
        raise Wrong(f"only {len(labelled)} of {len(drawing.bars)} bars have room for a label")
    print(f"{len(drawing.rows)} rows are readable")


def read_schedules(paths):
    return [json.loads(pathlib.Path(path).read_text()) for path in paths]


def main():
    try:
        if sys.argv[1] == "--picture":
            check_picture(sys.argv[2], *read_schedules(sys.argv[3:]))
        elif sys.argv[1] == "--plots":
            check_plots(*sys.argv[2:])
        elif sys.argv[1] == "--colors":
            check_colors(*sys.argv[2:])
        elif sys.argv[1] == "--large":
            check_large(*sys.argv[2:])
        elif sys.argv[1] == "--paper":
            check_paper(*sys.argv[2:5], read_schedules(sys.argv[5:]))
        elif sys.argv[1] == "--narrow":
            check_narrow(*sys.argv[2:5], *read_schedules(sys.argv[5:]))
        else:
            check_page(*sys.argv[1:4], read_schedules(sys.argv[4:]))
    except Wrong as wrong:
        sys.exit(f"check-report: {wrong}")


main()
