//===- AssignmentModel.h - An assignment problem by groups ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The solvers of the assignment problem share this model: its groups, their
// times and pins, and the values that they make and read. A task of no group is
// a group by itself; inputs are in none.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTMODEL_H
#define LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTMODEL_H

#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <cstdint>
#include <span>
#include <vector>

namespace layerpipe::scheduling {

class AssignmentModel {
public:
  /// Makes the model in O((V + E) log E). `problem` must be legal and outlive
  /// the model.
  explicit AssignmentModel(const AssignmentProblem &problem);

  const AssignmentProblem &problem;
  const Machine &machine;
  const int64_t processors;

  int64_t groups() const { return pin.size(); }
  int64_t values() const { return maker.size(); }
  bool hasMemory() const { return !machine.memory.empty(); }
  /// Returns whether some transfers take time.
  bool hasLinks() const { return links; }
  /// Returns the time of one transfer of the value between two processors.
  int64_t transferTime(int64_t value, int64_t from, int64_t to) const {
    return machine.links.areUniform()
               ? transfer[value]
               : scheduling::transferTime(machine, from, to, bytes[value]);
  }
  /// Returns whether all processors have the same speed.
  bool equalSpeeds() const { return classSpeeds.size() == 1; }

  int64_t timeOn(int64_t group, int64_t processor) const {
    return times[group * int64_t(classSpeeds.size()) + speedClass[processor]];
  }
  bool allows(int64_t group, int64_t processor) const {
    return pin[group] < 0 || pin[group] == processor;
  }

  /// A use says what a group has to do with a value: how many of its edges read
  /// it, and whether it makes it.
  struct Use {
    int64_t value = -1;
    int64_t reads = 0;
    bool makes = false;
  };
  std::span<const Use> usesOf(int64_t group) const {
    return {uses.data() + firstUse[group], uses.data() + firstUse[group + 1]};
  }
  std::span<const int64_t> tasksOf(int64_t group) const {
    return tasks.of(group);
  }

  /// Each task has its group here, and inputs have −1.
  std::vector<int64_t> groupOf;
  /// Each group has its processor here, or −1 if it may run on any.
  std::vector<int64_t> pin;
  /// Each group has its least time on a processor that its pin allows.
  std::vector<int64_t> leastTime;
  /// Each group has the layer of its first task.
  std::vector<int64_t> layer;

  /// Each value has here the group that makes it (−1 for inputs), its bytes,
  /// and how many groups read it.
  std::vector<int64_t> maker;
  std::vector<int64_t> bytes;
  std::vector<int64_t> readers;

  /// Each processor has its class of equal ones here.
  std::vector<int64_t> twins;
  /// Each processor has its class of speeds here, and each class its speed.
  std::vector<int64_t> speedClass;
  std::vector<Fraction> classSpeeds;

  /// These turn a processor per task into one per group and back. A group takes
  /// that of its first task, unless it is pinned, and −1 where that is no
  /// processor.
  std::vector<int64_t> fromTasks(const std::vector<int64_t> &place) const;
  std::vector<int64_t> toTasks(const std::vector<int64_t> &place) const;

private:
  static std::vector<int64_t> numberGroups(const AssignmentProblem &problem);
  void addSpeeds();
  void addTimes();
  void addUses();

  Adjacency tasks;
  bool links;
  /// Each value has the time of one transfer here, if links are uniform.
  std::vector<int64_t> transfer;
  std::vector<int64_t> times; // The times go by group and class.
  std::vector<Use> uses;
  std::vector<int64_t> firstUse;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_ASSIGNMENT_ASSIGNMENTMODEL_H
