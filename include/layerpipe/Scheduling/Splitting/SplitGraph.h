//===- SplitGraph.h - A graph with split tasks ------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In this graph some tasks are split: each of them becomes its parts, and the
// values between them become slices, as --layerpipe-split-gradients does it in
// the IR. A task of 8 channels and 10 units that is split at 3 becomes
//
//   TASK.0 for channels 0 to 2, which takes 3 units, and
//   TASK.1 for channels 3 to 7, which takes 7.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_SPLITGRAPH_H
#define LAYERPIPE_SCHEDULING_SPLITTING_SPLITGRAPH_H

#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <vector>

namespace layerpipe::scheduling {

/// A split cuts a task along one of its split rules at `cuts`. They ascend,
/// each is between 1 and length − 1, and none stands twice. The task has
/// cuts.size() + 1 parts.
struct Split {
  int64_t rule = -1;
  std::vector<int64_t> cuts;
};

/// Returns ⌊time · end / length⌋ − ⌊time · begin / length⌋. The parts of an op
/// together thus take as long as the whole.
int64_t partTime(int64_t time, int64_t begin, int64_t end, int64_t length);

/// Succeeds if split rules are in range, cuts are as they must be, and there is
/// at most one split of a task.
Status check(const TaskGraph &graph, const std::vector<SplitRule> &rules,
             const std::vector<Split> &splits);

struct SplitGraph {
  TaskGraph graph;
  /// Each new task has here the old one that it is, or is a part of.
  std::vector<int64_t> taskOf;
};

/// Returns the graph with every task of `splits` replaced, in its place, by its
/// parts NAME.0, NAME.1, …, in the order of the axis.
///
/// A value of a task is cut along the dimension along which its maker's parts
/// concatenate. If its maker is whole and no input, it is cut along that of the
/// first of its edges (in order) that is sliced by a reader's split. It is cut
/// wherever the maker is, and wherever a reader that slices it along that
/// dimension, of the same length, is. Each slice is a value VALUE.0, VALUE.1, …
/// with its share of the bytes, by the formula of partTime. A part that slices
/// reads the slices within its share; everybody else reads all of them. A sum
/// has one value of full size per part, and its readers read all. Weights and
/// states (values that edges of these kinds carry) and inputs are never cut: a
/// reader that needs a slice reads the whole.
///
/// An edge becomes one edge for each pair of a reading part and a slice, with
/// the same kind, distance, initial value and parameter. All arguments must
/// have passed check(). O(V + E + the new edges).
SplitGraph splitTasks(const TaskGraph &graph,
                      const std::vector<SplitRule> &rules,
                      const std::vector<Split> &splits);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_SPLITGRAPH_H
