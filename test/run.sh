#!/usr/bin/env bash
# Installs what is missing, builds, runs every test, and counts them.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
Usage: test/run.sh [--preset NAME] [CTEST OPTION...]

Installs what is missing, builds and runs every test. The last line counts
them: each GoogleTest case and each lit file is one test.

  --preset NAME  a preset of CMakePresets.json: release (default, in build/),
                 dev, asan or tsan (in build-NAME/)
  --help         print this text

Other options go to ctest, for instance -R REGEX to choose tests by name.
The words of LAYERPIPE_CMAKE_FLAGS are given to CMake at configuration.

Example: test/run.sh -R Scheduling
TEXT
}

fail() {
  printf 'test/run.sh: %s\n' "$@" >&2
  exit 1
}

preset=release
ctest_options=()
while (($#)); do
  case $1 in
    --preset)
      (($# > 1)) || fail "--preset needs a name: release, dev, asan or tsan"
      preset=$2
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) ctest_options+=("$1") ;;
  esac
  shift
done
case $preset in
  release) build=build ;;
  dev | asan | tsan) build=build-$preset ;;
  *) fail "unknown preset '$preset'; there are release, dev, asan and tsan" ;;
esac
read -r -a cmake_flags <<<"${LAYERPIPE_CMAKE_FLAGS:-}"

tools/install-deps.sh
cmake --preset "$preset" "${cmake_flags[@]}"
# The processor time of a first build of the compiler is kept below 700 seconds.
TIMEFORMAT="test/run.sh: built in %U + %S s of processor time, %R s elapsed"
if grep -q '^LAYERPIPE_ENABLE_COMPILER:BOOL=ON$' "$build/CMakeCache.txt"; then
  time cmake --build "$build" --parallel "$(nproc)" --target layerpipe
fi
time cmake --build "$build" --parallel "$(nproc)"

# Results of an earlier run must not be counted.
results=$PWD/$build/test-results
mkdir -p "$results"
rm -f "$results"/*.xml
status=0
ctest --test-dir "$build" --output-on-failure --parallel 2 --no-tests=error \
  --output-junit "$results/ctest.xml" "${ctest_options[@]}" || status=$?
tools/count-tests.py "$build" || status=1
exit "$status"
