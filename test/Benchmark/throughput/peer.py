"""The side of a peer: a process that trains when it is told to.

A peer's program gets one argument, the path of its job, a JSON file. It trains the
steps of the job's check and prints their losses; from then on it reads numbers of
seconds, one a line, trains for so long, and prints how many steps it made in how many
seconds. At the end of its input it prints its peak memory.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import resource
import sys
import time

import exchange

#: The clock is read once in about so many seconds.
LOOK = 0.1


class Job:
    """What a peer shall train, and how.

    `network` is a Network's description, `variant` and `threads` say how the peer runs
    it, and `parameters` are its initial ones, name → (shape, bytes).
    """

    def __init__(self, path):
        job = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        self.network, self.variant, self.threads = job["network"], job["variant"], job["threads"]
        self.check_steps, self.check_rate, self.rate = (
            job["check_steps"], job["check_rate"], job["rate"])
        folder = pathlib.Path(job["data"])
        self.pixels = exchange.read_idx(folder / exchange.IMAGES)
        self.classes = exchange.read_idx(folder / exchange.LABELS)
        self.parameters = exchange.read_safetensors(pathlib.Path(job["parameters"]))


def tell(**values):
    print(json.dumps(values), flush=True)


def measure(train, seconds):
    """Trains for about so many seconds; train(n) trains n steps and has then finished."""
    start = time.perf_counter()
    train(1)
    steps, elapsed = 1, time.perf_counter() - start
    while elapsed < seconds:
        more = max(1, int(min(LOOK, seconds - elapsed) * steps / elapsed))
        train(more)
        steps, elapsed = steps + more, time.perf_counter() - start
    return {"steps": steps, "seconds": elapsed}


def serve(version, losses, train):
    """Answers until the input ends. `losses` are those of the check."""
    tell(version=version, losses=losses)
    for line in sys.stdin:
        tell(**measure(train, float(line)))
    tell(peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
