"""Schedules of small versions of the studied networks are delayed SGD, to the bit.

usage: delayed-sgd.py LAYERPIPE-OPT MAKE-NETWORKS.PY

For every network, number of processors and kind of splits: the graph that strategy
layerpipe schedules is verified and interpreted, and so is the network's training graph
without splits, with the staleness that the schedule reports as delays of its gradients.
Parameters must be equal after every iteration: bit for bit where all parts are
concatenated, else losses to 1e-5, for sums in another order.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import importlib.util
import re
import subprocess
import sys

ITERATIONS = 8


def small_networks(path):
    """The generators of the study's networks, with few channels on small images."""
    spec = importlib.util.spec_from_file_location("networks", path)
    networks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(networks)

    def chain(name, blocks, features, shape=(4, 3, 8, 8), pool="max_pool2d"):
        net = networks.Network(name, ["Small."], shape)
        x = net.x
        for block, (depth, channels) in enumerate(blocks, 1):
            for layer in range(1, depth + 1):
                conv = f"conv{block}_{layer}"
                x = net.relu(net.conv(conv, x, channels, 3, padding=1, bias=pool[0] == "m"))
            x = net.pool(x, 2, 2, pool)
        x = net.flatten(x)
        for layer, width in enumerate(features[:-1], 1):
            x = net.relu(net.linear(f"fc{layer}", x, width))
        return net.classify(net.linear("last", x, features[-1]))

    def residual(name, bottleneck):
        net = networks.Network(name, ["Small; normalisation left out."], (4, 3, 8, 8))
        net.norm = lambda name, x: x
        x = net.relu(net.conv("conv1", net.x, 4, 3, 1, 1, bias=False))
        for block, stride in enumerate([1, 2], 1):
            out = 8 if bottleneck else 4
            x = networks.residual_block(net, f"block{block}", x, 4, out, stride, bottleneck)
        x = net.flatten(net.pool(x, 4, 1, "avg_pool2d"))
        return net.classify(net.linear("fc", x, 5))

    def mlp(name):
        net = networks.Network(name, ["Small."], (6, 12))
        x = net.x
        for layer in range(1, 5):
            x = net.relu(net.linear(f"fc{layer}", x, 12))
        return net.classify(net.linear("fc5", x, 12))

    return {
        "vgg": chain("vgg", [(2, 4), (2, 6), (1, 8)], [16, 12, 5]),
        "alexnet": chain("alexnet", [(1, 6), (3, 8)], [20, 5]),
        "resnet18": residual("resnet18", False),
        "resnet50": residual("resnet50", True),
        "mlp": mlp("mlp"),
        "spiking": chain("spiking", [(2, 4), (2, 8)], [12, 5], pool="avg_pool2d"),
    }


def run(opt, text, *passes):
    command = [opt, *passes]
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)}\n{result.stderr}")
    return result.stdout


def staleness(ir):
    """The delays of the layers' gradients, from the record on the graph."""
    layers = {}
    for layer, name in re.findall(r'layerpipe.task "([^"]*)\.update" update layer (\d+)', ir):
        layers[int(name)] = 0
    record = re.search(r"gradient_delays = \{([^}]*)\}", ir)
    # "fc1.weight" = 2 : i64; the task of layer l has the parameter's prefix.
    names = dict(re.findall(r'layerpipe.task "([^"]*)\.update" update layer (\d+)', ir))
    if record:
        for parameter, delay in re.findall(r'"?([\w.]+)"? = (\d+) : i64', record[1]):
            layers[int(names[parameter.rsplit(".", 1)[0]])] = int(delay)
    return [layers.get(layer, 0) for layer in range(1, max(layers) + 1)]


def interpret(opt, ir, values):
    option = f"--layerpipe-interpret=iterations={ITERATIONS} seed=3 values={values}"
    return [line for line in run(opt, ir, option).splitlines() if line.startswith("// iteration")]


def losses(lines):
    return [float(line.rsplit("= ", 1)[1]) for line in lines if "absent" not in line]


def check(opt, name, text, processors, split):
    pipeline = f"processors={processors} strategy=layerpipe split={split} split-quantum=1"
    scheduled = run(opt, text, f"--layerpipe-pipeline={pipeline} lr=0.05", "--layerpipe-verify-schedule")
    delays = staleness(scheduled)
    baseline = run(opt, text, "--layerpipe-differentiate=lr=0.05",
                   "--layerpipe-delay-gradients=rule=explicit delays=" + ",".join(map(str, delays)))
    sums = re.search(r"#layerpipe.part<[^>]* sum>", scheduled) is not None
    values = "loss" if sums else "parameters"
    ours, theirs = interpret(opt, scheduled, values), interpret(opt, baseline, values)
    place = f"{name} P={processors} split={split} delays={delays}"
    assert ours and len(ours) == len(theirs), f"{place}: {len(ours)} values, not {len(theirs)}"
    if sums:
        for a, b in zip(losses(ours), losses(theirs), strict=True):
            assert abs(a - b) <= 1e-5 * abs(b), f"{place}: loss {a}, not {b}"
    else:
        assert sorted(ours) == sorted(theirs), f"{place}: parameters differ"
    return scheduled.count("#layerpipe.part<"), sums


def main(opt, networks):
    for name, text in small_networks(networks).items():
        parts, added = 0, False
        for processors in (2, 3, 5):
            for split in ("none", "grad_input", "all"):
                count, sums = check(opt, name, text, processors, split)
                parts, added = parts + count, added or sums
        assert parts > 0, f"{name}: no task was split"
        print(name, "ok", f"{parts} parts", "with sums" if added else "")


main(*sys.argv[1:])
