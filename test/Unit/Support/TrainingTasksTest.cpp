//===- TrainingTasksTest.cpp - Tests of task graphs of layers -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/TrainingTasks.h"

#include <gmock/gmock.h>

#include <set>

using namespace layerpipe::scheduling;
using namespace layerpipe::testing;
using ::testing::ElementsAre;

namespace {

Layer layer(const std::string &name, int64_t forward, int64_t input,
            int64_t weight, int64_t parameters) {
  return {name, forward,   input + weight, GradientTimes{input, weight},
          100,  parameters};
}

/// a → b → d and a → c → d; b has no parameters.
LayerGraph diamond() {
  LayerGraph graph;
  graph.layers = {layer("a", 1, 2, 3, 10), layer("b", 4, 5, 0, 0),
                  layer("c", 6, 7, 8, 20), layer("d", 9, 10, 11, 30)};
  graph.edges = {{0, 1}, {0, 2}, {1, 3}, {2, 3}};
  return graph;
}

std::set<std::string> taskNames(const TaskGraph &graph) {
  std::set<std::string> names;
  for (const Task &task : graph.tasks)
    names.insert(task.name);
  return names;
}

const Task &taskNamed(const TaskGraph &graph, const std::string &name) {
  for (const Task &task : graph.tasks)
    if (task.name == name)
      return task;
  static const Task none;
  ADD_FAILURE() << "no task " << name;
  return none;
}

/// "producer/distance" of everything that the task reads.
std::multiset<std::string> readsOf(const TaskGraph &graph,
                                   const std::string &name) {
  std::multiset<std::string> reads;
  for (const Edge &edge : graph.edges)
    if (graph.tasks[edge.to].name == name)
      reads.insert(graph.tasks[edge.from].name + "/" +
                   std::to_string(edge.distance));
  return reads;
}

} // namespace

TEST(TrainingTasks, DecoupledDiamond) {
  TaskGraph graph = makeTrainingTasks(diamond(), false);
  ASSERT_TRUE(check(graph).ok()) << check(graph).message();
  EXPECT_THAT(taskNames(graph),
              ElementsAre("a.forward", "a.grad_weight", "a.update", "b.forward",
                          "b.grad_input", "c.forward", "c.grad_input",
                          "c.grad_weight", "c.update", "d.forward",
                          "d.grad_input", "d.grad_weight", "d.update", "input",
                          "labels", "loss"));
  EXPECT_THAT(readsOf(graph, "a.forward"),
              ElementsAre("a.update/1", "input/0"));
  EXPECT_THAT(readsOf(graph, "c.grad_input"),
              ElementsAre("c.forward/0", "c.update/1", "d.grad_input/0"));
  // c is a's last reader: b adds its share to c's.
  EXPECT_THAT(readsOf(graph, "b.grad_input"),
              ElementsAre("b.forward/0", "c.grad_input/0", "d.grad_input/0"));
  EXPECT_THAT(readsOf(graph, "a.grad_weight"),
              ElementsAre("b.grad_input/0", "input/0"));
  EXPECT_THAT(readsOf(graph, "d.grad_weight"),
              ElementsAre("b.forward/0", "c.forward/0", "loss/0"));
  EXPECT_THAT(readsOf(graph, "d.update"),
              ElementsAre("d.grad_weight/0", "d.update/1"));
}

/// A layer without a gradient of its input spends the whole backward on its
/// weights.
TEST(TrainingTasks, Times) {
  TaskGraph apart = makeTrainingTasks(diamond(), false);
  EXPECT_EQ(taskNamed(apart, "a.grad_weight").time, 5);
  EXPECT_EQ(taskNamed(apart, "c.grad_input").time, 7);
  EXPECT_EQ(taskNamed(apart, "c.grad_weight").time, 8);
  TaskGraph coupled = makeTrainingTasks(diamond(), true);
  EXPECT_EQ(taskNamed(coupled, "c.backward").time, 15);
  EXPECT_EQ(taskNamed(coupled, "b.grad_input").time, 5);
  EXPECT_EQ(totalTime(apart), totalTime(coupled));
  EXPECT_EQ(totalTime(apart), totalTime(diamond()));
}

TEST(TrainingTasks, EveryParameterHasOneGradientEdge) {
  for (bool coupled : {false, true}) {
    TaskGraph graph = makeTrainingTasks(diamond(), coupled);
    ASSERT_EQ(graph.parameters.size(), 3u);
    std::multiset<int64_t> found;
    for (const Edge &edge : graph.edges)
      if (edge.parameter >= 0)
        found.insert(edge.parameter);
    EXPECT_THAT(found, ElementsAre(0, 1, 2));
  }
}

/// Sinks are joined, and a network without parameters has no backward.
TEST(TrainingTasks, SinksAndUntrainedLayers) {
  LayerGraph graph = diamond();
  graph.edges.pop_back();
  TaskGraph tasks = makeTrainingTasks(graph, true);
  ASSERT_TRUE(check(tasks).ok()) << check(tasks).message();
  EXPECT_THAT(readsOf(tasks, "outputs.forward"),
              ElementsAre("c.forward/0", "d.forward/0"));
  EXPECT_EQ(taskNamed(tasks, "outputs.grad_input").time, 0);
  for (Layer &layer : graph.layers)
    layer.parameterBytes = 0;
  TaskGraph plain = makeTrainingTasks(graph, false);
  ASSERT_TRUE(check(plain).ok());
  EXPECT_EQ(plain.tasks.size(), 4u + 1 + 3);
}

TEST(TrainingTasks, LongChainsAreFast) {
  LayerGraph graph;
  constexpr int64_t count = 100'000;
  for (int64_t index = 0; index < count; ++index) {
    graph.layers.push_back(layer("l" + std::to_string(index), 1, 1, 1, 1));
    if (index > 0)
      graph.edges.push_back({index - 1, index});
  }
  TaskGraph tasks = makeTrainingTasks(graph, false);
  EXPECT_EQ(tasks.tasks.size(), 4u * count - 1 + 3);
  EXPECT_TRUE(check(tasks).ok());
}
