"""Checks what one step of SGD does to two biases that make equal logits.

usage: bias-change.py INITIAL FINAL STEP-SIZE BATCH

Each of the batch's samples moves the bias of its class up and the other down by half
of STEP-SIZE / BATCH, whatever the size of the logits.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

from formats import read_safetensors


def main(initial, final, step_size, batch):
    before, after = (read_safetensors(path)["fc.bias"] for path in (initial, final))
    share = float(step_size) / float(batch) / 2
    change = [float(b) - float(a) for a, b in zip(before, after)]
    ups = change[0] / share  # Samples of class 0 less those of class 1.
    possible = {2 * count - int(batch) for count in range(int(batch) + 1)}
    if change[0] != -change[1] or ups not in possible:
        sys.exit(f"the biases change by {change}, in units of {share}")
    print("the biases change as they must")


main(*sys.argv[1:])
