//===- ActionFigures.h - What an order of microbatches costs ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_COMPARE_ACTIONFIGURES_H
#define LAYERPIPE_LIB_COMPARE_ACTIONFIGURES_H

#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Strategies/SynchronousPlan.h"

namespace layerpipe::compare {

/// Fills in what the simulator and the bound say of a row's order; an order
/// that can't run is the row's error.
void fillFromActions(Row &row, const strategies::SynchronousPlan &plan,
                     const CompareOptions &options);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_ACTIONFIGURES_H
