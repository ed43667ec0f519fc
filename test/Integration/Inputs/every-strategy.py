"""Trains models by every strategy on several numbers of processors.

Each program trains a few steps on synthetic data, on all its threads and on one
(--sequential). The parameters of both must be the same, byte for byte. Strategies
without staleness must also lose the same in each step, up to rounding.

  python3 every-strategy.py --layerpipe build/bin/layerpipe FOLDER/*.onnx

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

DELAYED = "pipedream", "layerpipe-intra", "layerpipe"
SYNCHRONOUS = "gpipe", "1f1b", "zb-h1", "zb-h2", "synchronous"
# These want several stages on each processor.
SEVERAL_STAGES = "interleaved-1f1b", "zb-v", "v-half", "v-min", "dualpipe-v"
TOLERANCE = 1e-4


class Refused(Exception):
    """A command has failed; its last line says why."""


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise Refused(done.stderr.strip().splitlines()[-1] if done.stderr else "no message")


def train(folder, program, steps, name, *options):
    """Returns the losses and the bytes of the trained parameters."""
    losses, saved = folder / f"{name}.jsonl", folder / f"{name}.safetensors"
    run(
        *(program, "--data", "synthetic", "--steps", steps, "--test", "off"),
        *("--lr", 0.01, "--save", saved, "--metrics", losses, *options),
    )
    lines = [json.loads(line) for line in losses.read_text().splitlines()]
    return [line["loss"] for line in lines], saved.read_bytes()


class Trial:
    """One model, by any strategy on any number of processors."""

    def __init__(self, model, arguments):
        self.model = model
        self.arguments = arguments
        self.losses = None

    def try_strategy(self, folder, strategy, processors):
        """Returns what is wrong, or nothing."""
        synchronous = strategy not in DELAYED
        options = list(self.arguments.option)
        if synchronous:
            options += ["--microbatches", self.arguments.microbatches]
        try:
            run(
                *(self.arguments.layerpipe, "compile", self.model, "--strategy", strategy),
                *("-p", processors, "--cost-model", "macs", "--kernels", "portable"),
                *("-o", folder / "program", *options),
            )
            steps = self.arguments.steps
            losses, parallel = train(folder, folder / "program", steps, "parallel")
            _, alone = train(folder, folder / "program", steps, "alone", "--sequential")
        except Refused as error:
            return str(error)
        if parallel != alone:
            return "one thread trains other parameters"
        if not synchronous:
            return ""
        self.losses = self.losses or losses
        if any(abs(a - b) > TOLERANCE * max(abs(b), 1) for a, b in zip(losses, self.losses)):
            return "losses differ from those of other orders"
        return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--layerpipe", default="layerpipe", help="the program")
    parser.add_argument("--processors", default="1,2,4", help="default 1,2,4")
    parser.add_argument("--microbatches", type=int, default=4)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--strategies", help="default: all; separated by commas")
    parser.add_argument(
        "--option", action="append", default=[], help="of the compiler, as in --option=--loss=mse"
    )
    arguments = parser.parse_args()
    wanted = (arguments.strategies or ",".join((*DELAYED, *SYNCHRONOUS, *SEVERAL_STAGES))).split(",")
    failed = 0
    for model in arguments.models:
        trial = Trial(model, arguments)
        for strategy in wanted:
            for processors in map(int, arguments.processors.split(",")):
                with tempfile.TemporaryDirectory() as folder:
                    wrong = trial.try_strategy(pathlib.Path(folder), strategy, processors)
                failed += bool(wrong)
                print(
                    f"{'FAILED' if wrong else 'ok    '} {model.name} by {strategy} on "
                    f"{processors}{': ' * bool(wrong)}{wrong}",
                    flush=True,
                )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
