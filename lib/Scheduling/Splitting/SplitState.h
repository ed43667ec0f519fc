//===- SplitState.h - Tasks in parts on processors --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The search for splits changes this state: for each task how it is cut and
// where its parts run, with the loads of the processors and the bytes between
// them, kept up to date. They equal the loads and bytes of the graph that
// splitTasks makes of it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_SPLITSTATE_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_SPLITSTATE_H

#include "layerpipe/Scheduling/Model/LayerPins.h"
#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <compare>
#include <cstdint>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {

/// The model has the problem's tables, made once.
class SplitModel {
public:
  /// Makes the model in O(V + E). All arguments must be legal and outlive it.
  /// Pins to processors that the machine lacks are not legal.
  SplitModel(const TaskGraph &graph, const std::vector<SplitRule> &rules,
             const Machine &machine, const LayerPins &pins = {});

  const TaskGraph &graph;
  const std::vector<SplitRule> &rules;
  const Machine &machine;
  int64_t processors;

  /// Each task has its split rules here.
  std::vector<std::vector<int64_t>> rulesOf;
  /// Each value has its edges here, in order. Values of inputs have none, since
  /// they need no transfer.
  std::vector<std::vector<int64_t>> edgesOf;
  /// Says of each value whether it may be cut.
  std::vector<bool> cuttable;
  /// Each task has here the values that it makes or reads, each once, in order,
  /// without those of inputs.
  std::vector<std::vector<int64_t>> valuesOf;

  /// Returns the processor of the task's layer, or −1 if that has none.
  int64_t pinOf(int64_t task) const {
    return pinnedTo.empty() ? -1 : pinnedTo[task];
  }
  bool isPinned(int64_t task) const { return pinOf(task) >= 0; }
  /// Each processor needs so long for the layers that are pinned to it.
  std::vector<int64_t> pinnedTime;
  /// Stages of layers stand on the processors in this order, and each processor
  /// has its place in it. A processor with pins stands about where the middle
  /// of their work is along the layers; the others fill the places between in
  /// ascending order.
  std::vector<int64_t> order;
  std::vector<int64_t> placeOf;

  /// Returns the dimension that the split rule slices of the edge's value, or
  /// −1 if there is none.
  int64_t dimensionOf(int64_t rule, int64_t edge) const;
  /// Returns what the split rule makes of the value, or null if it does not
  /// mention the value.
  const ResultSplit *resultSplitOf(int64_t rule, int64_t value) const;

private:
  /// Each task has its processor or −1 here, if there are pins.
  std::vector<int64_t> pinnedTo;
};

/// A part of a task goes from the part before it to `end`, and runs on
/// `processor`.
struct Part {
  int64_t end = 1;
  int64_t processor = 0;
  bool operator==(const Part &) const = default;
};

/// A placement says how a task is cut. A whole task has no split rule, and one
/// part with end 1. A task of 4 samples that is cut at 3 has the parts {3,
/// processor 2} and {4, processor 1}.
struct TaskPlacement {
  int64_t rule = -1;
  std::vector<Part> parts;
  bool operator==(const TaskPlacement &) const = default;
};

/// A processor needs these positions of a value.
struct Wish {
  int64_t processor;
  int64_t begin;
  int64_t end;
  auto operator<=>(const Wish &) const = default;
};

class SplitState {
public:
  /// Makes a state in which every task is whole, on the processor given; inputs
  /// have −1.
  SplitState(const SplitModel &model, const std::vector<int64_t> &assignment);

  const TaskPlacement &placement(int64_t task) const {
    return placements[task];
  }
  int64_t load(int64_t processor) const { return loads[processor]; }
  int64_t period() const;
  Wide communication() const { return bytes; }

  /// Cuts the task so. Neighbouring parts on one processor become one, and a
  /// task in one part becomes whole. O(the uses of the task's values).
  void change(int64_t task, TaskPlacement to);

  /// Returns how many bytes more would travel between processors with that
  /// placement.
  Wide costOf(int64_t task, const TaskPlacement &to);

  /// Returns the time of part `index` of that placement on its processor.
  int64_t timeOf(int64_t task, const TaskPlacement &placement,
                 size_t index) const;

  /// splits returns the splits, by task; assignment returns the processors of
  /// the parts in the order of the tasks of splitTasks' graph.
  std::vector<Split> splits() const;
  std::vector<int64_t> assignment() const;

private:
  struct Layout {
    int64_t dimension = -1;
    int64_t length = 1;
    /// Says what the maker's parts make of the value; a whole maker has null.
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

/// Returns the placement in its simplest form.
TaskPlacement simplify(const SplitModel &model, TaskPlacement placement);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_SPLITSTATE_H
