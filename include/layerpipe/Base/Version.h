//===- Version.h - Which layerpipe this is ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_VERSION_H
#define LAYERPIPE_BASE_VERSION_H

#include <string_view>

namespace layerpipe::base {

/// Returns the project's version as CMakeLists.txt has it, such as "0.1.0".
std::string_view version();

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_VERSION_H
