#!/usr/bin/env bash
# The study of the LayerPipe paper, again: how much is gained over PipeDream when
# gradients are decoupled and split, for six networks on 2 to 16 processors.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
  cat <<'TEXT'
Usage: examples/layerpipe-paper/run.sh [--profiles DIR] [OPTION...]

Installs what is missing, builds layerpipe into build/ and prints, for each network
and each number of processors, the gain over PipeDream in per cent: of replicated
stages (a formula), of decoupled gradients, and of split ones, with the bytes sent
and the staleness; then what the paper's abstract claims, and where that is met.

  --profiles DIR   also under the published profiles of this folder: vgg16.txt,
                   alexnet.txt, resnet18.txt, resnet50.txt, …
  --measured       also under times measured on this machine (VGG-16, AlexNet, the
                   MLP and the spiking chain, which can run)
  --models DIR     also the classifiers in ONNX of this folder, with batches of 8
  --processors P   numbers of processors (default 2-16)
  --networks LIST  some of vgg16, alexnet, resnet18, resnet50, mlp, spiking, or none
  --output DIR     where tables, schedules and a report per network go
                   (default build/examples/layerpipe-paper)
  --help           print this text

Example: examples/layerpipe-paper/run.sh --networks vgg16,mlp --processors 2-9
TEXT
}

for argument in "$@"; do
  if [[ $argument == -h || $argument == --help ]]; then
    usage
    exit 0
  fi
done
folders=()
arguments=()
while (($#)); do
  case $1 in
    --profiles | --models)
      (($# > 1)) || { echo "layerpipe-paper: $1 needs a folder" >&2; exit 1; }
      # Named from where the user stands.
      folders+=("$1" "$(realpath -- "$2")")
      shift
      ;;
    *) arguments+=("$1") ;;
  esac
  shift
done

cd "$root"
tools/install-deps.sh
cmake --preset release
cmake --build build --target layerpipe --parallel "$(nproc)"
exec /usr/bin/python3 examples/layerpipe-paper/study.py build/bin/layerpipe \
  "${folders[@]}" "${arguments[@]}"
