"""Runs the commands of a page as its reader would, in a folder of his own.

Usage: run-page.py PAGE REPOSITORY PROGRAMS SCRATCH

Every block of shell commands of the page runs in one shell, one after the
other. Home is the folder SCRATCH, and the commands begin in a copy of the
REPOSITORY's folder whose build/bin are the PROGRAMS. Blocks that the page says
fail must fail.
"""

import pathlib
import re
import subprocess
import sys

page, repository, programs, scratch = map(pathlib.Path, sys.argv[1:])
BLOCK = re.compile(r"(?P<mark><!-- run: (?:.(?!-->))*?.-->\n)?```sh\n(?P<text>.*?)```", re.DOTALL)

clone = scratch / "clone"
(clone / "build").mkdir(parents=True)
(clone / "build" / "bin").symlink_to(programs)
for entry in ("docs", "examples"):
    (clone / entry).symlink_to(repository / entry)

script = ["set -euo pipefail", f"cd '{clone}'"]
for block in BLOCK.finditer(page.read_text()):
    text = block["text"].strip()
    if "fails: yes" in (block["mark"] or ""):
        text = f"if {text}; then echo 'should have failed: {text}' >&2; exit 1; fi"
    script.append(text)
done = subprocess.run(
    ["bash", "-c", "\n".join(script)],
    env={"HOME": str(scratch), "PATH": "/usr/bin:/bin"},
    capture_output=True,
    text=True,
)
print(done.stdout[-2000:], done.stderr[-2000:])
print(f"{len(script) - 2} blocks")
sys.exit(done.returncode)
