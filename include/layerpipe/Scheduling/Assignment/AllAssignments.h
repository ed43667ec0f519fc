//===- AllAssignments.h - Every assignment, but for names -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_ASSIGNMENT_ALLASSIGNMENTS_H
#define LAYERPIPE_SCHEDULING_ASSIGNMENT_ALLASSIGNMENTS_H

#include "layerpipe/Scheduling/Model/Machine.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// Returns whether the processor is empty and equals an earlier empty one,
/// which then stands for it. `twins` has the class of each processor.
inline bool hasEmptyTwin(const std::vector<int64_t> &twins,
                         const std::vector<int64_t> &chosen,
                         int64_t processor) {
  auto isEmpty = [&](int64_t each) {
    return std::find(chosen.begin(), chosen.end(), each) == chosen.end();
  };
  if (!isEmpty(processor))
    return false;
  for (int64_t earlier = 0; earlier < processor; ++earlier)
    if (isEmpty(earlier) && twins[earlier] == twins[processor])
      return true;
  return false;
}

/// Calls `visit` with a processor for each of `tasks` tasks, once for all
/// assignments that differ only by the names of equal processors, until it
/// returns false. Two tasks on two equal processors give
///
///   0 0 and 0 1, but not 1 1 and 1 0.
///
/// Counts through the processors of each task like an odometer. Processors
/// beyond the number of tasks stay empty, but are not left out: they may be the
/// fast ones.
///
/// `pins` is empty, or has the processor of each task that has no choice.
/// Processors with pins equal no others.
template <typename Visit>
bool forAllAssignments(const Machine &machine, size_t tasks, Visit visit,
                       const std::vector<std::optional<int64_t>> &pins = {}) {
  std::vector<int64_t> twins = twinClasses(machine);
  for (std::optional<int64_t> pin : pins)
    if (pin)
      twins[*pin] = -1 - *pin;
  auto allows = [&](size_t task, int64_t processor) {
    return pins.empty() || !pins[task] || *pins[task] == processor;
  };
  std::vector<int64_t> chosen;
  int64_t next = 0;
  while (true) {
    if (chosen.size() == tasks) {
      if (!visit(chosen))
        return false;
      next = machine.processors;
    }
    while (next < machine.processors &&
           (hasEmptyTwin(twins, chosen, next) || !allows(chosen.size(), next)))
      ++next;
    if (next < machine.processors) {
      chosen.push_back(next);
      next = 0;
    } else if (chosen.empty()) {
      return true;
    } else {
      next = chosen.back() + 1;
      chosen.pop_back();
    }
  }
}

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_ASSIGNMENT_ALLASSIGNMENTS_H
