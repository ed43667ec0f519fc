#!/usr/bin/env bash
# complete.sh SCRIPT WORD...: what the completion SCRIPT offers for the command line
# "layerpipe WORD...", whose last word is being typed; one a line.
#
# Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -euo pipefail

# shellcheck source=/dev/null
source "$1"
shift
# bash sets these for a completion function.
# shellcheck disable=SC2034
COMP_WORDS=(layerpipe "$@") COMP_CWORD=$#
_layerpipe
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
