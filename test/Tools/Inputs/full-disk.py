"""Every output onto a disk without room: the message names it, the status is 1.

usage: full-disk.py LAYERPIPE LAYERPIPE_OPT MODEL PROGRAM FOLDER

Runs in a mount namespace of its own, in which FOLDER/disk is a small tmpfs.
"""

import os
import shutil
import subprocess
import sys

layerpipe, opt, model, program, folder = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(os.path.join(folder, "disk"))
os.chdir(folder)
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", "disk"], check=True)
subprocess.run([layerpipe, "compile", program, "-o", "executable"], check=True,
               stdout=subprocess.DEVNULL)
subprocess.run([layerpipe, "compare", model, "-p", "2", "--emit-schedules", ".",
                "--strategies", "pipedream"], check=True, stdout=subprocess.DEVNULL)
schedule = [name for name in os.listdir(".") if name.endswith(".json")][0]
open("disk/old", "w").write("old")
try:
    with open("disk/filler", "wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 1024)
except OSError:
    pass
train = ["./executable", "--data", "synthetic", "--steps", "2"]
commands = [[layerpipe, "compile", program, "-o", "FILE"],
            [layerpipe, "compile", program, "-o", "other", "--emit-ir", "FILE"],
            [layerpipe, "report", schedule, "-o", "FILE"],
            [opt, program, "-o", "FILE"]]
commands += [train + [option, "FILE"]
             for option in ("--save", "--save-initial", "--trace", "--profile", "--metrics")]
for command in commands:
    # Metrics grow in place: an old file's room is theirs.
    for name in ("disk/new", "disk/old") if "--metrics" not in command else ("disk/new",):
        arguments = [name if argument == "FILE" else argument for argument in command]
        done = subprocess.run(arguments, capture_output=True, text=True)
        assert done.returncode == 1, (arguments, done)
        assert f"can't write {name}: No space left on device" in done.stderr, done
        if "--metrics" not in command:
            assert sorted(os.listdir("disk")) == ["filler", "old"], os.listdir("disk")
            assert open("disk/old").read() == "old"
