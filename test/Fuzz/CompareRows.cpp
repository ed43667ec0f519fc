//===- CompareRows.cpp - Any bytes as rows of layerpipe compare -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/CompareRows.h"
#include "Fuzz.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto rows = report::readCompareRows(textOf(data, size));
  expect(rows || !rows.message().empty(), "errors have words");
  if (rows)
    for (const report::CompareRow &row : *rows)
      expect(row.processors >= 1 && !row.strategy.empty() &&
                 !row.timeUnit.empty(),
             "a row has a strategy, processors and a unit");
  return 0;
}
