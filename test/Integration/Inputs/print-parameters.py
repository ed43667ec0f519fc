#!/usr/bin/env python3
"""Prints the parameters of a safetensors file, by name.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

import sys

from formats import read_safetensors

for name, values in sorted(read_safetensors(sys.argv[1]).items()):
    print(name, values.ravel().tolist())
