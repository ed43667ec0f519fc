#!/usr/bin/env bash
# From a PyTorch module to trained weights and back: exports LeNet-5, compiles it, trains
# it on Fashion-MNIST, and loads the weights into the module, whose accuracy is the same.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

processors=2
epochs=3
data=/usr/share/datasets/fashion-mnist
output=build/examples/pytorch
bin=build/bin

usage() {
  cat <<TEXT
Usage: examples/pytorch/run.sh [--processors P] [--epochs N] [--python FILE]

Exports a PyTorch module to ONNX, compiles it for P processors, trains it on the images of
Debian's dataset-fashion-mnist, and loads the trained weights into the module.

  --processors P  threads that the network is scheduled on (default $processors)
  --epochs N      passes over the 60000 training images (default $epochs)
  --python FILE   a Python that has what examples/pytorch/requirements.txt lists; by
                  default a virtual environment is made in build/torch
  --bin FOLDER    where layerpipe is built already; by default it is built in build/bin
  --help          print this text
TEXT
}

fail() {
  echo "pytorch: $1" >&2
  exit 1
}

python=
built=
while (($#)); do
  case $1 in
    --processors | --epochs)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "$1 takes a number from 1, got '${2:-}'"
      if [[ $1 == --epochs ]]; then epochs=$2; else processors=$2; fi
      ;;
    --python) python=${2:-} ;;
    --bin)
      bin=${2:-}
      built=yes
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "unknown option '$1'; --help lists the options" ;;
  esac
  shift 2 || fail "$1 needs a value"
done

# shellcheck source=examples/pytorch/prepare.sh
source examples/pytorch/prepare.sh
[[ -n $built ]] || build_layerpipe
if [[ -z $python ]]; then
  make_environment examples/pytorch/requirements.txt
  python=build/torch/bin/python
fi
[[ -d $data ]] || fail "$data is missing; dataset-fashion-mnist installs it"

mkdir -p "$output"
echo "== exporting LeNet-5"
"$python" examples/pytorch/export.py networks:lenet "$output/lenet.onnx"
echo "== compiling it for $processors processors"
"$bin/layerpipe" compile "$output/lenet.onnx" --loss cross-entropy --processors "$processors" \
  --lr 0.1 --output "$output/lenet"
echo "== training for $epochs epochs"
"$output/lenet" --data "$data" --epochs "$epochs" --save "$output/lenet.safetensors"
echo "== loading the weights into the module"
"$python" examples/pytorch/load.py networks:lenet "$output/lenet.safetensors" --images "$data"
