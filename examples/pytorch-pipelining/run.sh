#!/usr/bin/env bash
# From measured modules to PyTorch's pipeline: measures an MLP-Mixer in PyTorch, plans its
# microbatches, trains it by the plans in processes of torch.distributed.pipelining, and
# times them beside PyTorch's own schedules.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

processes=2
microbatches=8
rounds=10
size=default
repeats=30
strategies="1f1b interleaved-1f1b zb-h1 zb-v synchronous"
output=build/examples/pytorch-pipelining
bin=build/bin
here=examples/pytorch-pipelining

usage() {
  cat <<TEXT
Usage: examples/pytorch-pipelining/run.sh [--processes P] [--microbatches M] [--python FILE]

Measures the modules of an MLP-Mixer in PyTorch, plans M microbatches on P processes by
each strategy, trains by the plans over gloo, compares losses and gradients with those of
one process, and times the plans beside PyTorch's schedules.

  --processes P      how many processes there are, each of one thread (default $processes)
  --microbatches M   parts of a batch (default $microbatches)
  --rounds N         steps of each schedule that are timed, 0 for none (default $rounds)
  --size NAME        of the network: default, or small for a test (default $size)
  --strategies LIST  what layerpipe plans (default '$strategies')
  --output FOLDER    where plans and times are written (default $output)
  --sleep yes        time modules that sleep, for machines with few or busy CPUs
  --python FILE      a Python that has what $here/requirements.txt
                     lists; by default a virtual environment is made in build/torch
  --bin FOLDER       where layerpipe is built already; by default it is built in build/bin
  --help             print this text
TEXT
}

fail() {
  echo "pytorch-pipelining: $1" >&2
  exit 1
}

python=
built=
sleep=
while (($#)); do
  case $1 in
    --processes | --microbatches)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "$1 takes a number from 1, got '${2:-}'"
      if [[ $1 == --processes ]]; then processes=$2; else microbatches=$2; fi
      ;;
    --rounds)
      [[ ${2:-} =~ ^[0-9]+$ ]] || fail "$1 takes a number from 0, got '${2:-}'"
      rounds=$2
      ;;
    --size)
      [[ ${2:-} =~ ^(small|default)$ ]] || fail "$1 takes small or default, got '${2:-}'"
      size=$2
      [[ $size == default ]] || repeats=5
      ;;
    --strategies) strategies=${2:-} ;;
    --sleep) [[ ${2:-} == yes ]] && sleep=--sleep || sleep= ;;
    --output) output=${2:-} ;;
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
  make_environment "$here/requirements.txt"
  python=build/torch/bin/python
fi
export LAYERPIPE=$bin/layerpipe PYTHONPATH=tools/python${PYTHONPATH:+:$PYTHONPATH}

mkdir -p "$output"
echo "== measuring modules"
"$python" "$here/measure.py" --size "$size" --repeats "$repeats" --profile "$output/mixer.txt" \
  --network "$output/mixer.mlir" --times "$output/mixer.json"
echo "== planning $microbatches microbatches on $processes processes"
plans=()
for strategy in $strategies; do
  "$LAYERPIPE" export "$output/mixer.mlir" --cost-model profile="$output/mixer.json" \
    --strategy "$strategy" --processors "$processes" --microbatches "$microbatches" \
    --format pytorch-csv --stages "$output/$strategy.json" -o "$output/$strategy.csv"
  plans+=("$output/$strategy.csv")
done
echo "== training"
"$python" "$here/train.py" --size "$size" --timed 0 "${plans[@]}"
if ((rounds)); then
  echo "== timing"
  "$python" "$here/compare.py" --size "$size" --rounds "$rounds" ${sleep:+"$sleep"} \
    --profile "$output/mixer.json" "${plans[@]}"
fi
