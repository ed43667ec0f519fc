//===- ProfileFormsTest.cpp - Are imported layers the same tasks? ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Layers become tasks in two ways that share no code: imported as a module,
// differentiated and grouped into tasks, and by Support/TrainingTasks.h. Both
// must be the same graphs, op by op. Only the names of values may differ, so a
// value is known by its maker and its readers here.
//
//===----------------------------------------------------------------------===//

#include "Networks.h"
#include "Profiles.h"
#include "Support/RandomLayers.h"
#include "Support/TrainingTasks.h"
#include "layerpipe/Import/PipedreamImport.h"
#include "layerpipe/Network/PipedreamProfile.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Transforms/NetworkForms.h"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include <map>
#include <random>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::scheduling;
using namespace layerpipe::testing;

namespace {

using Lines = std::vector<std::string>;

/// Describes a graph and its split rules in sorted lines.
class Description {
public:
  explicit Description(const TaskGraph &graph) : graph(graph) {}

  Lines describe(const std::vector<scheduling::SplitRule> &rules);

private:
  std::string edge(int64_t index) const;
  std::string value(int64_t index) const;
  std::string rule(const scheduling::SplitRule &rule) const;

  const TaskGraph &graph;
  /// Each value has the sorted names of its readers here.
  std::vector<Lines> readers;
};

} // namespace

std::string Description::edge(int64_t index) const {
  const Edge &edge = graph.edges[index];
  std::string parameter =
      edge.parameter < 0 ? "" : graph.parameters[edge.parameter].name;
  return fmt::format("{} -> {} {} {} {} {} {}", graph.tasks[edge.from].name,
                     graph.tasks[edge.to].name, static_cast<int>(edge.kind),
                     edge.distance, edge.initial, parameter,
                     graph.values[edge.value].bytes);
}

std::string Description::value(int64_t index) const {
  const scheduling::Value &value = graph.values[index];
  return fmt::format("{} {} {}", graph.tasks[value.producer].name, value.bytes,
                     fmt::join(readers[index], ","));
}

std::string Description::rule(const scheduling::SplitRule &rule) const {
  Lines slices, results;
  for (const SlicedEdge &slice : rule.slices)
    slices.push_back(
        fmt::format("{} by {}", edge(slice.edge), slice.dimension));
  for (const ResultSplit &result : rule.results)
    // The dimension of a sum means nothing.
    results.push_back(fmt::format(
        "{} {} {}", value(result.value), static_cast<int>(result.kind),
        result.kind == ResultSplit::Kind::sum ? 0 : result.dimension));
  std::sort(slices.begin(), slices.end());
  std::sort(results.begin(), results.end());
  return fmt::format("rule {} {} {} quantum {}: {} makes {}",
                     graph.tasks[rule.task].name, static_cast<int>(rule.axis),
                     rule.length, rule.quantum, fmt::join(slices, "; "),
                     fmt::join(results, "; "));
}

Lines Description::describe(const std::vector<scheduling::SplitRule> &rules) {
  readers.resize(graph.values.size());
  for (const Edge &edge : graph.edges)
    readers[edge.value].push_back(graph.tasks[edge.to].name);
  Lines lines;
  for (const Task &task : graph.tasks)
    lines.push_back(fmt::format("task {} {} {} {}", task.name, task.layer,
                                static_cast<int>(task.kind), task.time));
  for (size_t index = 0; index < graph.values.size(); ++index) {
    std::sort(readers[index].begin(), readers[index].end());
    lines.push_back("value " + value(index));
  }
  for (size_t index = 0; index < graph.edges.size(); ++index)
    lines.push_back("edge " + edge(index));
  for (const Parameter &parameter : graph.parameters)
    lines.push_back(fmt::format("parameter {} {} {}", parameter.name,
                                parameter.bytes, parameter.layer));
  for (const scheduling::SplitRule &own : rules)
    lines.push_back(rule(own));
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// Expects the same graph and rules; says the lines that only one has.
static void expectEqual(const TaskGraph &expected,
                        const std::vector<scheduling::SplitRule> &expectedRules,
                        const TaskGraph &actual,
                        const std::vector<scheduling::SplitRule> &actualRules) {
  Lines first = Description(expected).describe(expectedRules);
  Lines second = Description(actual).describe(actualRules);
  Lines missing, surplus;
  std::set_difference(first.begin(), first.end(), second.begin(), second.end(),
                      std::back_inserter(missing));
  std::set_difference(second.begin(), second.end(), first.begin(), first.end(),
                      std::back_inserter(surplus));
  constexpr size_t most = 5;
  missing.resize(std::min(missing.size(), most));
  surplus.resize(std::min(surplus.size(), most));
  EXPECT_EQ(fmt::format("{}", fmt::join(missing, "\n")), "") << "is missing";
  EXPECT_EQ(fmt::format("{}", fmt::join(surplus, "\n")), "") << "is too much";
}

/// Puts the layers into up to five stages, in a random order in which values
/// flow to later layers only.
static std::map<int64_t, int64_t> randomStages(const LayerGraph &layers,
                                               uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Arc> arcs;
  for (const LayerEdge &edge : layers.edges)
    arcs.push_back({edge.from, edge.to});
  std::vector<int64_t> rank;
  for (size_t layer = 0; layer < layers.layers.size(); ++layer)
    rank.push_back(static_cast<int64_t>(random() % 100));
  std::map<int64_t, int64_t> stages;
  int64_t stage = 0;
  for (int64_t layer : topologicalOrder(countNodes(layers), arcs, rank)) {
    stages.emplace(layer + 1, stage);
    stage += stage < 4 && random() % 3 == 0;
  }
  return stages;
}

/// Compares the coupled tasks of these layers in stages.
static void compareStages(const LayerGraph &layers,
                          const strategies::TaskForms &tasks) {
  auto graph = layerGraphOf(tasks.coupled);
  ASSERT_TRUE(graph) << graph.message();
  for (uint64_t seed = 0; seed < 5; ++seed) {
    SCOPED_TRACE(seed);
    std::map<int64_t, int64_t> stages = randomStages(*graph, seed);
    auto ordered = tasks.coupledInStages(stages);
    ASSERT_TRUE(ordered) << ordered.message();
    expectEqual(makeTrainingTasks(layers, true, stages), {}, *ordered, {});
  }
}

/// Compares all forms of the tasks of these layers.
static void compareForms(const LayerGraph &layers, int64_t quantum) {
  auto context = makeContext();
  OwningOpRef<ModuleOp> module = importLayers(context.get(), "net", layers);
  PassManager passes(context.get());
  buildTrainingPipeline(passes, PipelineOptions());
  ASSERT_TRUE(succeeded(passes.run(*module)));
  FormOptions options;
  options.costs.model = "profile";
  options.splitQuantum = quantum;
  auto forms = NetworkForms::make(onlyGraph(*module), options);
  ASSERT_TRUE(succeeded(forms));
  const strategies::TaskForms &tasks = forms->tasks();
  EXPECT_EQ(tasks.timeUnit, "ns");
  TaskGraph whole = makeTrainingTasks(layers, false);
  expectEqual(makeTrainingTasks(layers, true), {}, tasks.coupled, {});
  expectEqual(whole, {}, tasks.decoupled, {});
  expectEqual(whole, makeTrainingSplitRules(layers, whole, quantum),
              tasks.divisible, tasks.rules);
  compareStages(layers, tasks);
}

static void compareProfile(const std::string &path) {
  SCOPED_TRACE(path);
  std::string text = readText(path);
  for (int64_t samples : {0, 100})
    for (auto nodes : {network::BackwardSplit::Nodes::products,
                       network::BackwardSplit::Nodes::parameters}) {
      auto layers = network::readPipedreamProfile(text, {nodes, 400}, samples);
      ASSERT_TRUE(layers) << layers.message();
      compareForms(*layers, 16);
    }
}

TEST(ProfileForms, OfTheExample) {
  compareProfile(std::string(LAYERPIPE_NETWORKS) + "/branches.txt");
}

TEST(ProfileForms, OfPublishedProfiles) {
  if (profileFolder().empty())
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of profiles";
  std::vector<std::string> files = filesIn(profileFolder(), ".txt");
  EXPECT_EQ(files.size(), 7u);
  for (const std::string &file : files)
    compareProfile(file);
}

TEST(ProfileForms, OfRandomLayers) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    compareForms(randomLayers(seed), 1 + static_cast<int64_t>(seed % 3));
  }
}
