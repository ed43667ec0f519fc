//===- AssignmentState.h - Loads that follow single moves -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is an assignment, complete or not, with the load of every processor and
// link, the memories and the bytes between processors, all kept up to date by
// single moves. A group that is not placed makes, reads and loads nothing, so
// that every number is a lower bound of what it is after more groups have been
// placed.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSTATE_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSTATE_H

#include "AssignmentModel.h"

#include <compare>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {

/// These are minimised, in this order.
struct AssignmentScore {
  /// This many bytes are beyond the processors' memories.
  int64_t overflow = 0;
  int64_t period = 0;
  int64_t communication = 0;
  auto operator<=>(const AssignmentScore &) const = default;
};

/// A move would do this.
struct MoveEffect {
  /// This is the greatest load, afterwards, of a processor or link that the
  /// move raises.
  int64_t raised = 0;
  /// The move changes the load of the resource asked for by this.
  int64_t watched = 0;
  int64_t overflow = 0;
  int64_t communication = 0;
};

class AssignmentState {
public:
  /// Makes a state in which nothing is placed.
  explicit AssignmentState(const AssignmentModel &model);

  int64_t placeOf(int64_t group) const { return place[group]; }
  const std::vector<int64_t> &placement() const { return place; }
  AssignmentScore score() const { return {overflow, peak(), communication}; }
  int64_t peak() const { return tree[1].first; }
  /// Returns the busiest resource: a processor, or a link as an index from
  /// `processors` on.
  int64_t busiest() const { return tree[1].second; }
  int64_t load(int64_t resource) const { return loads[resource]; }
  int64_t memoryOf(int64_t processor) const { return memory[processor]; }
  int64_t overflowOf(int64_t processor) const;
  const std::vector<int64_t> &groupsOn(int64_t processor) const {
    return members[processor];
  }
  bool isLink(int64_t resource) const { return resource >= model.processors; }
  /// Returns the two processors of a link.
  std::pair<int64_t, int64_t> endsOf(int64_t resource) const {
    return links[resource - model.processors];
  }
  /// This is a processor that reads a value, with the number of its reading
  /// edges.
  struct Reader {
    int64_t processor = -1;
    int64_t reads = 0;
  };
  std::span<const Reader> readersOf(int64_t value) const {
    return {readers.data() + firstReader[value],
            static_cast<size_t>(readerCount[value])};
  }

  /// Moves the group; −1 takes it away.
  void move(int64_t group, int64_t to);
  /// Returns what `move` would do, in time that grows only with what the group
  /// makes and reads.
  MoveEffect effectOf(int64_t group, int64_t to, int64_t watched = -1);

private:
  void collect(int64_t group, int64_t to);
  void collectMade(const AssignmentModel::Use &use, int64_t from, int64_t to);
  void collectRead(const AssignmentModel::Use &use, int64_t from, int64_t to);
  void changeTransfer(int64_t value, int64_t from, int64_t to, int64_t sign);
  void changeLoad(int64_t resource, int64_t time);
  int64_t linkIndex(int64_t a, int64_t b);
  int64_t readsOf(int64_t value, int64_t processor) const;
  void addReads(int64_t value, int64_t processor, int64_t reads);
  void setLoad(int64_t resource, int64_t load);
  void growTree();

  const AssignmentModel &model;
  std::vector<int64_t> place;
  std::vector<std::vector<int64_t>> members;
  std::vector<int64_t> positionOf; // It counts among its processor's members.
  int64_t overflow = 0;
  int64_t communication = 0;
  std::vector<int64_t> memory;
  // They are by value, with room for every possible one.
  std::vector<Reader> readers;
  std::vector<int64_t> firstReader, readerCount;

  /// Loads go by resource; links get their index when they are first used.
  std::vector<int64_t> loads;
  std::vector<std::pair<int64_t, int64_t>> links;
  std::vector<int32_t> denseLinks; // They are by pair, with −1 for none yet.
  std::unordered_map<int64_t, int64_t> sparseLinks;
  /// This is a tournament over the loads; the root is tree[1].
  std::vector<std::pair<int64_t, int64_t>> tree;
  size_t leaves = 1;

  /// `collect` found these changes.
  struct Change {
    int64_t communication = 0;
    int64_t memoryFrom = 0;
    int64_t memoryTo = 0;
  } change;
  std::vector<int64_t> delta; // They are by resource, and 0 between calls.
  std::vector<int64_t> touched;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTSTATE_H
