//===- StorageFlow.h - Minimum storage as a flow ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Minimum storage is a linear programme, min Σ factor·x under differences x(to)
// − x(from) ≥ least. Its dual is a minimum-cost flow, which LEMON's network
// simplex solves: factors are demands, and arcs cost −least. For a value of 8
// bytes on an edge u → v with one delay, and a value of 2 bytes on v → w
// without,
//
//   min 8·(1 + r(v) − r(u)) + 2·(r(w) − r(v)),
//   where r(v) − r(u) ≥ −1 and r(w) − r(v) ≥ 0;
//   if r(u) = r(w) = 0, r(v) = −1 stores 2 bytes, and r(v) = 0 stores 8.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_RETIMING_STORAGEFLOW_H
#define LAYERPIPE_LIB_SCHEDULING_RETIMING_STORAGEFLOW_H

#include "layerpipe/Scheduling/Constraints/DualFlow.h"
#include "layerpipe/Scheduling/Retiming/StorageRetiming.h"

namespace layerpipe::scheduling {

class StorageFlow {
public:
  /// Builds the programme of a graph, which must be legal.
  StorageFlow(const TaskGraph &graph, const StorageOptions &options);

  /// Checks that the numbers fit into the network simplex method's.
  Status checkSize() const;

  /// Adds r(last) − r(first) ≥ 1 − delays.
  void addPath(const StorageProof::Path &path, int64_t delays);

  /// Solves the programme, which must have a solution. Returns the lags; the
  /// smallest of each connected part is 0.
  Retiming solve();

  /// Returns, after solve, the flow over all that was added, without its trees.
  /// Paths without flow are left out.
  StorageProof flow() const;
  /// Returns, after solve, what the flow proves, which is the optimum.
  Wide optimum() const;

private:
  void addCosts();
  Retiming settle(std::vector<int64_t> values) const;

  const TaskGraph &graph;
  const StorageOptions &options;
  /// The variables are the tasks, of which inputs may share one, then the
  /// values. Costs count in `unit`, which divides all bytes, and so do flows. A
  /// task that reads itself keeps its constraint, so that constraints stand in
  /// the edges' order.
  DualFlowProblem problem;
  std::vector<int64_t> variableOf;
  int64_t unit = 1;
  std::vector<StorageProof::Path> paths;
  /// Each constraint has its flow in the last solution here.
  std::vector<int64_t> amount;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_RETIMING_STORAGEFLOW_H
