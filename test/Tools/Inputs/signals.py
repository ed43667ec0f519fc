"""What signals do to commands: nothing is lost and nothing is left.

usage: signals.py LAYERPIPE MODEL PROGRAM FOLDER
"""

import os
import shutil
import signal
import subprocess
import sys
import time

layerpipe, model, program, folder = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
tmp = os.path.join(folder, "tmp")
os.makedirs(tmp)
os.chdir(folder)
os.environ["TMPDIR"] = tmp


def start(*command):
    # Who runs tests may ignore SIGINT, which programs inherit.
    return subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def wait_for(what, condition):
    """Polls; the bound only guards against waiting for ever."""
    for _ in range(60000):
        if condition():
            return
        time.sleep(0.005)
    sys.exit(f"in vain: {what}")


def running():
    """Processes whose executable is a temporary one."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink(f"/proc/{pid}/exe").startswith(tmp):
                found.append(pid)
        except OSError:
            pass
    return found


def has_content(path):
    return os.path.exists(path) and os.path.getsize(path) > 0


# The program of `run` gets the signal once, whether it is sent to the process or, as
# terminals and timeout do, to its group, and its status is that of `run`.
for number, send in ((signal.SIGINT, os.kill), (signal.SIGTERM, os.killpg)):
    process = start(layerpipe, "run", program, "--", "--data", "synthetic", "--steps",
                    "1000000000", "--save", "w", "--metrics", "m")
    wait_for("metrics", lambda: has_content("m"))
    assert not os.listdir(tmp), os.listdir(tmp)
    send(process.pid, number)
    text = process.communicate()[1]
    assert process.returncode == 128 + number, (process.returncode, text)
    assert "steps: the parameters are saved in w" in text, text
    assert sorted(os.listdir(".")) == ["m", "tmp", "w"], os.listdir(".")
    os.remove("w")
    os.remove("m")

def interrupt_compile(number):
    """Sends the signal as soon as the command has begun to write; returns its status."""
    process = start(layerpipe, "compile", program, "-o", "executable")
    wait_for("an unfinished file", lambda: len(os.listdir(".")) > 1)
    process.send_signal(number)
    process.communicate()
    return process.returncode


# On a busy machine the command may be done before this script's turn comes again.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    while (status := interrupt_compile(number)) == 0:
        os.remove("executable")
    assert status == -number, status
    assert os.listdir(".") == ["tmp"], os.listdir(".")
    assert not os.listdir(tmp), os.listdir(tmp)

# `profile`, while the program and its neighbour run.
for number in (signal.SIGTERM, signal.SIGKILL):
    process = start(layerpipe, "profile", model, "-p", "2", "--steps", "1000000", "-o", "p")
    wait_for("measured programs", running)
    process.send_signal(number)
    process.communicate()
    assert process.returncode == -number, process.returncode
    wait_for("the end of measured programs", lambda: not running())
    assert os.listdir(".") == ["tmp"], os.listdir(".")
    assert number == signal.SIGKILL or not os.listdir(tmp), os.listdir(tmp)
