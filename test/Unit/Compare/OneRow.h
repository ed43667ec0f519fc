//===- OneRow.h - A comparison of one strategy ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_COMPARE_ONEROW_H
#define LAYERPIPE_TEST_UNIT_COMPARE_ONEROW_H

#include "layerpipe/Compare/Compare.h"

#include <utility>
#include <vector>

namespace layerpipe::compare {

using namespace strategies;

/// Returns the only row for one strategy and number of processors.
inline scheduling::Result<Row>
compareRow(const TaskForms &model, int64_t processors, const Strategy &strategy,
           const CompareOptions &options, const RowListener &listener = {}) {
  CompareOptions one = options;
  one.processors = {processors};
  one.strategies = {strategy};
  scheduling::Result<std::vector<Row>> rows = compareAll(model, one, listener);
  if (!rows)
    return rows.error();
  return std::move(rows->front());
}

} // namespace layerpipe::compare

#endif // LAYERPIPE_TEST_UNIT_COMPARE_ONEROW_H
