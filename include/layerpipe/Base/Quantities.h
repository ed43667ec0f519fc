//===- Quantities.h - Numbers for people ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Short texts for tables and summaries. What machines read gets the raw numbers
// instead.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_QUANTITIES_H
#define LAYERPIPE_BASE_QUANTITIES_H

#include <cstdint>
#include <string>

namespace layerpipe::base {

/// 0.103 → "10.3 %". A fraction that is not 0 never looks as if it were: what
/// would be rounded to 0 is "<0.1 %".
std::string percentText(double fraction);

/// 1536 → "1.5 KiB": one decimal of the largest binary unit that leaves at
/// least 1; whole bytes below 1024.
std::string bytesText(int64_t bytes);

/// 6680000000 → "6.68 G": three digits of the largest of k, M, G, T, P and E
/// that leaves at least 1; exact below 100,000.
std::string countText(int64_t count);

/// Seconds as people read clocks: "42 s", "3 min 05 s", "2 h 07 min".
std::string durationText(double seconds);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_QUANTITIES_H
