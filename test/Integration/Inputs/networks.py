"""The two Fashion-MNIST examples in NumPy: loss and gradients of one batch.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import numpy


def cross_entropy(logits, labels):
    """Mean loss, and its gradient with respect to the logits."""
    rows = numpy.arange(len(labels))
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = numpy.exp(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    loss = (numpy.log(sums[:, 0]) - shifted[rows, labels]).mean()
    gradient = exponentials / sums
    gradient[rows, labels] -= 1
    return loss, gradient / len(labels)


def linear_chain(weights, names, x, labels):
    """Linear layers with relu between them; also the gradient of x."""
    gradients, inputs = {}, []
    for name in names:
        inputs.append(x)
        x = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
        if name != names[-1]:
            x = numpy.maximum(x, 0)
    loss, delta = cross_entropy(x, labels)
    for name, a in zip(reversed(names), reversed(inputs)):
        gradients[f"{name}.weight"] = delta.T @ a
        gradients[f"{name}.bias"] = delta.sum(axis=0)
        delta = delta @ weights[f"{name}.weight"]
        if name != names[0]:
            delta = delta * (a > 0)
    return loss, gradients, delta


def mlp(weights, pixels, labels):
    loss, gradients, _ = linear_chain(weights, ["fc1", "fc2", "fc3"], pixels, labels)
    return loss, gradients


def windows(x, size):
    """[batch, channels, height, width] → [batch, out height, out width, channels·size²]."""
    view = numpy.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    batch, channels, height, width = view.shape[:4]
    return view.transpose(0, 2, 3, 1, 4, 5).reshape(batch, height, width, channels * size * size)


def convolve(x, weight):
    out = windows(x, weight.shape[2]) @ weight.reshape(len(weight), -1).T
    return out.transpose(0, 3, 1, 2)


def convolution_gradients(delta, x, weight):
    """Gradients of weight, bias and input of an unpadded convolution."""
    size = weight.shape[2]
    rows = delta.transpose(0, 2, 3, 1).reshape(-1, len(weight))
    columns = windows(x, size).reshape(len(rows), -1)
    flipped = weight[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)
    padded = pad(delta, size - 1)
    return (rows.T @ columns).reshape(weight.shape), rows.sum(axis=0), convolve(padded, flipped)


def pad(x, amount):
    return numpy.pad(x, ((0, 0), (0, 0), (amount, amount), (amount, amount)))


def max_pool(x):
    """2×2 windows; also which element of each was the first largest."""
    batch, channels, height, width = x.shape
    blocks = x.reshape(batch, channels, height // 2, 2, width // 2, 2)
    blocks = blocks.transpose(0, 1, 2, 4, 3, 5).reshape(batch, channels, height // 2, width // 2, 4)
    chosen = blocks.argmax(axis=4)
    return numpy.take_along_axis(blocks, chosen[..., None], axis=4)[..., 0], chosen


def max_pool_gradient(delta, chosen):
    batch, channels, height, width = delta.shape
    blocks = numpy.zeros(delta.shape + (4,), delta.dtype)
    numpy.put_along_axis(blocks, chosen[..., None], delta[..., None], axis=4)
    blocks = blocks.reshape(batch, channels, height, width, 2, 2).transpose(0, 1, 2, 4, 3, 5)
    return blocks.reshape(batch, channels, 2 * height, 2 * width)


def lenet(weights, pixels, labels):
    inputs, activations, choices = [], [], []
    x = pad(pixels.reshape(-1, 1, 28, 28), 2)
    for name in ["conv1", "conv2"]:
        inputs.append(x)
        bias = weights[f"{name}.bias"][:, None, None]
        activations.append(numpy.maximum(convolve(x, weights[f"{name}.weight"]) + bias, 0))
        x, chosen = max_pool(activations[-1])
        choices.append(chosen)
    pooled = x.shape
    flat = x.reshape(len(x), -1)
    loss, gradients, delta = linear_chain(weights, ["fc1", "fc2", "fc3"], flat, labels)
    delta = delta.reshape(pooled)
    for layer, name in [(1, "conv2"), (0, "conv1")]:
        delta = max_pool_gradient(delta, choices[layer]) * (activations[layer] > 0)
        weight, bias, delta = convolution_gradients(delta, inputs[layer], weights[f"{name}.weight"])
        gradients[f"{name}.weight"], gradients[f"{name}.bias"] = weight, bias
    return loss, gradients
