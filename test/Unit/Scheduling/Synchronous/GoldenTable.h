//===- GoldenTable.h - The zero-bubble paper's table ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Measured times and bubble rates of Qi et al., Zero Bubble (arXiv 2401.10241,
// tables 5 and 9).
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_SYNCHRONOUS_GOLDENTABLE_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_SYNCHRONOUS_GOLDENTABLE_H

#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::scheduling::test {

/// Times are in thousandths of a millisecond, rates in ten-thousandths.
struct GoldenRow {
  std::string model;
  int64_t layers = 0;
  int64_t stages = 0;
  int64_t microbatches = 0;
  int64_t chunks = 0;
  int64_t forwardTime = 0;
  int64_t inputGradientTime = 0;
  int64_t weightGradientTime = 0;
  int64_t transferTime = 0;
  int64_t plain = 0;
  int64_t interleaved = 0;
  int64_t zbH1 = 0;
  int64_t zbH2 = 0;
  int64_t zb1p = 0;
  int64_t zb2p = 0;
};

/// Lists some rows that are written here.
std::vector<GoldenRow> someGoldenRows();

/// Reads all rows from the folder that LAYERPIPE_TEST_DATA names; there are
/// none if it names none.
std::vector<GoldenRow> allGoldenRows();

/// Makes the row's problem: activations of a microbatch are 1000 bytes, which a
/// stage holds to the end of its weight gradient if `keepsAll`, and to the end
/// of its input gradient otherwise.
PipelineProblem problemOf(const GoldenRow &row, bool keepsAll = true);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_SYNCHRONOUS_GOLDENTABLE_H
