"""JAX as a peer: one jitted function for a whole training step, buffers donated.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import functools
import os
import sys

import peer

JOB = peer.Job(sys.argv[1])
if JOB.threads == 1:  # XLA reads this when it is imported.
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax  # noqa: E402  (after the environment)
import jax.numpy as jnp  # noqa: E402
import numpy  # noqa: E402


def pooled(x, window):
    windows = (1, 1, window, window)
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, windows, windows, "VALID")


def convolved(x, weight, padding):
    return jax.lax.conv_general_dilated(x, weight, (1, 1), [(padding, padding)] * 2)


def forward(network, parameters, x):
    for number, layer in enumerate(network["layers"]):
        kind = layer[0]
        weight, bias = (parameters.get(f"{number}.{name}") for name in ("weight", "bias"))
        if kind == "linear":
            x = x @ weight.T + bias
        elif kind == "conv":
            x = convolved(x, weight, layer[3]) + bias[:, None, None]
        elif kind == "pool":
            x = pooled(x, layer[1])
        elif kind == "flatten":
            x = x.reshape(len(x), -1)
        else:
            x = jax.nn.relu(x) if kind == "relu" else jnp.tanh(x)
    return x


def loss_of(network, parameters, x, targets):
    outputs = forward(network, parameters, x)
    if network["loss"] == "mean_squared_error":
        return jnp.mean((outputs - targets) ** 2)
    chosen = jnp.take_along_axis(jax.nn.log_softmax(outputs), targets[:, None], axis=1)
    return -jnp.mean(chosen)


@functools.partial(jax.jit, donate_argnums=(0, 1))
def step(parameters, velocities, x, targets, rate):
    loss, gradients = jax.value_and_grad(functools.partial(loss_of, JOB.network))(
        parameters, x, targets)
    moves = gradients
    if momentum := JOB.network["momentum"]:
        velocities = jax.tree.map(lambda v, g: momentum * v + g, velocities, gradients)
        moves = velocities
    parameters = jax.tree.map(lambda p, move: p - rate * move, parameters, moves)
    return parameters, velocities, loss


def batches_of(job):
    network, batch = job.network, job.network["batch"]
    pixels = numpy.frombuffer(job.pixels, numpy.uint8).astype(numpy.float32) / numpy.float32(255)
    inputs = pixels.reshape(-1, *network["sample"])
    targets = numpy.frombuffer(job.classes, numpy.uint8).astype(numpy.int32)
    if network["loss"] == "mean_squared_error":
        targets = numpy.eye(network["classes"], dtype=numpy.float32)[targets]
    return [(jnp.asarray(inputs[i:i + batch]), jnp.asarray(targets[i:i + batch]))
            for i in range(0, len(inputs), batch)]


class Trainer:
    def __init__(self, job):
        self.batches = batches_of(job)
        self.parameters = {
            name: jnp.array(numpy.frombuffer(data, numpy.float32).reshape(shape))
            for name, (shape, data) in job.parameters.items()
        }
        self.velocities = jax.tree.map(jnp.zeros_like, self.parameters)
        self.rate, self.done = job.check_rate, 0

    def step(self):
        batch = self.batches[self.done % len(self.batches)]
        self.done += 1
        self.parameters, self.velocities, loss = step(
            self.parameters, self.velocities, *batch, self.rate)
        return loss

    def train(self, steps):
        for _ in range(steps):
            loss = self.step()
        loss.block_until_ready()


def main():
    trainer = Trainer(JOB)
    losses = [float(trainer.step()) for _ in range(JOB.check_steps)]
    trainer.rate = JOB.rate
    peer.serve(f"JAX {jax.__version__}", losses, trainer.train)


if __name__ == "__main__":
    main()
