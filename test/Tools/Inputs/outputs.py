"""Outputs of every command: what may be overwritten, and what is written through.

usage: outputs.py LAYERPIPE LAYERPIPE_OPT LAYERPIPE_TRANSLATE MODEL PROGRAM FOLDER

MODEL is a forward graph, PROGRAM a scheduled one, which compiles faster. All files
and nodes are made in FOLDER, which is emptied.
"""

import os
import shutil
import stat
import subprocess
import sys
import threading

layerpipe, opt, translate, model, program, folder = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(os.path.join(folder, "tmp"))
os.chdir(folder)
os.environ["TMPDIR"] = os.path.join(folder, "tmp")
shutil.copy(program, "net.mlir")
shutil.copy(program, "bare")
shutil.copy(model, "model.mlir")
os.symlink("net.mlir", "link.mlir")
os.link("net.mlir", "hard.mlir")
before = {name: open(name, "rb").read() for name in ("net.mlir", "bare", "model.mlir")}


def run(*command, status=0, says=""):
    """Runs a command, which may leave no temporary file and no input changed."""
    names = set(os.listdir("."))
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    assert done.returncode == status, (command, done)
    assert says in done.stderr, (command, done)
    assert not os.listdir("tmp"), (command, os.listdir("tmp"))
    for name, content in before.items():
        assert open(name, "rb").read() == content, (command, name)
    new = set(os.listdir(".")) - names
    assert status == 0 or not new, (command, new)
    return done.stdout


# Outputs that are inputs or each other.
same = "would overwrite the model"
run(layerpipe, "compile", "bare", status=1, says="the executable " + same)
for name in ("net.mlir", "./net.mlir", "link.mlir", "hard.mlir", "tmp/../net.mlir"):
    run(layerpipe, "compile", "net.mlir", "-o", name, status=1, says=same)
    run(layerpipe, "compile", name, "-o", "net.mlir", status=1, says=same)
for option in ("--emit-ir", "--emit-schedule"):
    run(layerpipe, "compile", "net.mlir", option, "link.mlir", status=1, says=option)
run(layerpipe, "compile", "net.mlir", "-o", "x", "--emit-ir", "./x", status=1,
    says="--emit-ir and the executable would both write x")
run(layerpipe, "compile", "model.mlir", "--cost-model", "profile=net.mlir", "-o",
    "net.mlir", status=1, says="would overwrite the profile of --cost-model")
run(layerpipe, "compile", "net.mlir", "-o", layerpipe, status=1, says="the program that runs")
run(layerpipe, "profile", "model.mlir", "-o", "model.mlir", status=1, says=same)
run(layerpipe, "run", "net.mlir", "--", "--data", "synthetic", "--metrics=link.mlir",
    status=1, says="--metrics " + same)
run(layerpipe, "run", "net.mlir", "--", "--data", "synthetic", "--save", "net.mlir",
    status=1, says="--save " + same)
os.mkdir("s")
os.symlink("../model.mlir", "s/mlp-pipedream-p2.json")
run(layerpipe, "compare", "model.mlir", "-p", "2", "--emit-schedules", "s", status=1,
    says="--emit-schedules " + same)
os.remove("s/mlp-pipedream-p2.json")
with open("rows.json", "w") as rows:
    rows.write(run(layerpipe, "compare", "model.mlir", "-p", "2", "--emit-schedules", "s",
                   "--strategies", "pipedream", "--format", "json"))
schedule = "s/mlp-pipedream-p2.json"
before[schedule] = open(schedule, "rb").read()
before["rows.json"] = open("rows.json", "rb").read()
run(layerpipe, "report", schedule, "-o", schedule, status=1, says="-o would overwrite")
run(layerpipe, "report", schedule, "--svg", "./" + schedule, status=1, says="--svg would")
run(layerpipe, "report", schedule, "--compare", "rows.json", "-o", "rows.json", status=1,
    says="-o would overwrite --compare")
run(layerpipe, "report", schedule, "-o", "x", "--svg", "./x", status=1,
    says="-o and --svg would both write ./x")
for name in ("net.mlir", "./net.mlir", "link.mlir", "hard.mlir"):
    run(opt, "net.mlir", "-o", name, status=1, says="-o would overwrite the input")
    run(translate, "--export-dot", "net.mlir", "-o=" + name, status=1,
        says="-o would overwrite the input")

# Links stay, what they name changes; a failure changes nothing.
os.symlink("made", "dangling")
open("old", "w").write("old")
os.symlink("old", "to-old")
for name, target in (("dangling", "made"), ("to-old", "old")):
    run(opt, "net.mlir", "-o", name)
    assert "layerpipe.graph" in open(target).read()
    run(translate, "--export-schedule-json", "model.mlir", "-o", name, status=1)
    run(opt, "bare", "--no-such-pass", "-o", name, status=1)
    assert "layerpipe.graph" in open(target).read()
    run(layerpipe, "report", schedule, "-o", name)
    assert "<html" in open(target).read()
    assert os.path.islink(name)
run(layerpipe, "compile", "net.mlir", "-o", "dangling")
assert os.path.islink("dangling") and os.access("made", os.X_OK)


def through(name, *command):
    """What a reader of the FIFO gets, which stays one."""
    got = []
    reader = threading.Thread(target=lambda: got.append(open(name, "rb").read()))
    reader.start()
    run(*command)
    reader.join()
    assert stat.S_ISFIFO(os.lstat(name).st_mode), command
    return got[0]


# FIFOs and devices are written through.
os.mkfifo("fifo")
assert b"layerpipe.graph" in through("fifo", opt, "net.mlir", "-o", "fifo")
assert b"<html" in through("fifo", layerpipe, "report", schedule, "-o", "fifo")
assert through("fifo", layerpipe, "compile", "net.mlir", "-o", "fifo")[:4] == b"\x7fELF"
assert "<html" in run(layerpipe, "report", schedule, "-o", "-")
assert "<html" in run(layerpipe, "report", schedule, "-o", "/dev/stdout")
ir = run(layerpipe, "compile", "net.mlir", "-o", "program", "--emit-ir", "-")
assert ir.startswith("module") and "executable" not in ir, ir
try:
    os.mknod("null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    open("null", "w").close()
except OSError as error:
    print("no device nodes can be made here:", error)
    sys.exit()
run(opt, "net.mlir", "-o", "null")
run(translate, "--export-dot", "net.mlir", "-o", "null")
run(layerpipe, "report", schedule, "-o", "null", "--svg", "null")
run(layerpipe, "compile", "net.mlir", "-o", "null", "--emit-ir", "null")
assert stat.S_ISCHR(os.lstat("null").st_mode)
