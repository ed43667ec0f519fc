//===- LayerpipeLimits.h - The greatest numbers of a graph ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// No larger numbers are accepted. These are far beyond any real graph and leave
// room for every sum that an analysis or a solver forms.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_IR_LAYERPIPELIMITS_H
#define LAYERPIPE_IR_LAYERPIPELIMITS_H

#include <cstdint>

namespace layerpipe {

inline constexpr int64_t maxTime = int64_t(1) << 51;
inline constexpr int64_t maxLag = int64_t(1) << 31;
inline constexpr int64_t maxDistance = int64_t(1) << 30;
inline constexpr int64_t maxProcessors = int64_t(1) << 20;
inline constexpr int64_t maxLength = int64_t(1) << 48;

} // namespace layerpipe

#endif // LAYERPIPE_IR_LAYERPIPELIMITS_H
