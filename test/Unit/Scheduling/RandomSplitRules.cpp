//===- RandomSplitRules.cpp - Split rules for tests -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RandomSplitRules.h"

#include "Graphs.h"

#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include <set>

namespace layerpipe::scheduling::test {

namespace {

/// Without results.
SplitRule divide(const TaskGraph &graph, int64_t task, SplitAxis axis,
                 int64_t length) {
  SplitRule rule{task, axis, length};
  bool batch = axis == SplitAxis::batch;
  TaskKind kind = graph.tasks[task].kind;
  for (size_t index = 0; index < graph.edges.size(); ++index) {
    const Edge &edge = graph.edges[index];
    if (edge.to != task)
      continue;
    bool weight = edge.kind == EdgeKind::weight;
    // What grad_weight multiplies with the gradient is the layer's input.
    bool input =
        kind == TaskKind::grad_weight && edge.kind == EdgeKind::activation;
    if (batch ? !weight : (weight || input))
      rule.slices.push_back({int64_t(index), batch ? 0 : 1});
  }
  return rule;
}

} // namespace

std::vector<SplitRule> makeSplitRules(const TaskGraph &graph, int64_t batch,
                                      int64_t channels) {
  using Kind = ResultSplit::Kind;
  std::vector<SplitRule> rules;
  for (int64_t task = 0; task < int64_t(graph.tasks.size()); ++task) {
    TaskKind kind = graph.tasks[task].kind;
    bool weight = kind == TaskKind::grad_weight;
    if (kind != TaskKind::forward && kind != TaskKind::grad_input && !weight)
      continue;
    for (bool byBatch : {true, false}) {
      if (!byBatch && kind == TaskKind::forward)
        continue;
      SplitRule rule = divide(
          graph, task, byBatch ? SplitAxis::batch : SplitAxis::input_channels,
          byBatch ? batch : channels);
      for (size_t value = 0; value < graph.values.size(); ++value)
        if (graph.values[value].producer == task)
          rule.results.push_back(
              {int64_t(value),
               byBatch && weight ? Kind::sum : Kind::concatenate,
               byBatch ? 0 : 1});
      rules.push_back(std::move(rule));
    }
  }
  return rules;
}

std::vector<Split> drawSplits(std::mt19937_64 &random, const TaskGraph &graph,
                              const std::vector<SplitRule> &rules) {
  std::vector<Split> splits;
  std::set<int64_t> taken;
  for (size_t index = 0; index < rules.size(); ++index) {
    if (draw(random, 0, 2) == 0 || taken.contains(rules[index].task))
      continue;
    std::set<int64_t> cuts;
    for (int64_t cut = draw(random, 0, 3); cut > 0; --cut)
      if (rules[index].length > 1)
        cuts.insert(draw(random, 1, rules[index].length - 1));
    splits.push_back({int64_t(index), {cuts.begin(), cuts.end()}});
    taken.insert(rules[index].task);
  }
  return splits;
}

} // namespace layerpipe::scheduling::test
