//===- SplitRules.h - How tasks may be split --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A split rule says of a task along which axis it may be split into parts, and
// what each part reads and makes. LayerPipe's inter-layer optimisation cuts the
// gradient of an activation between the processors of two neighbouring layers
// (arXiv 2108.06629); here any task with a rule may be split into any number of
// parts.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_SPLITRULES_H
#define LAYERPIPE_SCHEDULING_SPLITTING_SPLITRULES_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::scheduling {

/// Each part of the task reads only a slice of such an edge: the positions of
/// the axis that are the part's own, along this dimension of the edge's value.
struct SlicedEdge {
  int64_t edge = -1;
  int64_t dimension = 0;
};

/// Says what the parts make of a value that the task makes.
struct ResultSplit {
  enum class Kind {
    /// Each part makes a slice along `dimension`.
    concatenate,
    /// Each part makes a summand of the value's full size.
    sum,
    /// The first part makes the whole value.
    first
  };
  int64_t value = -1;
  Kind kind = Kind::concatenate;
  int64_t dimension = 0;
};

/// This says how a task may be split along one axis. A task may have several
/// rules, of which a split uses one. Edges that are not listed are read whole
/// by every part. For example, the product y = x·w of 64 samples, split by
/// batch at 48, becomes two parts. They read the slices 0 … 47 and 48 … 63 of
/// x, all of w, and make the same slices of y.
struct SplitRule {
  int64_t task = -1;
  SplitAxis axis = SplitAxis::batch;
  /// This counts samples or channels.
  int64_t length = 1;
  std::vector<SlicedEdge> slices = {};
  /// These are all values of the task that some edge carries.
  std::vector<ResultSplit> results = {};
  /// A solver cuts at multiples of the quantum only, since kernels are made for
  /// slices of such sizes. Cuts that a user gives may be anywhere.
  int64_t quantum = 1;
};

/// These say which tasks may be cut: none, which leaves the gradient of a
/// layer's activation function as a task of its own beside that of its product;
/// gradients of activations (kind grad_input), as in LayerPipe; all gradients;
/// or every task with a split rule.
enum class SplitKinds { none, grad_input, gradients, all };

std::string_view toString(SplitKinds kinds);
std::optional<SplitKinds> parseSplitKinds(std::string_view text);

/// Returns the split rules of tasks that may be cut. O(split rules).
std::vector<SplitRule> selectRules(const TaskGraph &graph,
                                   std::vector<SplitRule> rules,
                                   SplitKinds kinds);

/// Returns a sum where a part's values are added up, otherwise a concatenation.
Combine combineOf(const SplitRule &rule);

/// Describes the rule for messages: "the split of 'conv1.forward' by batch".
std::string describe(const TaskGraph &graph, const SplitRule &rule);

/// Succeeds if tasks, edges and values are in range and belong to each other,
/// no updates, losses or inputs are divided, lengths are at least 1, and each
/// task has at most one split rule along an axis.
Status check(const TaskGraph &graph, const std::vector<SplitRule> &rules);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_SPLITRULES_H
