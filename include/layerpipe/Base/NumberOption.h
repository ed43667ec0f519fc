//===- NumberOption.h - Limits of command-line options ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This header joins Numbers.h to CLI11. It stands alone so that those who
// declare no options don't need CLI11.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_NUMBEROPTION_H
#define LAYERPIPE_BASE_NUMBEROPTION_H

#include "layerpipe/Base/Numbers.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace layerpipe::base {

/// Returns a validator that accepts the numbers within the limits. Give it to
/// the option's `transform`, not to its `check`: it also rewrites the text as
/// the number that was understood, so that CLI11's own reading, which takes 010
/// for eight, can't differ from it.
template <typename T> CLI::Validator within(Limits<T> limits) {
  return CLI::Validator(
      [limits](std::string &text) {
        Result<T> number = parseNumber(text, limits);
        if (!number)
          return number.error().message;
        text = fmt::format("{}", *number);
        return std::string();
      },
      "");
}

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_NUMBEROPTION_H
