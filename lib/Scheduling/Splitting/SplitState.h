//===- SplitState.h - Tasks in parts on processors --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the search for splits changes: for each task how it is cut and where
// its parts run, with the loads of the processors and the bytes between them,
// kept up to date. Equal to the loads and bytes of the graph that splitTasks
// makes of it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_SPLITSTATE_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_SPLITSTATE_H

#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {

/// The problem's tables, made once.
class SplitModel {
public:
  /// All must be legal and outlive the model. O(V + E).
  SplitModel(const TaskGraph &graph, const std::vector<SplitRule> &rules,
             const Machine &machine);

  const TaskGraph &graph;
  const std::vector<SplitRule> &rules;
  const Machine &machine;
  int64_t processors;

  /// Per task: its split rules.
  std::vector<std::vector<int64_t>> rulesOf;
  /// Per value: its edges, in order. Values of inputs have none: they need no
  /// transfer.
  std::vector<std::vector<int64_t>> edgesOf;
  /// Per value: it may be cut.
  std::vector<bool> cuttable;
  /// Per task: the values that it makes or reads, each once, in order; those
  /// of inputs left out.
  std::vector<std::vector<int64_t>> valuesOf;

  /// The dimension that the split rule slices of the edge's value; −1 if none.
  int64_t dimensionOf(int64_t rule, int64_t edge) const;
  /// What the split rule makes of the value; null if it has no word on it.
  const ResultSplit *resultSplitOf(int64_t rule, int64_t value) const;
};

/// One part of a task: from the part before it to `end`, on `processor`.
struct Part {
  int64_t end = 1;
  int64_t processor = 0;
  bool operator==(const Part &) const = default;
};

/// How a task is cut. Whole: no split rule, and one part with end 1.
struct TaskPlacement {
  int64_t rule = -1;
  std::vector<Part> parts;
  bool operator==(const TaskPlacement &) const = default;
};

/// Positions of a value that a processor needs.
struct Wish {
  int64_t processor;
  int64_t begin;
  int64_t end;
  auto operator<=>(const Wish &) const = default;
};

class SplitState {
public:
  /// Every task whole, on the processor given; −1 for inputs.
  SplitState(const SplitModel &model, const std::vector<int64_t> &assignment);

  const TaskPlacement &placement(int64_t task) const {
    return placements[task];
  }
  int64_t load(int64_t processor) const { return loads[processor]; }
  const std::vector<int64_t> &allLoads() const { return loads; }
  int64_t period() const;
  Wide communication() const { return bytes; }

  /// Neighbouring parts on one processor become one, and a task in one part
  /// whole. O(the uses of the task's values).
  void change(int64_t task, TaskPlacement to);

  /// How many bytes more that would be between processors.
  Wide costOf(int64_t task, const TaskPlacement &to);

  /// The time of part `index` of that placement on its processor.
  int64_t timeOf(int64_t task, const TaskPlacement &placement,
                 size_t index) const;

  /// The splits, by task, and the processors of the parts in the order of the
  /// tasks of splitTasks' graph.
  std::vector<Split> splits() const;
  std::vector<int64_t> assignment() const;

private:
  struct Layout {
    int64_t dimension = -1;
    int64_t length = 1;
    /// What the maker's parts make of the value; null for a whole maker.
    const ResultSplit *result = nullptr;
  };
  Layout layoutOf(int64_t value) const;
  std::vector<Wish> wishesFor(int64_t value, const Layout &layout) const;
  std::vector<std::pair<int64_t, int64_t>> madeOn(int64_t processor,
                                                  const TaskPlacement &maker,
                                                  const Layout &layout) const;
  Wide bytesOf(int64_t value) const;
  Wide bytesAround(int64_t task) const;
  void addLoad(int64_t task, int64_t sign);

  const SplitModel &model;
  std::vector<TaskPlacement> placements;
  std::vector<int64_t> loads;
  std::vector<Wide> valueBytes;
  Wide bytes = 0;
};

/// The placement in its simplest form.
TaskPlacement simplify(const SplitModel &model, TaskPlacement placement);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_SPLITSTATE_H
