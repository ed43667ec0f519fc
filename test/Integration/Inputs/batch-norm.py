"""Compares running statistics, and evaluations by them, with plain NumPy.

usage: batch-norm.py MODEL FOLDER LAYERPIPE

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import pathlib
import subprocess
import struct
import sys

import numpy

from formats import read_safetensors
from networks import convolve

BATCH, STEPS, TRAINED, TESTED, CLASSES = 16, 7, 64, 250, 4
SCHEDULES = [("sequential", 1), ("pipedream", 2), ("layerpipe-intra", 4), ("layerpipe", 2)]


def run(*command):
    """What the command prints."""
    done = subprocess.run([*map(str, command)], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def write_idx(path, values):
    header = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    path.write_bytes(header + values.astype(numpy.uint8).tobytes())


def make_data(folder):
    """Images far from 0, whose brightest quarter is their class."""
    random = numpy.random.default_rng(3)
    data = {}
    for name, count in [("train", TRAINED), ("t10k", TESTED)]:
        labels = random.integers(0, CLASSES, count)
        images = random.integers(100, 220, (count, 4, 4))
        for image, label in zip(images, labels):
            image[label] += 35
        write_idx(folder / f"{name}-images-idx3-ubyte", images)
        write_idx(folder / f"{name}-labels-idx1-ubyte", labels)
        data[name] = images[:, None].astype(numpy.float32) / numpy.float32(255), labels
    return data


def per_channel(values, rank):
    return values.reshape((1, -1) + (1,) * (rank - 2))


def normalise(x, weights, name, epsilon, momentum, training):
    """Also moves the running statistics, in training."""
    mean, variance = weights[f"{name}.mean"], weights[f"{name}.variance"]
    if training:
        axes = tuple(axis for axis in range(x.ndim) if axis != 1)
        batch = x.mean(axis=axes), x.var(axis=axes)
        weights[f"{name}.mean"] = momentum * mean + (1 - momentum) * batch[0]
        weights[f"{name}.variance"] = momentum * variance + (1 - momentum) * batch[1]
        mean, variance = batch
    return (x - per_channel(mean, x.ndim)) / numpy.sqrt(per_channel(variance, x.ndim) + epsilon)


def predict(weights, x, training):
    x = convolve(x, weights["conv.weight"])
    x = normalise(x, weights, "norm1", 1e-5, 0.9, training)
    x = numpy.maximum(x * weights["norm1.scale"] + weights["norm1.offset"], 0)
    x = x.reshape(len(x), -1) @ weights["hidden.weight"].T
    x = numpy.maximum(normalise(x, weights, "norm2", 1e-3, 0.75, training), 0)
    return x @ weights["last.weight"].T


def doubles(path):
    return {name: value.astype(numpy.float64) for name, value in read_safetensors(path).items()}


def check_statistics(program, folder, images):
    """Without a step size, only the statistics change."""
    run(program, "--data", folder, "--shuffle", "off", "--steps", STEPS, "--lr", 0, "--test",
        "off", "--save-initial", folder / "initial", "--save", folder / "saved")
    weights, saved = doubles(folder / "initial"), doubles(folder / "saved")
    for step in range(STEPS):
        begin = step * BATCH % TRAINED
        predict(weights, images[begin : begin + BATCH].astype(numpy.float64), True)
    for name, expected in weights.items():
        if not numpy.allclose(saved[name], expected, rtol=1e-4, atol=1e-6):
            sys.exit(f"{name} is {saved[name]}, not {expected}")


def check_evaluation(program, folder, images, labels):
    """Returns the accuracy; the last batch of the test data is not full."""
    options = ["--data", folder, "--format", "json"]
    training = [*options, "--steps", 200, "--lr", 0.1, "--eval-every", 150]
    run(program, *training, "--save", folder / "saved", "--metrics", folder / "metrics")
    run(program, *training, "--save", folder / "alone", "--sequential")
    if (folder / "saved").read_bytes() != (folder / "alone").read_bytes():
        sys.exit("threads train other parameters than --sequential")
    summary = json.loads(run(program, *options, "--eval", "--load", folder / "saved"))
    weights = doubles(folder / "saved")
    found = predict(weights, images.astype(numpy.float64), False).argmax(axis=1)
    expected = numpy.mean(found == labels)
    if abs(summary["test_accuracy"] - expected) > 1.5 / TESTED:
        sys.exit(f"accuracy {summary['test_accuracy']}, not {expected}")
    last = json.loads((folder / "metrics").read_text().splitlines()[-1])
    if last["test_accuracy"] != summary["test_accuracy"]:
        sys.exit(f"--eval finds {summary}, the trained program {last}")
    return expected


def main():
    model, folder, layerpipe = sys.argv[1:]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    data = make_data(folder)
    for strategy, processors in SCHEDULES:
        program = folder / "program"
        run(layerpipe, "compile", model, "-p", processors, "--strategy", strategy,
            "--kernels", "portable", "--cost-model", "macs", "-o", program)
        check_statistics(program, folder, data["train"][0])
        accuracy = check_evaluation(program, folder, *data["t10k"])
        word = "right" if accuracy > 0.5 else "useless"
        print(f"{strategy} on {processors}: statistics are NumPy's, evaluation is {word}")


if __name__ == "__main__":
    main()
