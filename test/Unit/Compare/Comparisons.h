//===- Comparisons.h - Models and options for tests -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_COMPARE_COMPARISONS_H
#define LAYERPIPE_TEST_UNIT_COMPARE_COMPARISONS_H

#include "../Scheduling/Graphs.h"

#include "layerpipe/Compare/Compare.h"

#include <string_view>
#include <vector>

namespace layerpipe::compare::test {

using namespace strategies;

inline TaskForms
makeModel(const std::vector<scheduling::test::LayerTimes> &layers) {
  return {"chain", "us",
          scheduling::test::makeChain(layers, 0, /*coupled=*/true),
          scheduling::test::makeChain(layers)};
}

inline CompareOptions makeOptions(std::string_view processors,
                                  std::string_view strategies) {
  CompareOptions options;
  options.processors = *parseProcessorList(processors);
  options.strategies = *parseStrategyList(strategies);
  return options;
}

} // namespace layerpipe::compare::test

#endif // LAYERPIPE_TEST_UNIT_COMPARE_COMPARISONS_H
