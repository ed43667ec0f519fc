#!/usr/bin/env bash
# From nothing to a trained network: installs what is missing, builds layerpipe,
# compiles a network for P processors, trains it on Fashion-MNIST, and compares
# the speed with that on 1 and 2 processors.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

processors=2
epochs=5
model=mlp
seed=1
declare -A learning_rate=([mlp]=0.3 [lenet]=0.1)
speed_steps=1000
speed_runs=3
data=/usr/share/datasets/fashion-mnist
output=build/examples/fashion-mnist

usage() {
  cat <<TEXT
Usage: examples/fashion-mnist/run.sh [--processors P] [--epochs N] [--model NAME]

Installs what is missing, builds layerpipe into build/, compiles a network for P
processors and trains it on the images of Debian's dataset-fashion-mnist. Prints
the schedule's report, the training, the speed on 1, 2 and P processors, and at
last the test accuracy.

  --processors P  threads that the network is scheduled on (default $processors)
  --epochs N      passes over the 60000 training images (default $epochs)
  --model NAME    mlp (default) or lenet
  --help          print this text

Example: examples/fashion-mnist/run.sh --processors 2 --model lenet
TEXT
}

fail() {
  printf 'fashion-mnist: %s\n' "$@" >&2
  exit 1
}

# value_of OPTION VALUE PATTERN WHAT: the value if it is what the option takes.
value_of() {
  [[ $2 =~ ^($3)$ ]] || fail "$1 takes $4, got '$2'"
  echo "$2"
}

while (($#)); do
  case $1 in
    --processors) processors=$(value_of "$1" "${2:-}" '[1-9][0-9]*' 'a number from 1') ;;
    --epochs) epochs=$(value_of "$1" "${2:-}" '[1-9][0-9]*' 'a number from 1') ;;
    --model) model=$(value_of "$1" "${2:-}" 'mlp|lenet' "'mlp' or 'lenet'") ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "unknown option '$1'; --help lists the options" ;;
  esac
  shift 2
done

heading() {
  printf '\n== %s\n' "$*"
}

executable() {
  echo "$output/$model-p$1"
}

compile() {
  build/bin/layerpipe compile "examples/fashion-mnist/$model.mlir" \
    --processors "$1" -o "$(executable "$1")"
}

# train P OPTION...: one training run of the program for P processors.
train() {
  "$(executable "$1")" --data "$data" --lr "${learning_rate[$model]}" --seed "$seed" "${@:2}"
}

# The best of a few short runs, for a shared machine stutters.
samples_per_s() {
  for ((run = 0; run < speed_runs; ++run)); do
    train "$1" --steps "$speed_steps" --metrics "$output/speed-p$1.jsonl" >/dev/null
    tail -n 1 "$output/speed-p$1.jsonl"
  done | /usr/bin/python3 -c '
import json, sys
print(round(max(json.loads(line)["samples_per_s"] for line in sys.stdin)))
'
}

tools/install-deps.sh

heading "building"
cmake --preset release
cmake --build build --target layerpipe --parallel "$(nproc)"
mkdir -p "$output"

heading "compiling $model for $processors processors"
compile "$processors"

heading "training for $epochs epochs"
log=$output/training.log
train "$processors" --epochs "$epochs" | tee "$log"
accuracy=$(grep '^test accuracy ' "$log" | tail -n 1) ||
  fail "the training run printed no test accuracy; its output is in $log"

heading "speed, best of $speed_runs runs of $speed_steps steps"
printf '%10s  %10s  %8s\n' processors samples/s speed-up
baseline=
for count in $(printf '%s\n' 1 2 "$processors" | sort -nu); do
  ((count == processors)) || compile "$count" >/dev/null
  speed=$(samples_per_s "$count")
  baseline=${baseline:-$speed}
  printf '%10d  %10d  %8s\n' "$count" "$speed" \
    "$(awk -v now="$speed" -v one="$baseline" 'BEGIN { printf "%.2f", now / one }')"
done

printf '\n%s\n' "$accuracy"
