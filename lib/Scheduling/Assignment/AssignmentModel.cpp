//===- AssignmentModel.cpp - An assignment problem by groups --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The model unites tasks into groups and collects what each group makes and
// reads.
//
//===----------------------------------------------------------------------===//

#include "AssignmentModel.h"

#include "AssignmentGroups.h"

#include "layerpipe/Scheduling/Assignment/AssignmentProblem.h"
#include <algorithm>
#include <map>
#include <tuple>

namespace layerpipe::scheduling {

/// Numbers the groups. Inputs get the number behind the last group until the
/// constructor has made them −1.
std::vector<int64_t>
AssignmentModel::numberGroups(const AssignmentProblem &problem) {
  std::vector<int64_t> leaders = groupLeaders(problem);
  std::vector<int64_t> number(leaders.size(), -1);
  int64_t count = 0;
  for (size_t task = 0; task < leaders.size(); ++task) {
    if (problem.graph.tasks[task].kind == TaskKind::input)
      continue;
    if (leaders[task] == static_cast<int64_t>(task))
      number[task] = count++;
    // A leader precedes the rest of its group.
    number[task] = number[leaders[task]];
  }
  return number;
}

static int64_t countOf(const std::vector<int64_t> &numbers) {
  return numbers.empty()
             ? 0
             : *std::max_element(numbers.begin(), numbers.end()) + 1;
}

/// Returns the tasks by group, and one list more, which is for the inputs.
static Adjacency tasksByGroup(const std::vector<int64_t> &groupOf) {
  int64_t groups = countOf(groupOf);
  return Adjacency(groups + 1, groupOf.size(), [&](int64_t task) {
    return groupOf[task] < 0 ? groups : groupOf[task];
  });
}

AssignmentModel::AssignmentModel(const AssignmentProblem &problem)
    : problem(problem), machine(problem.machine),
      processors(machine.processors), groupOf(numberGroups(problem)),
      pin(countOf(groupOf), -1), layer(pin.size(), 0),
      twins(twinClasses(machine)), tasks(tasksByGroup(groupOf)),
      links(copiesValues(machine)) {
  for (size_t task = 0; task < problem.pins.size(); ++task)
    if (problem.pins[task])
      pin[groupOf[task]] = *problem.pins[task];
  for (int64_t group = 0; group < groups(); ++group)
    layer[group] = problem.graph.tasks[tasksOf(group).front()].layer;
  addSpeeds();
  addTimes();
  addUses();
}

void AssignmentModel::addSpeeds() {
  std::map<Fraction, int64_t> known;
  for (int64_t id = 0; id < processors; ++id) {
    Fraction speed = speedOf(machine, id);
    auto [place, added] = known.try_emplace(speed, classSpeeds.size());
    if (added)
      classSpeeds.push_back(speed);
    speedClass.push_back(place->second);
  }
}

void AssignmentModel::addTimes() {
  int64_t classes = classSpeeds.size();
  times.assign(groups() * classes, 0);
  for (size_t task = 0; task < groupOf.size(); ++task)
    if (int64_t group = groupOf[task]; group >= 0)
      for (int64_t speed = 0; speed < classes; ++speed)
        times[group * classes + speed] +=
            static_cast<int64_t>(ceilDiv(Wide(problem.graph.tasks[task].time) *
                                             classSpeeds[speed].denominator,
                                         classSpeeds[speed].numerator));
  for (int64_t group = 0; group < groups(); ++group)
    leastTime.push_back(
        pin[group] >= 0
            ? timeOn(group, pin[group])
            : *std::min_element(times.begin() + group * classes,
                                times.begin() + (group + 1) * classes));
}

void AssignmentModel::addUses() {
  const TaskGraph &graph = problem.graph;
  for (const Value &value : graph.values) {
    maker.push_back(groupOf[value.producer]);
    bytes.push_back(value.bytes);
    transfer.push_back(
        scheduling::transferTime(machine.links.others, value.bytes));
  }
  readers.assign(values(), 0);
  // A pair has a group and a value.
  std::vector<std::pair<int64_t, int64_t>> reads;
  std::vector<bool> read(values(), false);
  for (const Edge &edge : graph.edges) {
    reads.push_back({groupOf[edge.to], edge.value});
    read[edge.value] = true;
  }
  std::sort(reads.begin(), reads.end());
  // The third number counts reads.
  std::vector<std::tuple<int64_t, int64_t, int64_t>> counted;
  for (auto [group, value] : reads) {
    if (!counted.empty() && std::get<0>(counted.back()) == group &&
        std::get<1>(counted.back()) == value) {
      ++std::get<2>(counted.back());
      continue;
    }
    counted.emplace_back(group, value, 1);
    ++readers[value];
  }
  // A value that nobody reads concerns nobody.
  for (int64_t value = 0; value < values(); ++value)
    if (read[value] && maker[value] >= 0)
      counted.emplace_back(maker[value], value, 0);
  std::sort(counted.begin(), counted.end());
  firstUse.assign(groups() + 1, 0);
  int64_t last = -1; // The last use is of this group.
  for (auto [group, value, count] : counted) {
    if (group == last && uses.back().value == value) {
      uses.back().reads += count;
      continue;
    }
    last = group;
    uses.push_back({value, count, maker[value] == group});
    ++firstUse[group + 1];
  }
  for (int64_t group = 0; group < groups(); ++group)
    firstUse[group + 1] += firstUse[group];
}

std::vector<int64_t>
AssignmentModel::fromTasks(const std::vector<int64_t> &place) const {
  std::vector<int64_t> made;
  for (int64_t group = 0; group < groups(); ++group) {
    int64_t id = place[tasksOf(group).front()];
    made.push_back(pin[group] >= 0 ? pin[group] : std::max<int64_t>(id, -1));
  }
  return made;
}

std::vector<int64_t>
AssignmentModel::toTasks(const std::vector<int64_t> &place) const {
  std::vector<int64_t> made;
  for (int64_t group : groupOf)
    made.push_back(group < 0 ? -1 : place[group]);
  return made;
}

} // namespace layerpipe::scheduling
