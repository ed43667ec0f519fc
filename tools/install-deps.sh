#!/usr/bin/env bash
# Installs the Debian 12 packages that layerpipe is built, run and tested with.
# It changes nothing, and asks for no rights, when every package is there.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail

# docs/dependencies.md says what each of them is for.
packages=(
  cmake ninja-build g++ clang-22 lld-22 libclang-rt-22-dev
  libmlir-22-dev mlir-22-tools llvm-22-dev llvm-22-tools
  libboost-graph-dev liblemon-dev libfmt-dev nlohmann-json3-dev libcli11-dev zlib1g-dev
  libonnx-dev libprotobuf-dev
  libdnnl-dev libopenblas0-pthread libxsmm-dev libgtest-dev libgmock-dev
  libonnx-testdata dataset-fashion-mnist python3 python3-numpy python3-jsonschema
  python3-onnx
  chromium python3-pil
)
developer_packages=(
  git clang-format-22 clang-tidy-22 shellcheck ccache
  libbenchmark-dev coinor-libclp-dev hyperfine
)

usage() {
  cat <<'TEXT'
Usage: tools/install-deps.sh [--developer] [--list]

Installs the Debian 12 packages that layerpipe needs and that are missing.
Safe to repeat. As another user than root it calls sudo.

  --developer  also the tools of those who change layerpipe: formatter,
               linters, compiler cache, benchmark tools
  --list       print the packages, one a line, and install nothing
  --help       print this text

Example: tools/install-deps.sh --developer
TEXT
}

fail() {
  printf 'install-deps: %s\n' "$@" >&2
  exit 1
}

list_only=false
while (($#)); do
  case $1 in
    --developer) packages+=("${developer_packages[@]}") ;;
    --list) list_only=true ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "unknown option '$1'; --help lists the options" ;;
  esac
  shift
done

if $list_only; then
  printf '%s\n' "${packages[@]}"
  exit 0
fi

is_installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

missing=()
if command -v dpkg-query >/dev/null; then
  for package in "${packages[@]}"; do
    is_installed "$package" || missing+=("$package")
  done
else
  missing=("${packages[@]}")
fi
if ((${#missing[@]} == 0)); then
  echo "install-deps: all ${#packages[@]} packages are installed"
  exit 0
fi

# Sourced in a subshell: os-release sets many names.
# shellcheck source=/dev/null
system=$(. /etc/os-release 2>/dev/null && echo "${ID:-unknown} ${VERSION_ID:-}" || echo unknown)
if [[ $system != "debian 12" ]]; then
  fail "this system is '$system', not 'debian 12', whose packages layerpipe is built with" \
    "missing here under Debian's names: ${missing[*]}"
fi

if ((EUID == 0)); then
  as_root=()
elif command -v sudo >/dev/null; then
  as_root=(sudo)
else
  fail "packages are missing, and installing them needs root or sudo; as root run:" \
    "  apt-get install --no-install-recommends ${missing[*]}"
fi

echo "install-deps: installing ${missing[*]}"
apt_get() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "$@"
}
apt_get update

# LLVM 22 came to Debian 12 by its security archive, which an image may lack.
unknown=()
for package in "${missing[@]}"; do
  apt-cache show "$package" >/dev/null 2>&1 || unknown+=("$package")
done
if ((${#unknown[@]})); then
  fail "apt knows no package ${unknown[*]}" \
    "LLVM and MLIR 22 are in Debian's security archive; is this line in /etc/apt/sources.list?" \
    "  deb http://deb.debian.org/debian-security bookworm-security main"
fi

apt_get install --yes --no-install-recommends "${missing[@]}"
