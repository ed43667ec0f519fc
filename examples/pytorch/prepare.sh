#!/usr/bin/env bash
# What the examples that want PyTorch prepare, from the root of the repository. To be
# sourced; the script that does so has a function `fail`.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# Installs what is missing and builds layerpipe into build/bin.
build_layerpipe() {
  tools/install-deps.sh
  cmake --preset release
  cmake --build build --target layerpipe
}

# make_environment REQUIREMENTS: the virtual environment build/torch with all that the file
# lists. What is there already is not installed again.
make_environment() {
  local mark
  mark=build/torch/complete-$(md5sum <"$1" | cut -c 1-32)
  [[ ! -e $mark ]] || return 0
  python3 -m venv build/torch || fail "can't make a virtual environment in build/torch"
  build/torch/bin/python -m pip install --quiet -r "$1" || fail "pip can't install what $1 lists"
  touch "$mark"
}
