"""Trains a network whole and in parts, as native programs, and compares.

usage: split-parts.py MODEL FOLDER LAYERPIPE-OPT LAYERPIPE

On 2 and 4 processors, a program in parts gives the same bits on its threads as on
one. With the same delays and plain loops these are the bits of the program of whole
tasks where parts concatenate. Where they are summed, and with measured kernels, parameters differ
by at most 10⁻⁴ of their largest element after a few steps. What a program says of
itself agrees with that.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import pathlib
import subprocess
import sys

import numpy

from formats import read_safetensors

STEPS = 10
TOLERANCE = 1e-4


class Trainer:
    def __init__(self, model, folder, opt, layerpipe):
        self.model, self.opt, self.layerpipe = model, opt, layerpipe
        self.folder = pathlib.Path(folder)

    def compile(self, name, split, processors, kernels, delays):
        passes = [
            "--layerpipe-set-batch=batch=16",
            "--layerpipe-differentiate=lr=0.05",
            "--layerpipe-decouple-gradients",
            "--layerpipe-form-tasks=activation-gradients=apart",
            *([f"--layerpipe-split-gradients={split}"] if split else []),
            "--layerpipe-estimate-costs",
            f"--layerpipe-assign-processors=processors={processors}",
            f"--layerpipe-schedule=delays={delays}",
            "--layerpipe-verify-schedule",
        ]
        scheduled, program = self.folder / f"{name}.mlir", self.folder / name
        subprocess.run([self.opt, self.model, *passes, "-o", scheduled], check=True)
        command = [self.layerpipe, "compile", scheduled, "-o", program, "--kernels", kernels]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return program

    def expect(self, name, statement):
        """What the program says of its results and those of whole tasks."""
        command = [self.folder / name, "--describe"]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        if f"\nparts        {statement}\n" not in text:
            sys.exit(f"{name} doesn't say '{statement}':\n{text}")

    def run(self, program, *options):
        """The file of the parameters after a run, and the accuracy."""
        saved = program.with_suffix(".safetensors")
        command = [program, "--data", "synthetic", "--steps", str(STEPS), "--save", saved]
        done = subprocess.run([*command, *options], check=True, capture_output=True, text=True)
        lines = done.stdout.splitlines()
        return saved.read_bytes(), [line for line in lines if "accuracy" in line]

    def train(self, *how):
        """Trains on threads and on one thread; the bits must not tell which."""
        program = self.compile(*how)
        result = self.run(program)
        if self.run(program, "--sequential") != result:
            sys.exit(f"{how}: threads and one thread differ")
        return result

    def compare_library_kernels(self):
        trained = []
        for name, split in [("all", ""), ("slices", "split=all parts=3")]:
            self.train(name, split, 2, "measured", "given")
            trained.append(self.parameters(name))
        self.expect("slices", "side by side; results are those of whole tasks to rounding")
        if largest_difference(*trained) > TOLERANCE:
            sys.exit("parts with measured kernels differ from the whole by more than rounding")

    def parameters(self, name):
        return read_safetensors(self.folder / f"{name}.safetensors")


def largest_difference(a, b):
    return max(numpy.abs(a[name] - b[name]).max() / numpy.abs(a[name]).max() for name in a)


def main():
    trainer = Trainer(*sys.argv[1:])
    for processors in [2, 4]:
        whole = trainer.train("whole", "", processors, "reference", "given")
        parts = trainer.train("parts", "split=all parts=3", processors, "reference", "given")
        trainer.expect("whole", "none; every task is whole")
        same = "results are those of whole tasks, bit for bit"
        trainer.expect("parts", f"side by side; {same}")
        if parts != whole:
            sys.exit(f"{processors} processors: concatenated parts differ from the whole")
        sums = "split=gradients parts=2 axis=batch"
        trainer.train("sums", sums, processors, "reference", "given")
        trainer.expect("sums", "added up; results are those of whole tasks to rounding")
        difference = largest_difference(trainer.parameters("whole"), trainer.parameters("sums"))
        if difference > TOLERANCE:
            sys.exit(f"{processors} processors: summed parts differ by {difference}")
        trainer.train("late", sums, processors, "measured", "least")
        if processors == 2:
            trainer.compare_library_kernels()
        print(f"{processors} processors: parts train as the whole")


if __name__ == "__main__":
    main()
