//===- SplitGraph.h - A graph with split tasks ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A graph whose tasks are split: each of them becomes its parts, the values
// between them become slices, as --layerpipe-split-gradients does it in the IR.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_SPLITGRAPH_H
#define LAYERPIPE_SCHEDULING_SPLITTING_SPLITGRAPH_H

#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <vector>

namespace layerpipe::scheduling {

/// A task cut along one of its split rules at `cuts`: ascending, each between 1
/// and length − 1, none twice. It has cuts.size() + 1 parts.
struct Split {
  int64_t rule = -1;
  std::vector<int64_t> cuts;
};

/// ⌊time · end / length⌋ − ⌊time · begin / length⌋: the parts of an op together
/// take as long as the whole.
int64_t partTime(int64_t time, int64_t begin, int64_t end, int64_t length);

/// Split rules in range, cuts as they must be, and at most one split of a task.
Status check(const TaskGraph &graph, const std::vector<SplitRule> &rules,
             const std::vector<Split> &splits);

struct SplitGraph {
  TaskGraph graph;
  /// Per new task: the old one that it is, or is a part of.
  std::vector<int64_t> taskOf;
};

/// The graph with every task of `splits` replaced, in its place, by its parts
/// NAME.0, NAME.1, …, in the order of the axis.
///
/// A value of a task is cut along the dimension along which its maker's parts
/// concatenate; if its maker is whole and no input, along that of the first of
/// its edges (in order) that is sliced by a reader's split. It is cut wherever
/// the maker is, and wherever a reader that slices it along that dimension, of
/// the same length, is. Each slice is a value VALUE.0, VALUE.1, … with its
/// share of the bytes, by the formula of partTime. A part that slices reads the
/// slices within its share; everybody else reads all of them. A sum has one
/// value of full size per part, and its readers read all. Weights and states
/// (values that edges of these kinds carry) and inputs are never cut: who needs
/// a slice reads the whole.
/// An edge becomes one edge for each pair of a reading part and a slice, with
/// the same kind, distance, initial value and parameter.
/// All must have passed check(). O(V + E + the new edges).
SplitGraph splitTasks(const TaskGraph &graph,
                      const std::vector<SplitRule> &rules,
                      const std::vector<Split> &splits);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_SPLITGRAPH_H
