//===- StorageRetiming.h - Retiming for the least storage -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Delays hold values: a delay on an edge is a copy of its value that waits.
// Minimum-storage retiming places the delays where they hold the fewest bytes,
// within a clock period if one is asked for. A pooling layer, for instance,
// reads a megabyte and makes a quarter of it:
//
//   conv ─[1]─► pool ───► next      holds 1 MB
//   conv ───► pool ─[1]─► next      holds 0.25 MB
//
// A value that several tasks read is stored once, for the reader that waits
// longest: bytes(v) · max w_r(e) over the edges e that carry v. Counted `by
// edge` instead, every reader has a store of its own: Σ bytes · w_r(e).
//
// With M(v) ≥ w(e) + r(to) for each edge e that carries v, the storage is Σ
// bytes(v) · (M(v) − r(producer)). This is a linear programme over differences,
// whose dual is a flow. The flow is the proof: whatever the lags are, the
// storage is at least what the flow says.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_RETIMING_STORAGERETIMING_H
#define LAYERPIPE_SCHEDULING_RETIMING_STORAGERETIMING_H

#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Scheduling/Model/SearchScope.h"
#include "layerpipe/Scheduling/Retiming/Retiming.h"

#include <optional>
#include <vector>

namespace layerpipe::scheduling {

struct StorageOptions {
  /// No longer clock period is allowed; an empty one sets no limit.
  std::optional<int64_t> period = {};
  /// Says whether every edge keeps its own copies of what it carries.
  bool byEdge = false;
  /// Says whether all inputs get the same lag, so that one iteration's samples
  /// and labels arrive together. Otherwise each may come when it is needed.
  /// Nothing leads into an input, so this never makes a period impossible.
  bool inputsTogether = false;
};

/// A proof is a lower bound of the storage, as a flow. Its arcs are
/// inequalities between the variables r(task) and M(value) that hold for every
/// legal retiming:
///
/// - an edge e: r(to) − r(from) ≥ −w(e);
/// - a reader e of value v, unless by edge: M(v) − r(to) ≥ w(e);
/// - a path p with more time than the period: r(last) − r(first) ≥ 1 − w(p).
///
/// The flow into each variable, less the flow out of it, is its factor in the
/// storage. The sum of flow · right-hand side is therefore a lower bound of the
/// storage; by edge, Σ bytes · w(e), the part that does not depend on lags, is
/// added.
struct StorageProof {
  /// Each edge of the graph has its flow here; none is negative.
  std::vector<Wide> edges;
  /// Each edge of the graph has its flow as a reader here; the list is empty
  /// when counted by edge.
  std::vector<Wide> readers;

  /// This is the path of tree edges that leads from `first` down to `last`.
  struct Path {
    int64_t tree = 0;
    int64_t first = -1;
    int64_t last = -1;
    Wide flow = 0;
  };
  std::vector<Path> paths;
  /// Each tree (a forest, rather) has here the edge that leads into each task,
  /// or −1. The trees keep thousands of long paths in little room.
  std::vector<std::vector<int64_t>> trees;
};

struct StorageRetiming {
  Retiming retiming;
  /// This is in bytes.
  Wide storage = 0;
  /// The flow proves this: no retiming within the options stores less.
  Wide lowerBound = 0;
  StorageProof flow;
  Proof proof = Proof::feasible;
};

/// Returns the bytes that the delays of a legal retiming hold.
Wide storageOf(const TaskGraph &graph, const Retiming &retiming, bool byEdge);

/// Finds the retiming with the fewest bytes in delays. The smallest lag of each
/// connected part is 0. No limit on the lags is needed, since the storage is
/// never negative.
///
/// The answer is optimal, and its flow proves it, unless the clock, which is
/// looked at between the rounds described below, ends the search: then proof is
/// out_of_time, and the answer a legal retiming within the period with the
/// bound that was proven.
///
/// Complexity: the network simplex method on V + values nodes and 2·E arcs,
/// near quadratic on training graphs. A period adds one arc for each path that
/// turns out too long, round by round. There are finitely many, each round cuts
/// off the last one's answer, and few rounds are usual.
///
/// Fails on a graph that check() refuses; when bytes, divided by what divides
/// them all, add up to 2^60 or more; as infeasible, with an obstacle that
/// verifyObstacle accepts, when no retiming has the period; as out_of_time when
/// the clock ends the search before any is found.
///
/// Leiserson and Saxe, "Retiming synchronous circuitry", 1991, section 8;
/// Shenoy and Rudell, "Efficient implementation of retiming", 1994; Kiraly and
/// Kovacs, "Efficient implementations of minimum-cost flow algorithms", 2012.
Result<StorageRetiming>
minimumStorageRetiming(const TaskGraph &graph,
                       const StorageOptions &options = {},
                       const Limits &limits = {});

/// Checks that the retiming is legal and within the options, that the storage
/// is what it is said to be, that the flow proves the lower bound, and that
/// proof is optimal exactly where both are equal.
Status verify(const TaskGraph &graph, const StorageOptions &options,
              const StorageRetiming &answer);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_RETIMING_STORAGERETIMING_H
