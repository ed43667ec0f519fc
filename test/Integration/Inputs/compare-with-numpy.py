"""Recomputes a run of an example by delayed SGD, W(i+1) = W(i) − η·G(i − n).

Compares the losses of `--metrics` and, at the end, the saved parameters.

usage: compare-with-numpy.py NETWORK DATA INITIAL METRICS SAVED SCHEDULE BATCH LR

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

import numpy

import formats
import networks

TOLERANCE = 1e-4  # of a loss, relative, between the run and the float64 reference
PARAMETER_TOLERANCE = 1e-3  # of a parameter's norm
REFERENCE_TOLERANCE = 1e-5  # between the reference's own float32 and float64


def train(network, initial, staleness, data, batch, rate, steps, dtype):
    """Losses and final parameters of `steps` steps in file order."""
    pixels, labels = data
    weights = {name: value.astype(dtype) for name, value in initial.items()}
    history, losses = [], []
    per_epoch = len(pixels) // batch
    for step in range(steps):
        begin = step % per_epoch * batch
        part = slice(begin, begin + batch)
        loss, gradients = network(weights, pixels[part].astype(dtype), labels[part])
        losses.append(loss)
        history.append(gradients)
        for name in weights:
            source = step - staleness[name]
            if source >= 0:
                weights[name] = weights[name] - dtype(rate) * history[source][name]
        # Older gradients are not needed again.
        oldest = step - max(staleness.values())
        if oldest >= 0:
            history[oldest] = None
    return numpy.array(losses), weights


def worst(values, reference):
    return float(numpy.max(numpy.abs(values - reference) / numpy.abs(reference)))


def main():
    network, folder, initial, metrics, saved, schedule, batch, rate = sys.argv[1:]
    losses = formats.read_losses(metrics)
    staleness = formats.read_staleness(schedule)
    arguments = (
        getattr(networks, network),
        formats.read_safetensors(initial),
        staleness,
        formats.read_training_data(folder),
        int(batch),
        float(rate),
        len(losses),
    )
    exact, weights = train(*arguments, numpy.float64)
    single, _ = train(*arguments, numpy.float32)
    print("staleness:", {name: n for name, n in sorted(staleness.items()) if "weight" in name})
    print(f"steps: {len(losses)}, loss {losses[0]:.4f} to {losses[-1]:.4f}")
    print(f"reference, float32 against float64: {worst(single, exact):.2e}")
    print(f"run against reference: {worst(losses, exact):.2e}")
    assert worst(single, exact) <= REFERENCE_TOLERANCE, "the step size is too large to compare"
    assert worst(losses, exact) <= TOLERANCE, "the losses differ"
    for name, value in formats.read_safetensors(saved).items():
        moved = numpy.linalg.norm(weights[name] - value) / numpy.linalg.norm(weights[name])
        assert moved <= PARAMETER_TOLERANCE, (name, moved)
    print("agrees")


if __name__ == "__main__":
    main()
