"""The kernels of a network: who computes them, and what a better choice would gain.

The kernels of our program are measured once more, without what the compiler has kept.
So a choice that was luck shows.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import json
import re


def windows(sizes, size, axis, sides):
    """How many windows a convolution has along one dimension."""
    reach = (sizes[f"kernel_{axis}"] - 1) * sizes.get(f"dilation_{axis}", 1) + 1
    padded = sizes[size] + sum(sizes.get(f"pad_{side}", 0) for side in sides)
    return (padded - reach) // sizes.get(f"stride_{axis}", 1) + 1


def products(kernel):
    """Multiplications and additions of a dense layer's or a convolution's kernel, whole
    backward passes twice; 0 for others."""
    sizes, op = kernel["attributes"], kernel["op"]
    if op.startswith("linear"):
        once = 2 * sizes["batch"] * sizes["in"] * sizes["out"]
    elif op.startswith("conv"):
        rows = windows(sizes, "height", "h", ("top", "bottom"))
        columns = windows(sizes, "width", "w", ("left", "right"))
        once = (2 * sizes["batch"] * sizes["in_channels"] * sizes["out_channels"] * rows * columns
                * sizes["kernel_h"] * sizes["kernel_w"]) // sizes.get("groups", 1)
    else:
        return 0
    return 2 * once if op.endswith("_backward") else once


def name_of(kernel):
    sizes, op = kernel["attributes"], kernel["op"]
    if op.startswith("linear"):
        text = f"{op} {sizes['batch']} · {sizes['in']} → {sizes['out']}"
    elif op.startswith("conv"):
        text = (f"{op} {sizes['batch']} · {sizes['in_channels']} → {sizes['out_channels']}, "
                f"{sizes['height']} × {sizes['width']}, window {sizes['kernel_h']}")
    else:
        text = f"{op} " + " · ".join(str(size) for size in sizes.values())
    return text + (f", {kernel['weights']}" if kernel.get("weights") else "")


def used(description):
    """The kernels of a program, from what its --describe prints: by what they are, who
    computes them."""
    found = {}
    for op, attributes, choice in re.findall(r"^kernel +(\w+)\((.*)\) by (.+)$", description,
                                             re.MULTILINE):
        sizes = dict(pair.split("=") for pair in attributes.split(", "))
        weights = sizes.pop("weights", "")
        found[key_of(op, {name: int(size) for name, size in sizes.items()}, weights)] = choice
    return found


def key_of(op, attributes, weights):
    return op, tuple(sorted(attributes.items())), weights


def compared(description, measurements):
    """What the kernels of a program cost by a file of other measurements. A candidate that
    was dropped there for being slow costs more than anybody knows: None."""
    machines = json.loads(measurements.read_text(encoding="utf-8"))["machines"]
    choices, rows = used(description), []
    for kernel in (one for machine in machines for one in machine["kernels"]):
        key = key_of(kernel["op"], kernel["attributes"], kernel.get("weights", ""))
        if key not in choices:
            continue
        times = {one["name"]: one["median"] for one in kernel["candidates"]}
        best, choice = min(times, key=times.get), choices[key]
        rows.append({
            "kernel": name_of(kernel), "choice": choice, "best": best,
            "nanoseconds": times[best], "operations": products(kernel),
            "slower_by": times[choice] / times[best] - 1 if choice in times else None,
        })
    return rows
