#!/usr/bin/env bash
# Trains ResNet-18 or MobileNetV2 on small images with a schedule for P processors.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

network=resnet18
processors=2
epochs=30
steps=
width=
batch=128
data=/usr/share/datasets/fashion-mnist
output=build/examples/cifar

usage() {
  cat <<TEXT
Usage: examples/cifar/run.sh [OPTION...]

Installs what is missing, builds layerpipe into build/, writes the network, compiles
it for P processors and trains it by SGD with momentum, weight decay on all but
normalisation and biases, a cosine of step sizes with warm-up, and images that are
mirrored and shifted at random.

  --network NAME  resnet18 (default) or mobilenetv2
  --data DIR      images: CIFAR-10 in its binary form (data_batch_1.bin, …), or
                  those of Debian's dataset-fashion-mnist (default)
  --processors P  (default $processors)
  --epochs N      passes over the training images (default $epochs)
  --steps N       iterations, in place of --epochs
  --width N       channels of the first layer (default 64 and 32, as published)
  --batch N       samples per iteration (default $batch)
  --help          print this text

Example: examples/cifar/run.sh --network mobilenetv2 --data cifar-10-batches-bin
TEXT
}

fail() {
  printf 'cifar: %s\n' "$@" >&2
  exit 1
}

while (($#)); do
  case $1 in
    -h | --help)
      usage
      exit 0
      ;;
    --network)
      [[ ${2:-} =~ ^(resnet18|mobilenetv2)$ ]] || fail "--network takes resnet18 or mobilenetv2, got '${2:-}'"
      network=$2
      ;;
    --data)
      # Named from where the user stands.
      data=$(realpath -e -- "${2:-}") || fail "--data takes a folder, got '${2:-}'"
      ;;
    --processors | --epochs | --steps | --width | --batch)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "$1 takes a number from 1, got '${2:-}'"
      declare "${1#--}=$2"
      ;;
    *) fail "unknown option '$1'; --help lists the options" ;;
  esac
  shift 2
done

cd "$root"
tools/install-deps.sh
cmake --preset release
cmake --build build --target layerpipe --parallel "$(nproc)"
mkdir -p "$output"

# Means and deviations of all training images, in pixels from 0 to 1.
if [[ -e $data/data_batch_1.bin ]]; then
  image=3x32x32
  normal=0.4914,0.4822,0.4465:0.2470,0.2435,0.2616
else
  image=1x28x28
  normal=0.2860:0.3530
fi

model=$output/$network.mlir
/usr/bin/python3 examples/cifar/make-network.py "$network" --image "$image" \
  --batch "$batch" ${width:+--width "$width"} >"$model"
build/bin/layerpipe compile "$model" --processors "$processors" \
  --optimizer momentum --momentum 0.9 --weight-decay 5e-4 \
  --no-decay '*bn*' --no-decay '*.shortcut.1.*' --no-decay '*.bias' -o "$output/$network"
length=(--epochs "$epochs")
[[ -z $steps ]] || length=(--steps "$steps")
"$output/$network" --data "$data" --normalize "$normal" --augment flip,crop=4 \
  --lr 0.05 --lr-schedule cosine --lr-warm-up 200 "${length[@]}" \
  --save "$output/$network.safetensors"
