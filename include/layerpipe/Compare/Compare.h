//===- Compare.h - Strategies side by side ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One row per number of processors and strategy: how fast, how far from what is
// possible, why not faster, and at what price in staleness, memory and
// traffic. docs/compare.md explains every column. Every schedule behind a row
// has passed scheduling::verify and the rules of the schedule format.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_COMPARE_COMPARE_H
#define LAYERPIPE_COMPARE_COMPARE_H

#include "layerpipe/Compare/Strategy.h"
#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Machine.h"
#include "layerpipe/Scheduling/Proof.h"
#include "layerpipe/Scheduling/SplitSchedule.h"
#include "layerpipe/Scheduling/TaskGraph.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::compare {

/// One network as two task graphs. The distances of gradient edges (those with
/// a parameter) are free, whatever they are here.
struct ComparedModel {
  std::string name;
  /// "ns", "us" or "cycles".
  std::string timeUnit = "ns";
  /// Every layer's backward is one task.
  scheduling::TaskGraph coupled;
  /// grad_input and grad_weight are tasks of their own. Tasks that also exist
  /// in `coupled` have the same name and layer.
  scheduling::TaskGraph decoupled;
  /// The tasks that may be cut into parts, and how: `decoupled`, or with tasks
  /// of their own for what divides otherwise. Without tasks: `decoupled`, and
  /// nothing may be cut.
  scheduling::TaskGraph divisible = {};
  std::vector<scheduling::Division> divisions = {};
};

struct CompareOptions {
  std::vector<int64_t> processors;
  std::vector<Strategy> strategies;
  /// With a bandwidth, values are copied between memories; without, all
  /// processors share one memory.
  scheduling::Communication communication;
  /// Relative, the first P for P processors; empty when all are 1.
  std::vector<scheduling::Fraction> speeds = {};
  /// Of each processor, in bytes; 0 is unlimited.
  int64_t memory = 0;
  /// What `layerpipe` does with splits: its objectives, and what a period may
  /// exceed its bound by to count as short enough.
  std::vector<scheduling::Objective> objectives = {};
  scheduling::Fraction tolerance = {1, 100};
  /// Of `layerpipe`: no layer's gradient may be later.
  std::optional<int64_t> maxStaleness = std::nullopt;
  /// All non-dominated schedules of `layerpipe` instead of one; see compareAll.
  bool pareto = false;
  /// The time of all searches for one row together; the seed of each.
  scheduling::Limits limits;
  /// Called before a strategy is run on a number of processors; `done` of
  /// `total` such pairs have been.
  std::function<void(int64_t processors, std::string_view strategy, size_t done,
                     size_t total)>
      progress = {};
};

/// One row. What has no meaning for it is empty: everything but the first four
/// and `error` when it failed.
struct Row {
  std::string strategy;
  int64_t processors = 0;
  std::string timeUnit;
  /// The strategy yields schedules: without an error there is one.
  bool schedulable = true;

  /// Processors that have a task.
  std::optional<int64_t> processorsUsed;
  std::optional<int64_t> period;
  /// Σ time of the coupled graph's tasks (one processor's period) / period.
  std::optional<double> speedup;
  /// Period of `pipedream` on as many processors / period.
  std::optional<double> vsPipedream;
  /// No assignment and no schedule of these tasks has a shorter period: the
  /// largest of ⌈T∞⌉ over the cycles without gradient edges, ⌈Σ time / Σ speed⌉
  /// and the longest task.
  std::optional<int64_t> lowerBound;
  /// period / lowerBound − 1.
  std::optional<double> gap;
  /// Σ busy / (processors · period).
  std::optional<double> utilization;
  /// The largest of all parameters.
  std::optional<int64_t> maxStaleness;
  /// Σ (copies − 1) · bytes over the pairs of a processor and a value that is
  /// held there; copies is the capacity of the largest such channel.
  std::optional<int64_t> stashBytes;
  /// The largest memory of a processor: Σ copies · bytes over its values.
  std::optional<int64_t> peakMemoryBytes;
  /// Per iteration: each value once per processor that it travels to.
  std::optional<int64_t> communicationBytes;
  /// The part of these that is copied: all with a bandwidth, none without.
  std::optional<int64_t> bytesCopied;
  /// What keeps the period from being shorter; docs/compare.md lists the forms.
  std::string limitedBy;
  /// `optimal` when the period equals the lower bound.
  std::optional<scheduling::Proof> proof;
  /// Why there is no answer; empty when there is one.
  std::string error;

  /// Σ bytes · staleness over the layers; at most the largest integer.
  std::optional<int64_t> weightedStaleness;
  /// How many tasks are cut, into how many parts in all, and where: "D2 at
  /// 16,48; F1 at 3".
  std::optional<int64_t> splits;
  std::optional<int64_t> parts;
  std::string cuts;
  /// Of `layerpipe`: no schedule of this period moves fewer bytes, whatever its
  /// splits and its assignment; 0 where nothing is proven.
  std::optional<int64_t> communicationBound;
  /// With CompareOptions::pareto: no row of as many processors is as good in
  /// period (within the tolerance), communication, both stalenesses and memory,
  /// and better in one.
  std::optional<bool> pareto;
  /// With CompareOptions::pareto, of `layerpipe`: counts its rows from 1.
  std::optional<int64_t> variant;
};

/// A time unit of the schedule format, both graphs legal, and no cycle whose
/// only delays are those of gradients.
scheduling::Status check(const ComparedModel &model);

/// At least one strategy, each of them known, at least one number of
/// processors, all between 1 and maxProcessors, a speed for each, and a legal
/// machine.
scheduling::Status check(const CompareOptions &options);

/// Called with each row as it is made, and its schedule, or null if it has
/// none. The schedule is gone afterwards.
using RowListener =
    std::function<void(const Row &, const scheduling::StaticSchedule *)>;

/// All rows: by number of processors, then strategies in the order asked;
/// second mentions are dropped. What rows have in common is computed once. A
/// row does not depend on which others were asked for, nor fail them: it has an
/// error instead.
/// `layerpipe-intra` is never slower than `pipedream` on as many processors,
/// and `layerpipe`, if the period is its first objective, never slower than
/// these two, as far as they keep its staleness limit.
/// With options.pareto, the rows of a number of processors are in the order of
/// their periods, costs and failures last. That of `layerpipe` becomes one for
/// each schedule that no other of it dominates, for several kinds of splits
/// and what findParetoFront varies; periods within the tolerance of the bound
/// are equal.
/// Fails only as check() does. Each row costs a bounded number of assignments
/// and schedules, all near linear in the graph.
scheduling::Result<std::vector<Row>>
compareAll(const ComparedModel &model, const CompareOptions &options,
           const RowListener &listener = {});

/// One row, as compareAll makes it; options.processors and options.strategies
/// are not read.
scheduling::Result<Row> compareRow(const ComparedModel &model,
                                   int64_t processors, const Strategy &strategy,
                                   const CompareOptions &options,
                                   const RowListener &listener = {});

/// "2,4,7-9" → {2, 4, 7, 8, 9}: ascending, each once. Blanks around numbers are
/// ignored. Fails on anything else, on numbers outside 1 … maxProcessors, on
/// backward ranges, and on more than maxProcessorCounts numbers in all.
scheduling::Result<std::vector<int64_t>>
parseProcessorList(std::string_view text);

inline constexpr int64_t maxProcessorCounts = 4096;

} // namespace layerpipe::compare

#endif // LAYERPIPE_COMPARE_COMPARE_H
