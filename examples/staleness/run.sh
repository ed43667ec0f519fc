#!/usr/bin/env bash
# What staleness costs: trains networks for 1, 2 and 4 processors, with the staleness
# that the planner chooses, from the same seeds, and compares their accuracies.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

for argument in "$@"; do
  if [[ $argument == -h || $argument == --help ]]; then
    cat <<'TEXT'
Usage: examples/staleness/run.sh [OPTION...]

Installs what is missing, builds layerpipe into build/ and trains LeNet and a narrow
ResNet-18 on the images of Debian's dataset-fashion-mnist. Prints the mean accuracy
on the test images, its difference to that of one processor from the same seeds, and
the interval that holds the mean difference with a probability of 95 %.

  --networks LIST    some of lenet, resnet18 (default both)
  --processors LIST  numbers of processors beside 1 (default 2,4)
  --seeds N          runs of each (default 5)
  --epochs N         passes over the 60000 training images (default 3)
  --width N          channels of the first layer of ResNet-18 (default 8)
  --data DIR         another folder of images
  --output DIR       where programs and study.json go (default build/examples/staleness)
  --help             print this text

Example: examples/staleness/run.sh --networks lenet --seeds 3
TEXT
    exit 0
  fi
done

tools/install-deps.sh
cmake --preset release
cmake --build build --target layerpipe --parallel "$(nproc)"
exec /usr/bin/python3 examples/staleness/study.py build/bin/layerpipe "$@"
