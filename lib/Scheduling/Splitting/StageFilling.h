//===- StageFilling.h - Stages that take layers in turn ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEFILLING_H
#define LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEFILLING_H

#include "StageBorder.h"
#include "StageRows.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace layerpipe::scheduling {

/// This says where borders are.
struct StageFill {
  /// A stage may leave so many per cent of its even share of the time that the
  /// limit leaves. With much of it borders are early, so that the first stages,
  /// whose gradients are the latest, have the least to do. With little of it
  /// more is left for the last stages.
  int64_t percent = 200;
  /// Says whether a layer that would fit is left whole, rather than cut where
  /// the stage has done enough.
  bool sparing = false;
  /// Says whether layers in front of a border are divided as well, where a
  /// stage is not full. Otherwise it takes slices of later layers at once.
  bool back = true;

  bool operator==(const StageFill &) const = default;
};

/// This fills one stage after the other. A copy goes on in its own way, and
/// costs O(V).
class StageFilling {
public:
  /// Positions from `begin` to `end` of a task, which one stage takes.
  struct Taken {
    int64_t task;
    int64_t begin;
    int64_t end;
  };

  /// The rows must outlive it. No processor's load exceeds `limit`.
  StageFilling(const StageRows &rows, int64_t limit);

  /// Fills the next stage in this way. Returns false if those behind it have
  /// too little time for the rest.
  bool fillStage(StageFill how);

  /// Returns whether all layers are taken.
  bool isDone() const { return next == rows.size(); }

  /// Returns whether no stage is left.
  bool isLast() const { return stage == model.processors; }

  /// Returns the processor of the latest stage, and what it took, in its order.
  int64_t lastProcessor() const { return processorOf(stage - 1); }
  const std::vector<Taken> &lastTaken() const { return taken; }

  /// Returns how much work is left, and how many positions of each task are
  /// taken.
  Wide leftWork() const { return workLeft; }
  const std::vector<int64_t> &positions() const { return done; }

  /// Returns the weighted staleness of one forward, one backward, in bytes. A
  /// layer that has begun counts for the stage where it did; the others are
  /// expected where they would begin if the stages left took even shares. O(V).
  Wide expectedStaleness() const;

private:
  int64_t timeOf(int64_t task, int64_t from, int64_t until) const;
  int64_t restOf(int64_t task) const {
    return timeOf(task, done[task], table.lengthOf(task));
  }
  int64_t restOf(const StageRow &row) const;
  /// Returns the processor of a stage, and the time that its pinned layers
  /// leave of the limit.
  int64_t processorOf(int64_t stage) const { return model.order[stage]; }
  int64_t timeLeftBeside(int64_t processor) const {
    return limit - model.pinnedTime[processor];
  }
  void take(int64_t task, int64_t end);
  void takeRest(const StageRow &row);
  Wide workOf(int64_t which) const;
  Wide workOfLater() const;
  void setSpare();
  void takeRows();
  bool takeSamples(const StageRow &row);
  void takeInOrder(size_t count);
  void takeFurtherBack(size_t begin);
  void undo();
  void takeFillers();
  void takeAll();
  void countBegun();
  int64_t mostOf(int64_t task) const;
  std::vector<Reach> reaches(const std::vector<int64_t> &tasks) const;
  void takeReach(const std::vector<int64_t> &tasks, const Reach &reach);

  const StageRows &table;
  const SplitModel &model;
  const std::vector<StageRow> &rows;
  const int64_t limit;
  /// Each task has here how many of its positions are taken.
  std::vector<int64_t> done;
  /// The present stage took this.
  std::vector<Taken> taken;
  /// These rows have begun, and have this staleness.
  std::vector<bool> begun;
  Wide staleness = 0;
  Wide workLeft = 0;
  /// All rows before this one are taken.
  size_t next = 0;
  /// This is the stage that takes now, how it does so, the time that it has
  /// left, and how much of that it may leave unused.
  int64_t stage = 0;
  StageFill fill;
  int64_t room = 0;
  int64_t spare = 0;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_SPLITTING_STAGEFILLING_H
