//===- AssignmentSearch.h - Improvement by moves and swaps ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is a local search for assignments. It empties memories that overflow,
// takes load from the busiest processor or link, and then saves bytes without
// making anything busier than the busiest. With loads of 7 and 3, for instance,
//
//   processor 0: 4 3    processor 1: 3      period 7
//   moving the 3 gives  4 | 3 3             period 6
//   and no move or exchange does better, which is the end of the descent.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSEARCH_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSEARCH_H

#include "AssignmentState.h"
#include "layerpipe/Scheduling/Model/Proof.h"

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {

/// A search may still spend this much.
struct SearchBudget {
  Deadline &deadline;
  /// The unit is a use of a value that is looked at.
  int64_t effort = 0;

  bool spent() { return effort <= 0 || deadline.passed(); }
};

class AssignmentSearch {
public:
  /// Makes a search that looks for nothing below `lowerBound`.
  AssignmentSearch(const AssignmentModel &model, int64_t lowerBound,
                   uint64_t seed);

  /// Improves a complete placement of groups, which keeps its pins, until no
  /// step that is looked at helps, and then from disturbed placements until the
  /// budget is spent. Never returns a worse one. The same seed gives the same
  /// answer.
  std::vector<int64_t> improve(const std::vector<int64_t> &start,
                               SearchBudget &budget);

private:
  /// A step moves one group to a processor, or exchanges two.
  struct Step {
    int64_t group = -1;
    int64_t to = -1;
    int64_t other = -1; // Unless it is −1, this group goes the other way.
    AssignmentScore cost;
  };

  void descend(SearchBudget &budget);
  bool lowerOverflow(SearchBudget &budget);
  bool lowerPeak(SearchBudget &budget);
  void lowerCommunication(SearchBudget &budget);
  bool saveBytes(int64_t group, SearchBudget &budget);
  bool swapToSave(int64_t group, int64_t to, SearchBudget &budget);

  bool moveFrom(int64_t resource, SearchBudget &budget);
  bool swapFrom(int64_t resource, SearchBudget &budget);
  bool moveLayerFrom(int64_t resource, SearchBudget &budget);
  void lookAtMoves(int64_t group, int64_t resource, Step &best,
                   SearchBudget &budget);
  void lookAtSwaps(int64_t group, int64_t resource, Step &best,
                   SearchBudget &budget);
  void lookAtSwap(int64_t group, int64_t other, int64_t resource, Step &best,
                  SearchBudget &budget);
  bool take(const Step &step);

  std::vector<int64_t> groupsAt(int64_t resource, SearchBudget &budget);
  std::vector<int64_t> someGroupsOn(int64_t processor, int64_t likeGroup);
  void findTargets(SearchBudget &budget);
  std::vector<int64_t> neighbours(int64_t group);
  void disturb(int64_t round);
  void move(int64_t group, int64_t to);
  void rollBack(size_t to);
  int64_t cost(int64_t group) const;
  int64_t random(int64_t below) {
    return static_cast<int64_t>(generator() % static_cast<uint64_t>(below));
  }

  const AssignmentModel &model;
  const int64_t lowerBound;
  AssignmentState state;
  std::mt19937_64 generator;
  std::vector<int64_t> free;    // These groups have no pin.
  std::vector<int64_t> targets; // These processors are worth moving to.
  std::vector<bool> near;       // neighbours() marks processors here.
  // An entry has a group and where it came from.
  std::vector<std::pair<int64_t, int64_t>> journal;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSEARCH_H
