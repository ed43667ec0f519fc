//===- Front.h - Non-dominated rows -----------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_COMPARE_FRONT_H
#define LAYERPIPE_LIB_COMPARE_FRONT_H

#include "Measure.h"

#include <vector>

namespace layerpipe::compare {

/// Makes the rows of CompareOptions::pareto for one number of processors. The
/// listener sees them in their order.
std::vector<Row>
makeFrontRows(Session &session, int64_t processors,
              const std::vector<strategies::Strategy> &strategies,
              const RowListener &listener);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_FRONT_H
