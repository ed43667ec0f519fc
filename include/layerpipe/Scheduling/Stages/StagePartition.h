//===- StagePartition.h - Contiguous stages of a graph of layers -*- C++
// -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This divides a network into contiguous stages of least bottleneck, as
// PipeDream's optimizer does: a layer's forward and backward stay together, no
// activation flows to an earlier stage, transfers take time, and stages may be
// replicated. Layers of 2, 6 and 2 units on three processors give
//
//   [2] [6] [2]      bottleneck 6, or with replicas
//   [2 6] ×2, [2]    bottleneck 8 / 2 = 4, since two processors take turns
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_STAGES_STAGEPARTITION_H
#define LAYERPIPE_SCHEDULING_STAGES_STAGEPARTITION_H

#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

/// This asks for the stages of a pipeline on `processors` equal processors.
///
/// A stage with pinned layers has one processor, theirs, and all layers that
/// are pinned to it. The other stages run on the processors without pins, in
/// ascending order and without leaving one out. So without pins, stage k runs
/// on processor k. With the layer b of a chain a b c pinned to processor 0,
/// the three stages run on 1, 0 and 2.
///
/// Let t be the stage's forward and backward times, w its parameters' bytes, m
/// its replicas, which take iterations in turn, and B the bandwidth. A stage
/// then needs per iteration
///
///   (t + 4·(m − 1)·w / (B·m)) / m
///
/// for its work and the exchange of its weights' gradients (the sum, as in the
/// public optimizer, not the larger as in the paper). Where `transfers` is set,
/// it needs no less than 2·a / (B·m) for the activations a that enter it and
/// for those that leave it, each with its gradient on the way back. What leaves
/// the first stage counts with the replicas of the second alone, and nothing
/// enters the first or leaves the last. The bottleneck is the largest of all
/// these. Latency occupies nobody and does not count.
///
/// Where links differ, the B of a cut is that of the link between the
/// processors of the stages before and behind it. Replicas of a stage exchange
/// gradients with each other, and activations with any replica of the next
/// stage; wherever stages may be replicated, B is the least bandwidth of all
/// links, which the formula does not ask for more than once.
///
/// The a of a cut is the optimizer's. Let D be the layers before the cut. It
/// counts each layer of D that no layer of D reads, sinks of the network
/// included. It also counts each layer p below such an x in D if some reader of
/// p is neither x nor below x. A value that skips across the cut therefore
/// counts once, however many layers behind the cut read it; but p also counts
/// where all its readers lie in D, as long as two branches that it forked into
/// have not met.
struct StageProblem {
  int64_t processors = 1;
  Links links = {};
  /// Says whether a stage may have several processors. They synchronise at
  /// the bandwidth of the links, also where `transfers` is false.
  bool replicated = false;
  /// Says whether activations cost time. PipeDream's optimizer counts them only
  /// when it is told a compression ratio.
  bool transfers = true;
  Limits limits = {};
  /// This many sets of layers may be weighed as cuts.
  int64_t maxCuts = int64_t(1) << 17;
  /// Each layer has the processor here that is demanded, if any. The list is
  /// empty when there are none.
  std::vector<std::optional<int64_t>> pins = {};
};

struct StagePartition {
  /// Each layer has its stage here, from 0; every stage has a layer.
  std::vector<int64_t> stage;
  /// Each stage has its processors here; together they are at most all
  /// processors.
  std::vector<int64_t> replicas;
  /// Each stage has its processor here. The list is empty where stages may be
  /// replicated, since it does not matter which replicas a stage without pins
  /// has.
  std::vector<int64_t> processor;
  /// The bottleneck is in time units per iteration, in lowest terms.
  Fraction bottleneck;
  /// No contiguous stages are below this.
  Fraction lowerBound;
  Proof proof = Proof::feasible;
  /// This is "all cuts", or "beam over cuts" where the graph has too many.
  std::string method;
};

/// A replicated problem has at most so many processors.
inline constexpr int64_t maxReplicas = 1024;

/// A part of a graph between two layers that are each before or behind every
/// other is at most so long.
inline constexpr int64_t maxBranchedPart = int64_t(1) << 14;

/// Succeeds if the graph is legal, there are 1 to maxProcessors processors
/// (maxReplicas if replicated), a bandwidth ≥ 0 whose terms leave room for
/// exact sums, maxCuts ≥ 1, and pins for all layers or none, each of them to a
/// processor that is there.
Status check(const LayerGraph &graph, const StageProblem &problem);

/// Finds stages of the least bottleneck. Processors may stay idle.
///
/// Cuts are the sets of layers that hold with each layer all those before it.
/// If there are at most maxCuts, all are weighed ("all cuts") and the answer is
/// optimal. Otherwise a bounded number of cuts of each size is kept, half of
/// them those of least traffic and half spread over the work behind them ("beam
/// over cuts"). The answer is then optimal among the cuts kept, and carries
/// max(Σ / P, longest layer) as its bound, which may prove it optimal after
/// all.
///
/// To try a bottleneck, the cuts are passed by size, and each keeps, per number
/// of replicas, the starts of an unfinished stage that no other start beats in
/// processors and load. Starts for different pins, or for none, don't beat each
/// other. The bottleneck is found by bisection and then improved
/// while anything strictly better exists, so it is exact.
///
/// Complexity: O(S·d·R) per trial for S cuts of at most d ready layers and R
/// replicas, for O(log Σ time) trials. S is V + 1 on a chain and near V on
/// networks that branch and join; k chains of length m in parallel have (m +
/// 1)^k, which the beam is for.
///
/// Fails on an input that check() refuses, and on a part with branches longer
/// than maxBranchedPart. When time runs out the best answer so far is returned
/// as out_of_time; one stage with everything is always an answer.
///
/// Narayanan et al., "PipeDream: generalized pipeline parallelism for DNN
/// training", SOSP 2019, and its public optimizer.
Result<StagePartition> partitionStages(const LayerGraph &graph,
                                       const StageProblem &problem);

/// Checks that stages are numbered without gaps, have a layer and a processor
/// each and no more processors than there are, that these are as the pins and
/// StageProblem say, that no edge goes to an earlier
/// stage, that the bottleneck is the one computed again from the formulas
/// above, that the bound does not exceed it, and that optimal means equal.
Status verify(const LayerGraph &graph, const StageProblem &problem,
              const StagePartition &partition);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_STAGES_STAGEPARTITION_H
