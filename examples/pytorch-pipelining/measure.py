"""Measures each module of the mixer in PyTorch, and writes what layerpipe plans from.

A module's times are those of what PyTorch's pipeline runtime calls: forward, gradient of
the input, gradient of the parameters, and both gradients at once. They are written as a
profile of PipeDream, which knows the time of both gradients only; as a network of opaque
layers in MLIR, which knows each gradient's; and as times for --cost-model, which know all.

  python3 measure.py --profile mixer.txt --network mixer.mlir --times mixer.json

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import argparse
import json
import pathlib
import statistics
import time
from dataclasses import dataclass

import torch
from mixer import SIZES, loss_of, make_batch, make_model, module_names
from torch.distributed.pipelining._backward import (
    stage_backward,
    stage_backward_input,
    stage_backward_weight,
)


# What tasks are called in profiles.
KINDS = ("forward", "grad_input", "grad_weight", "backward")


@dataclass(frozen=True)
class Layer:
    """A module's times in nanoseconds and sizes in bytes, for one microbatch."""

    name: str
    kind: str
    forward: int
    input_gradient: int
    weight_gradient: int
    both_gradients: int
    activation: int
    parameters: int

    @property
    def times(self):
        """These are in the order of KINDS."""
        both = self.input_gradient, self.weight_gradient, self.both_gradients
        return (self.forward, *both)


def measure_once(module, x, target):
    """Returns seconds of forward, both gradients, gradient of the input, gradient of the
    parameters, and the output. The first module has no gradient of its input, and the
    last computes the loss."""
    # Time on the processor, so that other programs count for less.
    clock = time.thread_time
    first = not x.requires_grad

    def forward():
        start = clock()
        output = module(x)
        result = output if target is None else loss_of(output, target)
        return clock() - start, output.detach(), result

    seconds, output, result = forward()
    gradient = None if target is not None else torch.ones_like(result)
    start = clock()
    stage_backward(result, gradient, [x])
    both = clock() - start
    if first:
        return (seconds, both, 0.0, both), output
    x.grad = None
    _, _, result = forward()
    start = clock()
    _, groups = stage_backward_input(
        (result,), None if gradient is None else [gradient], [x], module.parameters()
    )
    middle = clock()
    stage_backward_weight(module.parameters(), groups)
    return (seconds, both, middle - start, clock() - middle), output


def size_of(tensors):
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def measure(size, repeats):
    """Measures every module `repeats` times, in turns, and takes medians."""
    model = make_model(size)
    names = module_names(model)
    images, classes = make_batch(size, 1)
    seconds = {name: [] for name in names}
    outputs = {}
    # Gradients that are there already are added to, as in a pipeline.
    for turn in range(repeats + 2):
        x = images
        for name in names:
            target = classes if name == names[-1] else None
            taken, output = measure_once(model.get_submodule(name), x, target)
            if turn >= 2:
                seconds[name].append(taken)
            outputs[name] = output
            x = output.requires_grad_()
    layers = []
    for name in names:
        module = model.get_submodule(name)
        forward, both, inputs, weights = (
            round(1e9 * statistics.median(column)) for column in zip(*seconds[name])
        )
        layers.append(
            Layer(
                *(name, type(module).__name__, forward, inputs, weights, both),
                *(size_of([outputs[name]]), size_of(module.parameters())),
            )
        )
    return layers


def profile_of(layers):
    """Returns a profile of PipeDream: milliseconds and bytes, one backward time."""
    lines = ["input -- Input0 -- " + fields(0, 0, 0, 0)]
    for layer in layers:
        numbers = (layer.forward, layer.both_gradients, layer.activation, layer.parameters)
        lines.append(f"{layer.name} -- {layer.kind} -- {fields(*numbers)}")
    names = ["input"] + [layer.name for layer in layers]
    lines += [f"\t{one} -- {next_one}" for one, next_one in zip(names, names[1:])]
    return "\n".join(lines) + "\n"


def fields(forward, backward, activation, parameters):
    return (
        f"forward_compute_time={forward / 1e6:.6f}, "
        f"backward_compute_time={backward / 1e6:.6f}, "
        f"activation_size={activation:.3f}, parameter_size={parameters:.3f}"
    )


def network_of(layers):
    """Returns the chain as opaque layers with three times each, in MLIR."""

    def tensor(size):
        return f"tensor<1x1xf32, #layerpipe.bytes<{size}>>"

    lines = ["layerpipe.graph forward @mixer {", f"  %x = layerpipe.input : {tensor(4)}"]
    value, kind = "%x", tensor(4)
    for place, layer in enumerate(layers):
        times = f"{layer.forward}, {layer.input_gradient}, {layer.weight_gradient}"
        weights, result = tensor(layer.parameters), tensor(layer.activation)
        lines += [
            f'  %w{place} = layerpipe.parameter "{layer.name}.weight" uniform(0.01) : {weights}',
            f'  %y{place} = layerpipe.opaque "{layer.name}"({value}) '
            f"weights(%w{place} : {weights}) {{nanoseconds = array<i64: {times}>}} : "
            f"({kind}) -> {result}",
        ]
        value, kind = f"%y{place}", result
    lines += [
        f"  %target = layerpipe.labels : {kind}",
        f"  %loss = layerpipe.mean_squared_error {value}, %target : ({kind}, {kind}) "
        "-> tensor<f32>",
        "}",
    ]
    return "\n".join(lines) + "\n"


def times_of(layers):
    """Returns the times of all tasks, in the format of layerpipe's profiles."""
    tasks = [
        {"name": f"{layer.name}.{kind}", "time": time}
        for layer in layers
        for kind, time in zip(KINDS, layer.times)
    ]
    return {"format": "layerpipe-profile", "version": 1, "time_unit": "ns", "tasks": tasks}


def read_times(path):
    """Returns each layer's times from a file that was written here, in the order of
    KINDS."""
    tasks = json.loads(pathlib.Path(path).read_text())["tasks"]
    time_of = {task["name"]: task["time"] for task in tasks}
    names = [name.removesuffix(".forward") for name in time_of if name.endswith(".forward")]
    return {name: [time_of[f"{name}.{kind}"] for kind in KINDS] for name in names}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--size", choices=SIZES, default="default")
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--profile", type=pathlib.Path, help="write PipeDream's profile")
    parser.add_argument("--times", type=pathlib.Path, help="write times for --cost-model")
    parser.add_argument("--network", type=pathlib.Path, help="write the network in MLIR")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    layers = measure(SIZES[arguments.size], arguments.repeats)
    print("module      forward    input  weights     both    (ms for a microbatch)")
    for layer in layers:
        print(f"{layer.name:10}" + "".join(f"{time / 1e6:9.3f}" for time in layer.times))
    if arguments.profile:
        arguments.profile.write_text(profile_of(layers))
    if arguments.times:
        arguments.times.write_text(json.dumps(times_of(layers), indent=2) + "\n")
    if arguments.network:
        arguments.network.write_text(network_of(layers))


if __name__ == "__main__":
    main()
