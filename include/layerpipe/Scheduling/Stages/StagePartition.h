//===- StagePartition.h - Contiguous stages of a graph of layers -*- C++
//-*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Divides a network into contiguous stages of least bottleneck, as PipeDream's
// optimizer does: a layer's forward and backward stay together, no activation
// flows to an earlier stage, transfers take time, and stages may be replicated.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_STAGES_STAGEPARTITION_H
#define LAYERPIPE_SCHEDULING_STAGES_STAGEPARTITION_H

#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"

#include <string>
#include <vector>

namespace layerpipe::scheduling {

/// The stages of a pipeline on `processors` equal processors. With t the
/// stage's forward and backward times, w its parameters' bytes, m its
/// replicas, which take iterations in turn, and B the bandwidth, a stage needs
/// per iteration
///
///   (t + 4·(m − 1)·w / (B·m)) / m
///
/// for its work and the exchange of its weights' gradients (the sum, as in the
/// public optimizer, not the larger as in the paper), and, where `transfers`
/// is set, no less than 2·a / (B·m) for the activations a that enter it and
/// for those that leave it, each with its gradient on the way back. What
/// leaves the first stage counts with the replicas of the second alone, and
/// nothing enters the first or leaves the last. The bottleneck is the largest
/// of all these. Latency occupies nobody and does not count.
///
/// The a of a cut is the optimizer's: let D be the layers before the cut. It
/// counts each layer of D that no layer of D reads, sinks of the network
/// included; and each layer p below such an x in D if some reader of p is
/// neither x nor below x. So a value that skips across the cut counts once,
/// however many layers behind the cut read it; but p also counts where all its
/// readers lie in D, as long as two branches that it forked into have not met.
struct StageProblem {
  int64_t processors = 1;
  Communication communication = {};
  /// Whether a stage may have several processors. They synchronise at
  /// `communication`'s bandwidth, also where `transfers` is false.
  bool replicated = false;
  /// Whether activations cost time; PipeDream's optimizer counts them only
  /// when it is told a compression ratio.
  bool transfers = true;
  Limits limits = {};
  /// How many sets of layers may be weighed as cuts.
  int64_t maxCuts = int64_t(1) << 17;
};

struct StagePartition {
  /// The stage of every layer, from 0; every stage has a layer.
  std::vector<int64_t> stage;
  /// The processors of every stage; at most all of them together.
  std::vector<int64_t> replicas;
  /// In time units per iteration, in lowest terms.
  Fraction bottleneck;
  /// No contiguous stages are below it.
  Fraction lowerBound;
  Proof proof = Proof::feasible;
  /// "all cuts", or "beam over cuts" where the graph has too many.
  std::string method;
};

/// The most processors of a replicated problem.
inline constexpr int64_t maxReplicas = 1024;

/// The longest part of a graph between two layers that are each before or
/// behind every other.
inline constexpr int64_t maxBranchedPart = int64_t(1) << 14;

/// A legal graph, 1 to maxProcessors processors (maxReplicas if replicated),
/// a bandwidth ≥ 0 whose terms leave room for exact sums, maxCuts ≥ 1.
Status check(const LayerGraph &graph, const StageProblem &problem);

/// Objective: the least bottleneck. Processors may stay idle.
/// Cuts are the sets of layers that hold with each layer all those before it.
/// If there are at most maxCuts, all are weighed ("all cuts") and the answer
/// is optimal. Otherwise a bounded number of cuts of each size is kept, half
/// of them those of least traffic and half spread over the work behind them
/// ("beam over cuts"); the answer is then optimal among the cuts kept, and
/// carries max(Σ / P, longest layer) as its bound, which may prove it optimal
/// after all.
/// For a bottleneck to be tried, the cuts are passed by size, and each keeps,
/// per number of replicas, the starts of an unfinished stage that no other
/// start beats in processors and load; the bottleneck is found by bisection
/// and then improved while anything strictly better exists, so it is exact.
/// Complexity: O(S·d·R) per trial for S cuts of at most d ready layers and R
/// replicas, for O(log Σ time) trials. S is V + 1 on a chain and near V on
/// networks that branch and join; k chains of length m in parallel have
/// (m + 1)^k, which the beam is for.
/// Fails: on an input that check() refuses, and on a part with branches longer
/// than maxBranchedPart. When time runs out the best answer so far is returned
/// as out_of_time; one stage with everything is always an answer.
/// Narayanan et al., "PipeDream: generalized pipeline parallelism for DNN
/// training", SOSP 2019, and its public optimizer.
Result<StagePartition> partitionStages(const LayerGraph &graph,
                                       const StageProblem &problem);

/// That stages are numbered without gaps, have a layer and a processor each and
/// no more processors than there are, that no edge goes to an earlier stage,
/// that the bottleneck is the one recomputed from the formulas above, that the
/// bound does not exceed it, and that optimal means equal.
Status verify(const LayerGraph &graph, const StageProblem &problem,
              const StagePartition &partition);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_STAGES_STAGEPARTITION_H
