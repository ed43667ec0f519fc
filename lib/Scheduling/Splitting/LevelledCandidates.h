//===- LevelledCandidates.h - Splits that are worth a schedule --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This makes starts for the search and levels them to several loads.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_LEVELLEDCANDIDATES_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_LEVELLEDCANDIDATES_H

#include "CandidateScheduler.h"
#include "FractionalStages.h"
#include "SplitState.h"
#include "layerpipe/Scheduling/Model/Proof.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <vector>

namespace layerpipe::scheduling {

/// On graphs with more than so many edges, where each levelling and each
/// schedule takes a second, there are few.
inline constexpr int64_t manyEdges = 20'000;

class LevelledCandidates {
public:
  /// Makes the candidates of a problem. Loads up to `accepted` are short
  /// enough. All arguments must outlive it.
  LevelledCandidates(const JointProblem &problem, const JointOptions &options,
                     const JointBound &bound, int64_t accepted,
                     Deadline &deadline)
      : problem(problem), options(options), bound(bound), accepted(accepted),
        deadline(deadline) {}

  /// Collects candidates on the first so many processors, unless a layer is
  /// pinned to another one. The caller's starts are used on all processors
  /// only.
  void collect(int64_t processors);

  /// Places the parts of the candidate anew, such that what each processor
  /// reads fits this share of its memory. The rest is for the copies that a
  /// schedule keeps. With a memory of 100 bytes and a share of 3/4, the values
  /// read may take 75.
  void placeByMemory(const Candidate &candidate, Fraction share);

  /// Returns the assignment with pinned layers on their processors.
  Candidate makeWhole(const std::vector<int64_t> &assignment) const;

  /// Returns all candidates so far, the most promising first, each once.
  std::vector<Candidate> take();

private:
  std::vector<std::vector<TaskPlacement>> starts(const SplitModel &model,
                                                 int64_t limit) const;
  bool levelInSteps(const SplitModel &model, SplitState &state, int64_t limit,
                    int64_t looserPerMille);
  bool addStages(const SplitModel &model, int64_t limit);
  void levelStages(const SplitModel &model, const FractionalStages &fractional,
                   int64_t limit);
  void levelFrom(const SplitModel &model,
                 const std::vector<TaskPlacement> &start,
                 const std::vector<int64_t> &limits);
  std::vector<int64_t> loadLimits(const Machine &machine) const;
  void add(std::vector<Split> splits, std::vector<int64_t> assignment,
           int64_t load, Wide communication, bool stages = false);
  void add(const SplitState &state, bool stages);
  bool isLarge() const {
    return static_cast<int64_t>(problem.graph.edges.size()) > manyEdges;
  }

  const JointProblem &problem;
  const JointOptions &options;
  const JointBound &bound;
  const int64_t accepted;
  Deadline &deadline;
  std::vector<Candidate> candidates;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_LEVELLEDCANDIDATES_H
