"""A headless Chromium, and what it made of a page.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import html.parser
import os
import pathlib
import subprocess

import PIL.Image

# Blink's numbers of the colour schemes that a page can ask for.
SCHEMES = {"dark": 0, "light": 1}
WINDOW = (1400, 2600)


class Browser:
    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder)

    def run(self, page, scheme, *options):
        command = [
            self.program,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={self.folder / 'profile'}",
            f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}",
            f"--window-size={WINDOW[0]},{WINDOW[1]}",
            *options,
        ]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        command.append(pathlib.Path(page).resolve().as_uri())
        return subprocess.run(command, capture_output=True, timeout=1200, check=True).stdout

    def dom(self, page):
        """The page after its scripts ran."""
        return self.run(page, "light", "--dump-dom").decode("utf-8", "replace")

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
        self.best = "best" in attributes["class"].split()


class DrawingParser(html.parser.HTMLParser):
    """Reads timelines from HTML, or from an SVG file, which is one drawing."""

    def __init__(self):
        super().__init__()
        self.drawings = []
        self.bar = None
        self.row = None
        self.html = {}
        self.plot = None
        self.marks = []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        classes = (attributes.get("class") or "").split()
        if tag == "html":
            self.html = attributes
        if tag == "svg":
            self.drawings.append(Drawing())
        if tag == "figure":
            self.plot = attributes.get("data-plot")
        if tag == "path" and "data-strategy" in attributes:
            self.marks.append(Mark(self.plot, attributes))
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
    """The points of the page's plots."""
    return parse(text).marks


def read_drawings(text):
    """The timelines of the page, and the attributes of its root."""
    parser = parse(text)
    return [drawing for drawing in parser.drawings if drawing.track], parser.html
