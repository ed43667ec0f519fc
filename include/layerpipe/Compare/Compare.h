//===- Compare.h - Strategies side by side ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A comparison has one row for each number of processors and each strategy. A
// row says how fast the strategy is, how far it is from what is possible, what
// keeps it from being faster, and what it costs in staleness, memory and
// traffic. docs/compare.md explains every column. Every schedule behind a row
// has passed scheduling::verify and the rules of the schedule format.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_COMPARE_COMPARE_H
#define LAYERPIPE_COMPARE_COMPARE_H

#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Strategies/Planner.h"
#include "layerpipe/Strategies/Strategy.h"
#include "layerpipe/Strategies/TaskForms.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::compare {

/// Times of actions may vary: each takes up to so many per cent longer or
/// shorter, in as many runs as there are seeds, from limits.seed on.
struct Jitter {
  int64_t percent = 0;
  int64_t seeds = 10;
};

/// All rows are made with the options of the planner.
struct CompareOptions : strategies::PlannerOptions {
  std::vector<int64_t> processors;
  std::vector<strategies::Strategy> strategies;
  /// Asks for all non-dominated schedules of `layerpipe` instead of one; see
  /// compareAll.
  bool pareto = false;
  /// Asks how orders of microbatches fare when times vary.
  std::optional<Jitter> jitter = std::nullopt;
  /// This is called before a strategy is run on a number of processors, when
  /// `done` of `total` such pairs have been run.
  std::function<void(int64_t processors, std::string_view strategy, size_t done,
                     size_t total)>
      progress = {};
};

/// This is one row. A member is empty where it has no meaning; a row that
/// failed has only the first four members and `error`.
struct Row {
  std::string strategy;
  int64_t processors = 0;
  std::string timeUnit;
  /// Says whether the strategy yields schedules: if it does and there is no
  /// error, there is one.
  bool schedulable = true;

  /// Counts the processors that have a task.
  std::optional<int64_t> processorsUsed;
  std::optional<int64_t> period;
  /// This is Σ time of the coupled graph's tasks (one processor's period) /
  /// period.
  std::optional<double> speedup;
  /// This is the period of `pipedream` on as many processors / period.
  std::optional<double> vsPipedream;
  /// No assignment and no schedule of these tasks has a shorter period. The
  /// bound is the largest of ⌈T∞⌉ over the cycles without gradient edges, ⌈Σ
  /// time / Σ speed⌉ and the longest task.
  std::optional<int64_t> lowerBound;
  /// This is period / lowerBound − 1.
  std::optional<double> gap;
  /// This is Σ busy / (processors · period).
  std::optional<double> utilization;
  /// This is the largest staleness of all parameters.
  std::optional<int64_t> maxStaleness;
  /// This is Σ (copies − 1) · bytes over the pairs of a processor and a value
  /// that is held there; the copies are the capacity of the largest such
  /// channel.
  std::optional<int64_t> stashBytes;
  /// This is the largest memory of a processor: Σ copies · bytes over its
  /// values.
  std::optional<int64_t> peakMemoryBytes;
  /// This counts each value once per iteration and processor that it travels
  /// to.
  std::optional<int64_t> communicationBytes;
  /// Of these bytes, this many are copied, over links with a bandwidth.
  std::optional<int64_t> bytesCopied;
  /// Says what keeps the period from being shorter; docs/compare.md lists the
  /// forms.
  std::string limitedBy;
  /// The proof is `optimal` when the period equals the lower bound.
  std::optional<scheduling::Proof> proof;
  /// Says why there is no answer; it is empty when there is one.
  std::string error;

  /// This is Σ bytes · staleness over the layers, but at most the largest
  /// integer.
  std::optional<int64_t> weightedStaleness;
  /// These say how many tasks are cut, into how many parts in all, and where:
  /// "D2 at 16,48; F1 at 3".
  std::optional<int64_t> splits;
  std::optional<int64_t> parts;
  std::string cuts;
  /// No schedule of this period moves fewer bytes, whatever its splits and its
  /// assignment. The bound is known for `layerpipe`, and 0 where nothing is
  /// proven.
  std::optional<int64_t> communicationBound;
  /// Is given with CompareOptions::pareto. It is true if no row of as many
  /// processors is as good in period (within the tolerance), communication,
  /// both stalenesses and memory, and better in one.
  std::optional<bool> pareto;
  /// Numbers the rows of `layerpipe` from 1, with CompareOptions::pareto.
  std::optional<int64_t> variant;
  /// No schedule of these tasks with this period has a smaller largest
  /// staleness, or a smaller weighted one.
  std::optional<int64_t> stalenessBound;
  std::optional<int64_t> weightedStalenessBound;
  /// This is the weighted staleness of stages of exact fractions, where
  /// processors have equal speeds (FractionalStaleness.h).
  std::optional<int64_t> fractionalStaleness;
  /// Names the parameters that keep the row from that, if any do, with their
  /// staleness there and here: "conv.weight 5 (exact fractions: 4)". Those that
  /// weigh most are in front.
  std::string stalerParameters;
  /// Says whether the comparison has pins. If it has, `freePeriod` is the
  /// shortest period that is known of the strategy without them, and `pinCost`
  /// is period / freePeriod.
  bool pinned = false;
  std::optional<int64_t> freePeriod;
  std::optional<double> pinCost;

  /// Says whether the comparison has strategies that order microbatches. The
  /// figures below are those of their orders, where each action of a stage runs
  /// as a whole (Scheduling/Synchronous/Simulation.h).
  bool ordersMicrobatches = false;
  /// Is the longest time from a processor's first start to its last end.
  std::optional<int64_t> actionsSpan;
  /// No order of the row's placement that fits the memory has a shorter span,
  /// and what that comes from.
  std::optional<int64_t> actionsBound;
  std::string actionsBoundReason;
  /// Gives the most that each processor holds of activations and parameters.
  std::vector<int64_t> actionsPeakBytes;
  /// Says whether times vary. If so, these are the mean spans under jitter,
  /// divided by actionsSpan: that of the fixed order, and that where each
  /// processor runs what is ready of its next actions, in as much memory as the
  /// fixed order takes without jitter.
  bool jittered = false;
  std::optional<double> jitterFixed;
  std::optional<double> jitterReady;
};

/// Succeeds if there is at least one strategy and each is known, at least one
/// number of processors and each is between 1 and maxProcessors, a speed for
/// each processor, a legal machine, and no pin to another processor.
scheduling::Status check(const CompareOptions &options);

/// A listener is called with each row as it is made, and with the row's
/// schedule, or null if it has none. The schedule is gone after the call.
using RowListener =
    std::function<void(const Row &, const scheduling::StaticSchedule *)>;

/// Returns all rows, by number of processors and then by strategies in the
/// order asked; second mentions are dropped. Whatever rows have in common is
/// computed once. A row does not depend on which others were asked for, and
/// does not make them fail: it has an error instead.
///
/// With options.pareto, the rows of a number of processors are in the order of
/// their periods, and costs and failures come last. The row of `layerpipe`
/// becomes one for each of its schedules that no other of them dominates, among
/// several kinds of splits and all that findParetoFront varies. Periods within
/// the tolerance of the bound count as equal.
///
/// Fails only as check() does. Each row costs a bounded number of assignments
/// and schedules, all near linear in the graph.
scheduling::Result<std::vector<Row>>
compareAll(const strategies::TaskForms &model, const CompareOptions &options,
           const RowListener &listener = {});

/// Reads a list of numbers of processors: "2,4,7-9" gives {2, 4, 7, 8, 9},
/// ascending and each number once. Blanks around numbers are ignored. Fails on
/// anything else, on numbers outside 1 … maxProcessors, on backward ranges, and
/// on more than maxProcessorCounts numbers in all.
scheduling::Result<std::vector<int64_t>>
parseProcessorList(std::string_view text);

inline constexpr int64_t maxProcessorCounts = 4096;

} // namespace layerpipe::compare

#endif // LAYERPIPE_COMPARE_COMPARE_H
