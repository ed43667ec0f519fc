"""A headless Chromium, and what it made of a page.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import collections
import html.parser
import os
import pathlib
import re
import subprocess
import zlib

import PIL.Image

# Blink's numbers of the colour schemes that a page can ask for.
SCHEMES = {"dark": 0, "light": 1}
WINDOW = (1400, 2600)


def count_fills(tokens, fills):
    """Of a page's drawing commands: three numbers and `rg` set a colour, `f` fills."""
    numbers, color = [], None
    for token in tokens:
        if re.fullmatch(rb"-?[0-9]*\.?[0-9]+", token):
            numbers.append(float(token))
            continue
        if token == b"rg":
            color = tuple(round(255 * number) for number in numbers[-3:])
        elif token in (b"f", b"f*"):
            fills[color] += 1
        numbers = []


class Browser:
    def __init__(self, program, folder, window=WINDOW):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.window = window

    def run(self, page, scheme, *options):
        command = [
            self.program,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={self.folder / 'profile'}",
            f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
            f"--window-size={self.window[0]},{self.window[1]}",
            *options,
        ]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        command.append(pathlib.Path(page).resolve().as_uri())
        return subprocess.run(command, capture_output=True, timeout=1200, check=True).stdout

    def dom(self, page):
        """The page after its scripts ran."""
        return self.run(page, "light", "--dump-dom").decode("utf-8", "replace")

    def print(self, page):
        """Prints the page, and returns what is on paper: how often each colour is
        filled in."""
        file = self.folder / "printed.pdf"
        self.run(page, "light", f"--print-to-pdf={file}", "--no-pdf-header-footer")
        fills = collections.Counter()
        for stream in re.finditer(rb"stream\r?\n(.*?)endstream", file.read_bytes(), re.DOTALL):
            try:
                count_fills(zlib.decompress(stream[1]).split(), fills)
            except zlib.error:
                pass  # fonts and the like
        return fills

    def screenshot(self, page, scheme):
        picture = self.folder / f"{scheme}.png"
        self.run(page, scheme, f"--screenshot={picture}")
        with PIL.Image.open(picture) as image:
            return image.convert("RGB")


class Drawing:
    """The bars, the rows' labels and the periods' lines of one timeline."""

    def __init__(self):
        self.bars = []
        self.rows = {}
        self.periods = {}
        self.track = None


class Mark:
    """A point of a plot: what it stands for, and whether it stands out."""

    def __init__(self, plot, attributes):
        self.plot = plot
        self.point = attributes["data-strategy"], int(attributes["data-processors"])
        classes = attributes["class"].split()
        self.best = "best" in classes
        self.beaten = "beaten" in classes
        self.color = next(name for name in classes if name.startswith("series-"))


class DrawingParser(html.parser.HTMLParser):
    """Reads timelines from HTML, or from an SVG file, which is one drawing."""

    def __init__(self):
        super().__init__()
        self.drawings = []
        self.figures = [[]]
        self.bar = None
        self.row = None
        self.html = {}
        self.plot = None
        self.marks = []
        self.lines = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        classes = (attributes.get("class") or "").split()
        if tag == "html":
            self.html = attributes
        if tag == "svg":
            self.drawings.append(Drawing())
            self.figures[-1].append(self.drawings[-1])
        if tag == "figure":
            self.figures.append([])
            self.plot = attributes.get("data-plot")
        if tag == "path" and "data-strategy" in attributes:
            self.marks.append(Mark(self.plot, attributes))
        if tag == "path" and "data-best" in attributes:
            self.lines.append(attributes)
        if "bar" in classes:
            self.bar = attributes
        if tag == "rect" and "track" in classes:
            left = float(attributes["x"])
            self.drawings[-1].track = (left, left + float(attributes["width"]))
        elif tag == "rect" and "data-iteration" in attributes:
            self.drawings[-1].bars.append(attributes)
        elif tag == "rect" and self.bar is not None:
            self.drawings[-1].bars.append({**attributes, **self.bar, "class": attributes["class"]})
            self.bar = None
        elif tag == "line" and "data-period" in attributes:
            self.drawings[-1].periods[int(attributes["data-period"])] = float(attributes["x1"])
        elif tag == "text" and "data-row" in attributes:
            self.row = attributes

    def handle_data(self, data):
        if self.row is not None:
            self.drawings[-1].rows[data] = float(self.row["y"])
            self.row = None


def parse(text):
    parser = DrawingParser()
    parser.feed(text)
    parser.close()
    return parser


def read_marks(text):
    """The points of the page's plots, and the lines that join them."""
    parser = parse(text)
    return parser.marks, parser.lines


def read_figures(text):
    """The drawings of each timeline of the page."""
    figures = [[drawing for drawing in figure if drawing.track] for figure in parse(text).figures]
    return [figure for figure in figures if figure]


def read_drawings(text):
    """The timelines of the page, and the attributes of its root."""
    parser = parse(text)
    return [drawing for drawing in parser.drawings if drawing.track], parser.html
