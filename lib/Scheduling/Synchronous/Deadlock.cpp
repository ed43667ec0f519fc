//===- Deadlock.cpp - Why an order does not go on -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A processor that waits for an input waits for the processor that computes it,
// which has something else to run before. Going from wait to wait must return
// to a processor seen before.
//
//===----------------------------------------------------------------------===//

#include "Executor.h"

#include <fmt/format.h>

#include <iterator>

namespace layerpipe::scheduling {

PipelineAction Executor::actionOf(int64_t index) const {
  int64_t cell = index / phases;
  constexpr ActionKind kinds[] = {ActionKind::forward,
                                  ActionKind::input_gradient,
                                  ActionKind::weight_gradient};
  return {cell / problem.microbatches, kinds[index % phases],
          cell % problem.microbatches};
}

/// Returns an input of the action that has not been computed, or −1.
int64_t Executor::missingInput(const PipelineAction &action) const {
  auto isMissing = [&](int64_t index) { return lacking[index] != done; };
  int64_t stage = action.stage, microbatch = action.microbatch;
  if (action.kind == ActionKind::forward) {
    for (int64_t edge : edgesInto.of(stage)) {
      int64_t index =
          indexOf(problem.edges[edge].from, Phase::forward, microbatch);
      if (isMissing(index))
        return index;
    }
    return -1;
  }
  if (action.kind == ActionKind::weight_gradient) {
    int64_t index = indexOf(stage, Phase::gradient, microbatch);
    return isMissing(index) ? index : -1;
  }
  if (int64_t own = indexOf(stage, Phase::forward, microbatch); isMissing(own))
    return own;
  for (int64_t edge : edgesFrom.of(stage)) {
    int64_t index =
        indexOf(problem.edges[edge].to, Phase::gradient, microbatch);
    if (isMissing(index))
      return index;
  }
  return -1;
}

std::string Executor::describeDeadlock() const {
  auto end = [&](int64_t p) { return int64_t(rows[p].groups.size()); };
  int64_t processor = 0;
  while (rows[processor].head == end(processor))
    ++processor;
  std::vector<int64_t> seenAt(rows.size(), -1);
  std::vector<std::string> waits;
  while (seenAt[processor] < 0) {
    seenAt[processor] = waits.size();
    Group group = rows[processor].groups[rows[processor].head];
    int64_t input = -1, position = group.first;
    for (; input < 0 && position < group.last; ++position)
      input = missingInput(actionAt(processor, position));
    PipelineAction reader = actionAt(processor, position - 1);
    PipelineAction read = actionOf(input);
    int64_t writer = processorOf(input);
    Group first = rows[writer].groups[rows[writer].head];
    for (const PipelineAction &action : order.processors[writer])
      if (indexOf(action) == input)
        read = action;
    bool together = false;
    for (int64_t at = first.first; at < first.last; ++at)
      together |= indexOf(actionAt(writer, at)) == input;
    waits.push_back(fmt::format(
        "{} on processor {} reads what {} makes, which processor {} runs {} {}",
        toString(reader), processor, toString(read), writer,
        together ? "together with" : "after",
        toString(actionAt(writer, first.first))));
    processor = writer;
  }
  waits.erase(waits.begin(), waits.begin() + seenAt[processor]);
  return fmt::format("actions wait for each other forever: {}",
                     fmt::join(waits, "; "));
}

} // namespace layerpipe::scheduling
