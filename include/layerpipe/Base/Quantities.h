//===- Quantities.h - Numbers for people ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions write short texts for tables and summaries. Machines read the
// raw numbers instead.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_QUANTITIES_H
#define LAYERPIPE_BASE_QUANTITIES_H

#include <cstdint>
#include <string>

namespace layerpipe::base {

/// Writes a fraction as per cent: 0.103 becomes "10.3 %". A fraction that is
/// not 0 never looks as if it were: it becomes "<0.1 %" where rounding would
/// make it 0.
std::string percentText(double fraction);

/// Writes a size with one decimal, in the largest binary unit that leaves at
/// least 1: 1536 becomes "1.5 KiB". Sizes below 1024 are whole bytes.
std::string bytesText(int64_t bytes);

/// Writes a count with three digits, in the largest of k, M, G, T, P and E that
/// leaves at least 1: 6680000000 becomes "6.68 G". Counts below 100,000 are
/// exact.
std::string countText(int64_t count);

/// Writes seconds as people read clocks: "42 s", "3 min 05 s", "2 h 07 min".
std::string durationText(double seconds);

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_QUANTITIES_H
