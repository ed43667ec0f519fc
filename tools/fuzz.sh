#!/usr/bin/env bash
# Builds the libFuzzer targets and runs them for as long as wanted.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readers=(CompareRows Idx MachineFile Manifest MegatronLayout Npy Onnx PipedreamProfile
  Safetensors ScheduleFile TaskTimes Tessel TorchCsv Zip)

usage() {
  cat <<TEXT
Usage: tools/fuzz.sh [--seconds N] [--runs N] [TARGET...]

Builds libFuzzer targets in build-fuzz/ and runs them one after the other. What a
run learns is kept in build-fuzz/corpus/ for the next one. An input that breaks
something is written to build-fuzz/found/ and ends the script with status 1; add
it, made small, to test/Fuzz/corpus/TARGET.

  --seconds N  how long each target runs (default 600)
  --runs N     run N inputs of each target from a fixed seed instead, without
               what earlier runs learned
  --help       print this text

Targets: ${readers[*]}
and Mlir, which builds the dialects with MLIR. Without a name, all but Mlir run.

Example: tools/fuzz.sh --seconds 60 Safetensors Mlir
TEXT
}

fail() {
  printf 'tools/fuzz.sh: %s\n' "$@" >&2
  exit 1
}

is_count() {
  [[ $1 =~ ^[1-9][0-9]{0,8}$ ]]
}

seconds=600
runs=
targets=()
while (($#)); do
  case $1 in
    --seconds | --runs)
      if (($# < 2)) || ! is_count "$2"; then
        fail "$1 needs a number from 1 to 999999999"
      fi
      if [[ $1 == --runs ]]; then runs=$2; else seconds=$2; fi
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      [[ " ${readers[*]} Mlir " == *" $1 "* ]] ||
        fail "there is no target '$1'; there are ${readers[*]} and Mlir"
      targets+=("$1")
      ;;
  esac
  shift
done
((${#targets[@]})) || targets=("${readers[@]}")

compiler=OFF
[[ " ${targets[*]} " != *" Mlir "* ]] || compiler=ON
cmake --preset fuzz "-DLAYERPIPE_ENABLE_COMPILER=$compiler"
cmake --build build-fuzz --parallel "$(nproc)" --target "${targets[@]/#/Fuzz}"

status=0
mkdir -p build-fuzz/found
for target in "${targets[@]}"; do
  printf '\n== %s\n' "$target"
  options=(-max_len=4096 -timeout=250 -rss_limit_mb=2048 -print_final_stats=1
    "-artifact_prefix=build-fuzz/found/$target-")
  if [[ -n $runs ]]; then
    kept=(test/Fuzz/corpus/"$target"/*)
    options+=("-runs=$runs" -seed=1 "-seed_inputs=$(IFS=,; echo "${kept[*]}")")
  else
    mkdir -p "build-fuzz/corpus/$target"
    options+=("-max_total_time=$seconds" "build-fuzz/corpus/$target"
      "test/Fuzz/corpus/$target")
  fi
  build-fuzz/bin/"Fuzz$target" "${options[@]}" || status=1
done
exit "$status"
