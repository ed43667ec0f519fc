"""Names of a model's modules, from which stages are made.

Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""

from __future__ import annotations

from typing import Any


def module_names(model: Any, depth: int = 1) -> list[str]:
    """Lists a PyTorch model's modules in the order in which they were added.

    A list or a sequence of modules is not a unit: its members are listed in its place,
    as in "layers.0". With a larger `depth`, other modules are taken apart as well, so
    many levels deep.
    """
    names: list[str] = []
    for name, child in model.named_children():
        inner = list(child.named_children())
        is_list = type(child).__name__ in ("ModuleList", "ModuleDict", "Sequential")
        if inner and (is_list or depth > 1):
            rest = depth if is_list else depth - 1
            names += [f"{name}.{inside}" for inside in module_names(child, rest)]
        else:
            names.append(name)
    return names
