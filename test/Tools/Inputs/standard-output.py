"""Every command says so, and fails, when standard output can't be written.

usage: standard-output.py LAYERPIPE LAYERPIPE_OPT LAYERPIPE_TRANSLATE MODEL PROGRAM FOLDER
"""

import os
import shutil
import subprocess
import sys

layerpipe, opt, translate, model, program, folder = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
os.chdir(folder)
subprocess.run([layerpipe, "compare", model, "-p", "2", "--emit-schedules", ".",
                "--strategies", "pipedream"], check=True, stdout=subprocess.DEVNULL)
schedule = [name for name in os.listdir(".") if name.endswith(".json")][0]

commands = [[tool, "--help"] for tool in (layerpipe, opt, translate)]
commands += [[layerpipe, name, "--help"]
             for name in ("compile", "run", "compare", "profile", "check", "report")]
commands += [
    [layerpipe, "compile", program, "-o", "executable"],
    [layerpipe, "run", program, "--", "--data", "synthetic", "--steps", "2"],
    [layerpipe, "compare", model, "-p", "2", "--strategies", "sequential"],
    [layerpipe, "check", schedule],
    [layerpipe, "report", schedule, "-o", "-"],
    [opt, program],
    [opt, program, "-o", "-"],
    [opt, "--show-dialects"],
    [translate, "--export-dot", model],
]
for command in commands:
    for arguments in ('>/dev/full', '>&-'):
        # A shell, since only it can start a program without standard output.
        done = subprocess.run(["sh", "-c", f'exec "$@" {arguments}', "sh", *command],
                              stderr=subprocess.PIPE, text=True)
        assert done.returncode == 1, (command, arguments, done)
        reason = "No space left on device" if "full" in arguments else "Bad file descriptor"
        assert reason in done.stderr, (command, arguments, done)
    # Nor without both streams is there a crash.
    done = subprocess.run(["sh", "-c", 'exec "$@" >&- 2>&- <&-', "sh", *command])
    assert done.returncode == 1, (command, done)
