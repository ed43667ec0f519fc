//===- Kernel.cpp - Descriptions of kernels -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file spells kernel descriptions for messages.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Kernel.h"

#include <fmt/format.h>

using namespace layerpipe::runtime;

std::string KernelDescription::toString() const {
  std::string text = op + "(";
  for (const auto &[name, value] : attributes)
    text += fmt::format("{}{}={}", text.back() == '(' ? "" : ", ", name, value);
  if (!weights.empty())
    text +=
        fmt::format("{}weights={}", text.back() == '(' ? "" : ", ", weights);
  return text + ")";
}
