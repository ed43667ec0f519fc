"""Where the programs are that the documentation is made with, and how to run them.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import shlex
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


class DocsError(Exception):
    """A page cannot be made; the message is for people."""


class Toolbox:
    """Programs by the name that commands in the documentation call them by."""

    def __init__(self, folder, given):
        """`folder` holds the project's programs; `given` names some elsewhere."""
        # Commands run in other folders than ours.
        self.folder = folder.resolve()
        self.given = {name: path.resolve() for name, path in given.items() if path}

    def path(self, name):
        if name in self.given:
            return self.given[name]
        if name.endswith("tblgen"):
            # Debian's plain llvm-tblgen is another LLVM's.
            return shutil.which(f"{name}-22") or f"/usr/lib/llvm-22/bin/{name}"
        return self.folder / name

    def run(self, program, arguments, folder=ROOT):
        """What the program prints; it must succeed and print no diagnostics."""
        command = [str(self.path(program)), *map(str, arguments)]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        except OSError as error:
            raise DocsError(f"cannot run {command[0]}: {error.strerror}") from error
        if done.returncode:
            raise DocsError(f"{shlex.join(command)} failed:\n{done.stderr}")
        return done.stdout

    def tblgen(self, program, file, *arguments):
        """TableGen with the project's two include roots and MLIR's."""
        includes = ("-I", "include", "-I", "dialects", "-I", "/usr/lib/llvm-22/include")
        return self.run(program, [*arguments, *includes, file])
