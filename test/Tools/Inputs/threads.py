"""No program crashes when threads can't be started.

usage: threads.py LAYERPIPE LAYERPIPE_OPT LAYERPIPE_TRANSLATE MODEL PROGRAM FOLDER

Threads get stacks of the size that the limit says, here one for which no address space
has room; that stops the superuser too, unlike a limit of processes.
"""

import os
import resource
import shutil
import subprocess
import sys

layerpipe, opt, translate, model, program, folder = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
os.chdir(folder)
hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
if hard != resource.RLIM_INFINITY:
    print("the stack is limited here: nothing is tested")
    sys.exit()


def run(*command):
    return subprocess.run(
        command, capture_output=True, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (1 << 47, hard)))


# Compilers do without.
for command in ([opt, model, "--layerpipe-pipeline=processors=2"],
                [translate, "--export-dot", model],
                [layerpipe, "compare", model, "-p", "2"],
                [layerpipe, "compile", model, "-p", "2", "-o", "executable"]):
    done = run(*command)
    assert done.returncode == 0, (command, done)
# Programs can't.
train = ["--data", "synthetic", "--steps", "2"]
for command in (["./executable", *train], [layerpipe, "run", program, "--", *train]):
    done = run(*command)
    assert done.returncode == 1, (command, done)
    assert "error: can't start thread 1 of " in done.stderr, (command, done)
