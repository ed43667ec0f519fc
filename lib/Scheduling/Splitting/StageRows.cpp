//===- StageRows.cpp - Layers as stages take them -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageRows.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace layerpipe::scheduling {

StageRows::StageRows(const SplitModel &model)
    : model(model), rowOf(model.graph.tasks.size(), 0) {
  const std::vector<Task> &tasks = model.graph.tasks;
  std::map<int64_t, size_t> numbers;
  for (size_t task = 0; task < tasks.size(); ++task) {
    rules.push_back(chooseRule(static_cast<int64_t>(task)));
    if (tasks[task].layer > 0)
      numbers.emplace(tasks[task].layer, 0);
  }
  size_t count = 0;
  for (auto &[layer, row] : numbers)
    row = count++;
  rows.resize(std::max<size_t>(count, 1));
  std::vector<int64_t> order =
      topologicalOrder(static_cast<int64_t>(tasks.size()),
                       delayFreeArcs(model.graph, distancesOf(model.graph)));
  for (int64_t task : order) {
    auto place = numbers.find(tasks[task].layer);
    rowOf[task] = place == numbers.end() ? rows.size() - 1 : place->second;
    if (tasks[task].kind != TaskKind::input && !model.isPinned(task))
      addTask(rows[rowOf[task]], task);
  }
  for (StageRow &row : rows)
    std::reverse(row.backward.begin(), row.backward.end());
  for (const Parameter &parameter : model.graph.parameters)
    if (auto place = numbers.find(parameter.layer); place != numbers.end())
      rows[place->second].bytes += parameter.bytes;
}

int64_t StageRows::chooseRule(int64_t task) const {
  auto score = [&](int64_t index) {
    const SplitRule &rule = model.rules[index];
    return std::tuple(rule.axis == SplitAxis::batch,
                      combineOf(rule) == Combine::concatenate,
                      rule.length / rule.quantum, -index);
  };
  int64_t best = -1;
  for (int64_t index : model.rulesOf[task])
    if (model.rules[index].length > model.rules[index].quantum &&
        (best < 0 || score(index) > score(best)))
      best = index;
  return best;
}

void StageRows::addTask(StageRow &row, int64_t task) {
  const Task &made = model.graph.tasks[task];
  if (made.kind == TaskKind::update || made.kind == TaskKind::norm)
    row.updates.push_back(task);
  else
    (made.kind == TaskKind::forward ? row.forward : row.backward)
        .push_back(task);
  if (made.time == 0 && rules[task] < 0)
    return;
  const SplitRule *rule = rules[task] < 0 ? nullptr : &model.rules[rules[task]];
  if (rule && row.samples == 0) {
    row.samples = rule->length;
    row.quantum = rule->quantum;
  }
  row.bySample = row.bySample && rule && rule->axis == SplitAxis::batch &&
                 rule->length == row.samples && rule->quantum == row.quantum;
}

bool StageRows::reads(int64_t task, int64_t other) const {
  for (int64_t value : model.valuesOf[task])
    for (int64_t edge : model.edgesOf[value])
      if (model.graph.edges[edge].from == other &&
          model.graph.edges[edge].to == task)
        return true;
  return false;
}

} // namespace layerpipe::scheduling
