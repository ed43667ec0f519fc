//===- Tessel.h - Plans of Tessel -------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tessel (Lin et al., HPCA 2024) searches schedules of a few microbatches and a
// part of them, the repetend, that repeats. A plan is JSON:
//
//   {"ndevs": 2, "blocks": [
//     {"mid": 0, "span": 1, "memory": 1, "btype": "forward", "gid": 0,
//      "step": 0, "device": [0]}, …], "repetend": [2, 6]}
//
// A block computes sub-graph `gid` of microbatch `mid` on all of its devices
// for `span` steps. The file doesn't say which sub-graph reads which.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_TESSEL_H
#define LAYERPIPE_INTERCHANGE_TESSEL_H

#include "layerpipe/Scheduling/Model/Result.h"
#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::interchange {

struct TesselBlock {
  int64_t microbatch = 0;
  /// Counts steps, and is positive.
  int64_t span = 1;
  /// Is what the block adds to the memory of each of its devices when it
  /// starts, in units that the plan's author chose; a backward block takes it
  /// away.
  int64_t memory = 0;
  bool backward = false;
  int64_t subgraph = 0;
  int64_t step = 0;
  std::vector<int64_t> devices;

  bool operator==(const TesselBlock &) const = default;
};

/// The blocks that start in these steps, the second one excluded, repeat.
struct TesselRepetend {
  int64_t begin = 0;
  int64_t end = 0;

  bool operator==(const TesselRepetend &) const = default;
};

struct TesselPlan {
  int64_t devices = 1;
  std::vector<TesselBlock> blocks;
  std::optional<TesselRepetend> repetend = std::nullopt;

  bool operator==(const TesselPlan &) const = default;
};

/// Reads a plan. The message gives the path of what is wrong, as in
/// "blocks[3].span: must be an integer from 1 to …". Memory must be a whole
/// number.
scheduling::Result<TesselPlan> readTesselJson(std::string_view text);

/// Writes a plan as Python's json module does, on one line and without a line
/// end: files of Tessel are written back byte by byte.
std::string writeTesselJson(const TesselPlan &plan);

/// Returns whether the text begins as an object and names Tessel's keys.
bool looksLikeTessel(std::string_view text);

/// Sub-graph `to` reads what `from` makes for the same microbatch.
struct TesselDependence {
  int64_t from = 0;
  int64_t to = 0;
};

struct TesselFacts {
  int64_t microbatches = 0;
  int64_t subgraphs = 0;
  /// Is when the last block ends.
  int64_t steps = 0;
  /// Give the busy steps and the most memory of each device.
  std::vector<int64_t> busy;
  std::vector<int64_t> peakMemory;
  /// Says whether each sub-graph starts after the one before it has ended, in
  /// every microbatch.
  bool chain = false;
  /// Gives the fewest steps after which the repetend can begin again, if the
  /// sub-graphs are a chain; nothing without a repetend.
  std::optional<int64_t> period = std::nullopt;
};

/// Checks that
///
///   1. devices exist and are named once in a block, and no two blocks of a
///      device overlap;
///   2. each microbatch has each sub-graph once, always alike;
///   3. on each device, the forward blocks of a microbatch end before its first
///      backward block starts, and free together what they took;
///   4. each dependence holds, if any are given;
///   5. the repetend, if there is one, has each sub-graph once.
///
/// The message names a block as "f2 of sub-graph 3". O(n log n) for n blocks
/// and their devices.
scheduling::Result<TesselFacts>
checkTessel(const TesselPlan &plan,
            const std::vector<TesselDependence> &dependences = {});

/// Fails, too, if the sub-graphs are no chain: then nobody knows what reads
/// what.
scheduling::Result<TesselFacts> checkTesselChain(const TesselPlan &plan);

/// Makes a plan of an order as it runs: stage s of S is sub-graph s, and its
/// backward is sub-graph 2·S − 1 − s. Memory is in bytes. Fails on what Tessel
/// doesn't have: gradients of weights apart, actions that overlap, several
/// pipelines, uneven microbatches, actions that take no time.
scheduling::Result<TesselPlan>
toTessel(const scheduling::PipelineProblem &problem,
         const scheduling::PipelineOrder &order);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_TESSEL_H
