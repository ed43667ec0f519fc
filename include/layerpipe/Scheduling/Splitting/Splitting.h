//===- Splitting.h - Tasks cut into parts -----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How tasks can be cut, and the graph with the tasks that were: what
// --layerpipe-split-gradients does to the IR, as plain values. LayerPipe's
// inter-layer optimisation cuts the gradient of an activation between the
// processors of two neighbouring layers (arXiv 2108.06629); here any task with
// a division may be cut into any number of parts.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SPLITTING_SPLITTING_H
#define LAYERPIPE_SCHEDULING_SPLITTING_SPLITTING_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <vector>

namespace layerpipe::scheduling {

/// An edge into the task of which a part reads only its share: the positions
/// of the axis that are its own, along this dimension of the edge's value.
struct SlicedEdge {
  int64_t edge = -1;
  int64_t dimension = 0;
};

/// A value that the task makes, and what the parts make of it.
struct DividedResult {
  enum class Role {
    /// Each part makes its share along `dimension`.
    concatenate,
    /// Each part makes a summand of the value's full size.
    sum,
    /// The first part makes the whole value.
    first
  };
  int64_t value = -1;
  Role role = Role::concatenate;
  int64_t dimension = 0;
};

/// One way in which a task may be cut. A task may have several, of which a
/// split uses one. Edges that are not listed are read whole by every part.
struct Division {
  int64_t task = -1;
  SplitAxis axis = SplitAxis::batch;
  /// Samples or channels.
  int64_t length = 1;
  std::vector<SlicedEdge> slices = {};
  /// Every value of the task that some edge carries.
  std::vector<DividedResult> results = {};
  /// Cuts that a solver chooses fall on multiples of it: slices that kernels
  /// are made for. Cuts that are given need not.
  int64_t quantum = 1;
};

/// A task cut along one of its divisions at `cuts`: ascending, each between 1
/// and length − 1, none twice. It has cuts.size() + 1 parts.
struct Split {
  int64_t division = -1;
  std::vector<int64_t> cuts;
};

/// Which tasks may be cut: none, which leaves the gradient of a layer's
/// activation function as a task of its own beside that of its product;
/// gradients of activations (kind grad_input), as in LayerPipe; all gradients;
/// or every task with a division.
enum class SplitKinds { none, grad_input, gradients, all };

std::string_view toString(SplitKinds kinds);
std::optional<SplitKinds> parseSplitKinds(std::string_view text);

/// The divisions of tasks that may be cut. O(divisions).
std::vector<Division> selectDivisions(const TaskGraph &graph,
                                      std::vector<Division> divisions,
                                      SplitKinds kinds);

/// A sum where a part's values are added up, else a concatenation.
Combine combineOf(const Division &division);

/// ⌊time · end / length⌋ − ⌊time · begin / length⌋: the parts of an op together
/// take as long as the whole.
int64_t partTime(int64_t time, int64_t begin, int64_t end, int64_t length);

/// Tasks, edges and values are in range and belong to each other; no updates,
/// losses or inputs are divided; lengths are at least 1; each task has at most
/// one division along an axis.
Status check(const TaskGraph &graph, const std::vector<Division> &divisions);

/// Divisions in range, cuts as they must be, and at most one split of a task.
Status check(const TaskGraph &graph, const std::vector<Division> &divisions,
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
/// the same length, is. Each piece is a value VALUE.0, VALUE.1, … with its
/// share of the bytes, by the formula of partTime. A part that slices reads the
/// pieces within its share; everybody else reads all of them. A sum has one
/// value of full size per part, and its readers read all. Weights and states
/// (values that edges of these kinds carry) and inputs are never cut: who needs
/// a slice reads the whole.
/// An edge becomes one edge for each pair of a reading part and a piece, with
/// the same kind, distance, initial value and parameter.
/// All must have passed check(). O(V + E + the new edges).
SplitGraph splitTasks(const TaskGraph &graph,
                      const std::vector<Division> &divisions,
                      const std::vector<Split> &splits);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SPLITTING_SPLITTING_H
