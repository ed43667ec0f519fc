#!/usr/bin/env bash
# Compares layerpipe's training speed with PyTorch's and JAX's on this machine: makes a
# virtual environment with both, then hands over to throughput.py.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail
folder=$(dirname "${BASH_SOURCE[0]}")

# What pip installs; set them for other releases. Plain "torch" is a build for GPUs, of
# gigabytes, on many machines.
torch=${LAYERPIPE_TORCH:-torch==2.13.0}
jax=${LAYERPIPE_JAX:-jax}
environment=${LAYERPIPE_PEERS:-$folder/../../../build/peers}

fail() {
  printf 'throughput: %s\n' "$@" >&2
  exit 1
}

usage() {
  cat <<TEXT
Usage: test/Benchmark/throughput/run.sh [OPTION...]

Without --python and with peers, it makes a virtual environment in build/peers once,
with these packages:

  LAYERPIPE_TORCH  what pip installs as PyTorch (default torch==2.13.0)
  LAYERPIPE_JAX    what pip installs as JAX (default jax); failing is no error
  LAYERPIPE_PEERS  the folder of the environment

TEXT
  /usr/bin/env python3 "$folder/throughput.py" --help
}

# The environment's Python, made if it is not there.
peers_python() {
  local python=$environment/bin/python
  if [[ ! -e $environment/complete ]]; then
    echo "throughput: installing $torch and $jax into $environment" >&2
    python3 -m venv "$environment" >&2 || fail "can't make a virtual environment"
    "$python" -m pip install --quiet "$torch" numpy >&2 || fail "pip can't install $torch"
    "$python" -m pip install --quiet "$jax" >&2 ||
      echo "throughput: pip can't install $jax; rows will say so" >&2
    touch "$environment/complete"
  fi
  echo "$python"
}

needs_peers=1
previous=
for argument in "$@"; do
  case $argument in
    -h | --help)
      usage
      exit 0
      ;;
    --python | --python=* | --peers=none) needs_peers=0 ;;
    none) [[ $previous != --peers ]] || needs_peers=0 ;;
  esac
  previous=$argument
done

if ((needs_peers)); then
  python=$(peers_python)
  exec python3 "$folder/throughput.py" --python "$python" "$@"
fi
exec python3 "$folder/throughput.py" "$@"
