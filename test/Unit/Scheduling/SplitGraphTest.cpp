//===- SplitGraphTest.cpp - Tests of task graphs in parts -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include "Graphs.h"
#include "RandomSplitRules.h"
#include "SplitState.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Model/Fraction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace layerpipe::scheduling::test {
namespace {

using testing::HasSubstr;

std::vector<std::string> namesOf(const TaskGraph &graph) {
  std::vector<std::string> names;
  for (const Task &task : graph.tasks)
    names.push_back(task.name);
  return names;
}

int64_t ruleOf(const TaskGraph &graph, const std::vector<SplitRule> &rules,
               const std::string &task, SplitAxis axis) {
  for (size_t index = 0; index < rules.size(); ++index)
    if (graph.tasks[rules[index].task].name == task &&
        rules[index].axis == axis)
      return index;
  return -1;
}

/// Bytes by "maker→reader" of edges between the named tasks.
int64_t bytesBetween(const TaskGraph &graph, const std::string &from,
                     const std::string &to) {
  int64_t edge = findEdge(graph, from, to);
  return edge < 0 ? -1 : graph.values[graph.edges[edge].value].bytes;
}

TEST(Splitting, aGradientInTwoParts) {
  TaskGraph graph = makeChain(3);
  std::vector<SplitRule> rules = makeSplitRules(graph, 8, 10);
  ASSERT_TRUE(check(graph, rules)) << check(graph, rules).message();
  int64_t rule = ruleOf(graph, rules, "D2", SplitAxis::input_channels);
  ASSERT_GE(rule, 0);
  SplitGraph split = splitTasks(graph, rules, {{rule, {4}}});
  ASSERT_TRUE(check(split.graph)) << check(split.graph).message();
  EXPECT_THAT(namesOf(split.graph), testing::IsSupersetOf({"D2.0", "D2.1"}));
  EXPECT_THAT(namesOf(split.graph), testing::Not(testing::Contains("D2")));
  const Task &part = split.graph.tasks[findTask(split.graph, "D2.1")];
  EXPECT_EQ(part.time, 6);
  ASSERT_TRUE(part.part);
  EXPECT_EQ(part.part->of, "D2");
  EXPECT_EQ(part.part->begin, 4);
  EXPECT_EQ(part.part->end, 10);
  EXPECT_EQ(part.part->length, 10);
}

TEST(Splitting, batchPartsReadOnlyTheirSamples) {
  TaskGraph graph = makeChain(3);
  for (Value &value : graph.values)
    value.bytes = 80;
  std::vector<SplitRule> rules = makeSplitRules(graph, 8, 10);
  std::vector<Split> splits = {
      {ruleOf(graph, rules, "F1", SplitAxis::batch), {2}},
      {ruleOf(graph, rules, "F2", SplitAxis::batch), {2, 6}}};
  TaskGraph split = splitTasks(graph, rules, splits).graph;
  EXPECT_EQ(bytesBetween(split, "F1.0", "F2.0"), 20);
  EXPECT_EQ(bytesBetween(split, "F1.1", "F2.1"), 40);
  EXPECT_EQ(bytesBetween(split, "F1.1", "F2.2"), 20);
  EXPECT_EQ(bytesBetween(split, "F1.0", "F2.1"), -1);
  EXPECT_EQ(bytesBetween(split, "F2.1", "F3"), 40);
}

TEST(Splitting, refusesWhatIsNoSplit) {
  TaskGraph graph = makeChain(3);
  std::vector<SplitRule> rules = makeSplitRules(graph, 8, 10);
  int64_t first = ruleOf(graph, rules, "D2", SplitAxis::batch);
  int64_t other = ruleOf(graph, rules, "D2", SplitAxis::input_channels);
  auto refusal = [&](const std::vector<Split> &splits) {
    return check(graph, rules, splits).message();
  };
  EXPECT_EQ(refusal({{first, {1, 7}}}), "");
  EXPECT_THAT(refusal({{first, {0}}}), HasSubstr("is cut at 0"));
  EXPECT_THAT(refusal({{first, {8}}}), HasSubstr("is cut at 8"));
  EXPECT_THAT(refusal({{first, {3, 3}}}), HasSubstr("is cut at 3"));
  EXPECT_THAT(refusal({{first, {3}}, {other, {3}}}),
              HasSubstr("'D2' is split twice"));
  EXPECT_THAT(refusal({{-1, {3}}}), HasSubstr("uses rule -1"));
  rules[first].results.clear();
  EXPECT_THAT(check(graph, rules).message(),
              HasSubstr("does not say what becomes of value"));
}

/// Which positions of the edge's value a part covers, of `length`.
std::set<int64_t> positions(const TaskPart &part) {
  std::set<int64_t> covered;
  for (int64_t i = part.begin; i < part.end; ++i)
    covered.insert(i);
  return covered;
}

/// Each part of a reader gets every position that it wants exactly once; what
/// it gets is as many bytes as it wants and no byte more than the pieces that
/// it needs.
TEST(SplittingRandom, timesAndBytesAddUp) {
  for (uint64_t seed = 0; seed < seeds(300); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomTraining(random, 5);
    std::vector<SplitRule> rules =
        makeSplitRules(graph, draw(random, 1, 9), draw(random, 1, 9));
    ASSERT_TRUE(check(graph, rules));
    std::vector<Split> splits = drawSplits(random, graph, rules);
    ASSERT_TRUE(check(graph, rules, splits));
    SplitGraph split = splitTasks(graph, rules, splits);
    ASSERT_TRUE(check(split.graph)) << check(split.graph).message();

    std::vector<int64_t> times(graph.tasks.size(), 0);
    std::map<std::string, std::set<int64_t>> covered;
    for (size_t task = 0; task < split.graph.tasks.size(); ++task) {
      times[split.taskOf[task]] += split.graph.tasks[task].time;
      if (const auto &part = split.graph.tasks[task].part)
        for (int64_t position : positions(*part))
          EXPECT_TRUE(covered[part->of].insert(position).second);
    }
    for (size_t task = 0; task < graph.tasks.size(); ++task)
      EXPECT_EQ(times[task], graph.tasks[task].time);

    // A whole reader of a value that no sum makes gets all of its bytes.
    std::map<std::pair<int64_t, int64_t>, int64_t> whole, got;
    for (const Edge &edge : graph.edges)
      whole[{edge.from, edge.to}] += graph.values[edge.value].bytes;
    std::set<int64_t> sums;
    for (size_t task = 0; task < split.graph.tasks.size(); ++task)
      if (const auto &part = split.graph.tasks[task].part;
          part && part->combine == Combine::sum)
        sums.insert(split.taskOf[task]);
    for (const Edge &edge : split.graph.edges)
      if (!split.graph.tasks[edge.to].part)
        got[{split.taskOf[edge.from], split.taskOf[edge.to]}] +=
            split.graph.values[edge.value].bytes;
    for (const auto &[ends, bytes] : got)
      if (!sums.contains(ends.first))
        EXPECT_EQ(bytes, whole[ends]);
  }
}

/// The search's books against the graph that it stands for.
TEST(SplitStateRandom, loadsAndBytesAreThoseOfTheSplitGraph) {
  for (uint64_t seed = 0; seed < seeds(400); ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    TaskGraph graph = makeRandomTraining(random, 5);
    for (Value &value : graph.values)
      value.bytes = draw(random, 0, 50);
    std::vector<SplitRule> rules =
        makeSplitRules(graph, draw(random, 1, 9), draw(random, 1, 9));
    Machine machine{draw(random, 1, 4)};
    SplitModel model(graph, rules, machine);
    std::vector<int64_t> start;
    for (const Task &task : graph.tasks)
      start.push_back(task.kind == TaskKind::input
                          ? -1
                          : draw(random, 0, machine.processors - 1));
    SplitState state(model, start);
    for (const Split &split : drawSplits(random, graph, rules)) {
      TaskPlacement placement{split.rule, {}};
      for (int64_t cut : split.cuts)
        placement.parts.push_back(
            {cut, draw(random, 0, machine.processors - 1)});
      placement.parts.push_back(
          {rules[split.rule].length, draw(random, 0, machine.processors - 1)});
      int64_t task = rules[split.rule].task;
      Wide expected = state.communication() + state.costOf(task, placement);
      state.change(task, placement);
      EXPECT_TRUE(state.communication() == expected);
    }
    ASSERT_TRUE(check(graph, rules, state.splits()));
    AssignmentProblem problem{splitTasks(graph, rules, state.splits()).graph,
                              machine};
    Assignment assignment;
    assignment.processor = state.assignment();
    std::vector<int64_t> loads(machine.processors, 0);
    for (size_t task = 0; task < problem.graph.tasks.size(); ++task)
      if (assignment.processor[task] >= 0)
        loads[assignment.processor[task]] += problem.graph.tasks[task].time;
    for (size_t processor = 0; processor < loads.size(); ++processor)
      EXPECT_EQ(state.load(processor), loads[processor]);
    std::set<std::pair<int64_t, int64_t>> travels;
    Wide bytes = 0;
    for (const Edge &edge : problem.graph.edges)
      if (int64_t from = assignment.processor[edge.from],
          to = assignment.processor[edge.to];
          from >= 0 && from != to && travels.insert({edge.value, to}).second)
        bytes += problem.graph.values[edge.value].bytes;
    EXPECT_EQ(int64_t(state.communication()), int64_t(bytes));
  }
}

} // namespace
} // namespace layerpipe::scheduling::test
