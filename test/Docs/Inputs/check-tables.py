"""Checks that every table of the pages has its headings and the rule below them.

A blank line within a table makes two of it, the second without headings, which
is shown as a heap of bars.
"""

import pathlib
import sys

tables, torn = 0, 0
for page in sys.argv[1:]:
    before, code = "", False
    lines = pathlib.Path(page).read_text().splitlines()
    for number, line in enumerate(lines):
        code ^= line.startswith("```")
        if not code and line.startswith("|") and not before.startswith("|"):
            tables += 1
            if not lines[number + 1].startswith("| ---"):
                torn += 1
                print(f"{page}:{number + 1}: a table begins without headings")
        before = line
print(tables, "tables")
sys.exit(torn > 0)
