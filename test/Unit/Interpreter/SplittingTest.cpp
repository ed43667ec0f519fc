//===- SplittingTest.cpp - tasks in parts train as the whole ones ---------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random networks, cut at random. The graph that the rewritten IR has must be
// the one that the scheduling core computes, and training must stay as it was:
// bit for bit where parts concatenate. Where they are summed, rounding differs
// by at most 2·n·2⁻²⁴ of the sum of absolute values for n summands, at most 60
// here; a few iterations of small networks leave it below 10⁻⁴.
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "layerpipe/Analysis/SplitRules.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include "layerpipe/Transforms/Passes.h"
#include "layerpipe/Transforms/SplitTasks.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/Passes.h"
#include <random>
#include <tuple>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using scheduling::Split;
using scheduling::SplitRule;

namespace {

/// Which split rules may be drawn.
enum class Draw { any, concatenating };

class SplittingTest : public ::testing::TestWithParam<uint64_t> {
protected:
  static void SetUpTestSuite() {
    registerLayerpipeTransformsPasses();
    registerCanonicalizerPass();
    registerCSEPass();
  }

  /// A random network in tasks: with coupled and decoupled gradients, gradients
  /// of activations apart or not.
  OwningOpRef<ModuleOp> tasks(bool smooth, const std::string &delays = "") {
    RandomGraphOptions options;
    options.smooth = smooth;
    options.maxBatch = 5;
    auto module = randomForwardGraph(*context, GetParam(), options);
    std::string passes =
        GetParam() % 4 == 0
            ? "layerpipe-differentiate{optimizer=adam lr=0.05 "
              "coefficients=epsilon=0.1}"
            : "layerpipe-differentiate{optimizer=momentum lr=0.05 "
              "coefficients=weight-decay=0.01}";
    if (GetParam() % 3 != 0)
      passes += ",layerpipe-decouple-gradients";
    if (!delays.empty())
      passes += "," + delays;
    passes += GetParam() % 2 ? ",layerpipe-form-tasks"
                             : ",layerpipe-form-tasks{activation-gradients="
                               "apart}";
    EXPECT_TRUE(runPasses(*module, passes + ",layerpipe-estimate-costs"));
    return module;
  }

  int64_t draw(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() % uint64_t(high - low + 1));
  }

  std::vector<Split> drawSplits(const std::vector<SplitRule> &rules,
                                Draw which);
  static LogicalResult apply(GraphOp graph, const TrainingGraph &training,
                             const std::vector<SplitRule> &rules,
                             const std::vector<Split> &splits);
  /// Cuts a copy at random; says nothing where there is nothing to cut.
  OwningOpRef<ModuleOp> cut(ModuleOp module, Draw which);

  std::unique_ptr<MLIRContext> context = makeContext();
  std::mt19937_64 engine{GetParam() + 1};
};

} // namespace

/// Most tasks along one of their axes, at one to three places.
std::vector<Split>
SplittingTest::drawSplits(const std::vector<SplitRule> &rules, Draw which) {
  std::vector<Split> splits;
  std::set<int64_t> done;
  for (auto [index, rule] : llvm::enumerate(rules)) {
    if (which == Draw::concatenating &&
        scheduling::combineOf(rule) == scheduling::Combine::sum)
      continue;
    if (rule.length < 2 || draw(0, 2) == 0 || !done.insert(rule.task).second)
      continue;
    std::set<int64_t> cuts;
    for (int64_t count = draw(1, 3); count > 0; --count)
      cuts.insert(draw(1, rule.length - 1));
    splits.push_back({int64_t(index), {cuts.begin(), cuts.end()}});
  }
  return splits;
}

LogicalResult SplittingTest::apply(GraphOp graph, const TrainingGraph &training,
                                   const std::vector<SplitRule> &rules,
                                   const std::vector<Split> &splits) {
  SmallVector<TaskSplit> chosen;
  for (const Split &split : splits)
    chosen.push_back(
        {training.taskOp(rules[split.rule].task),
         convertAxis(rules[split.rule].axis),
         SmallVector<int64_t>(split.cuts.begin(), split.cuts.end())});
  return splitTasks(graph, chosen);
}

OwningOpRef<ModuleOp> SplittingTest::cut(ModuleOp module, Draw which) {
  OwningOpRef<ModuleOp> copy = module.clone();
  GraphOp graph = onlyGraph(*copy);
  FailureOr<TrainingGraph> training = extractTrainingGraph(graph);
  EXPECT_TRUE(succeeded(training));
  std::vector<SplitRule> rules = extractSplitRules(*training);
  EXPECT_TRUE(
      succeeded(apply(graph, *training, rules, drawSplits(rules, which))));
  EXPECT_TRUE(succeeded(verify(*copy)));
  return copy;
}

//===----------------------------------------------------------------------===//
// The graph is the core's
//===----------------------------------------------------------------------===//

static std::string describe(const scheduling::Task &task) {
  std::string text = task.name + " " + std::string(toString(task.kind)) + " " +
                     std::to_string(task.layer);
  if (task.part)
    text += " " + task.part->of + " " + std::string(toString(task.part->axis)) +
            " " + std::to_string(task.part->begin) + " " +
            std::to_string(task.part->end) + " " +
            std::to_string(task.part->length) + " " +
            std::string(toString(task.part->combine));
  return text;
}

static std::vector<std::string>
describeTasks(const scheduling::TaskGraph &graph) {
  std::vector<std::string> tasks;
  for (const scheduling::Task &task : graph.tasks)
    tasks.push_back(describe(task));
  return tasks;
}

/// from, to, kind, bytes, distance, initial, parameter
static auto describeEdges(const scheduling::TaskGraph &graph) {
  std::vector<std::string> edges;
  for (const scheduling::Edge &edge : graph.edges)
    edges.push_back(scheduling::describeTask(graph, edge.from) + " " +
                    scheduling::describeTask(graph, edge.to) + " " +
                    std::string(toString(edge.kind)) + " " +
                    std::to_string(graph.values[edge.value].bytes) + " " +
                    std::to_string(edge.distance) + " " + edge.initial + " " +
                    std::to_string(edge.parameter));
  llvm::sort(edges);
  return edges;
}

TEST_P(SplittingTest, GraphIsTheCores) {
  auto module =
      tasks(false, GetParam() % 4 < 2
                       ? "layerpipe-delay-gradients{rule=uniform delay=2}"
                       : "");
  GraphOp graph = onlyGraph(*module);
  FailureOr<TrainingGraph> training = extractTrainingGraph(graph);
  ASSERT_TRUE(succeeded(training));
  std::vector<SplitRule> rules = extractSplitRules(*training);
  scheduling::Status valid = scheduling::check(training->graph, rules);
  ASSERT_TRUE(valid) << valid.message();
  std::vector<Split> splits = drawSplits(rules, Draw::any);
  scheduling::SplitGraph expected =
      scheduling::splitTasks(training->graph, rules, splits);

  ASSERT_TRUE(succeeded(apply(graph, *training, rules, splits)));
  ASSERT_TRUE(succeeded(verify(*module)));
  FailureOr<TrainingGraph> made = extractTrainingGraph(graph);
  ASSERT_TRUE(succeeded(made));
  EXPECT_EQ(describeTasks(made->graph), describeTasks(expected.graph));
  EXPECT_EQ(describeEdges(made->graph), describeEdges(expected.graph));
}

//===----------------------------------------------------------------------===//
// Training is preserved
//===----------------------------------------------------------------------===//

TEST_P(SplittingTest, ConcatenatedPartsTrainBitForBit) {
  auto whole = tasks(false);
  auto parts = cut(*whole, Draw::concatenating);
  InterpreterOptions options;
  options.seed = GetParam();
  EXPECT_TRUE(compareRuns(onlyGraph(*whole), onlyGraph(*parts), 20, options));
}

TEST_P(SplittingTest, OtherTasksCanBeCutLater) {
  auto whole = tasks(false);
  auto parts = cut(*whole, Draw::concatenating);
  auto more = cut(*parts, Draw::concatenating);
  InterpreterOptions options;
  options.seed = GetParam();
  EXPECT_TRUE(compareRuns(onlyGraph(*whole), onlyGraph(*more), 20, options));
}

TEST_P(SplittingTest, SummedPartsTrainWithinATolerance) {
  auto whole = tasks(/*smooth=*/true);
  auto parts = cut(*whole, Draw::any);
  InterpreterOptions options;
  options.seed = GetParam();
  EXPECT_TRUE(compareRuns(onlyGraph(*whole), onlyGraph(*parts), 6, options,
                          retimedLag, 1e-4));
}

TEST_P(SplittingTest, GradientsMayBeDelayedBeforeAndAfter) {
  std::string delays = "layerpipe-delay-gradients{rule=uniform delay=3}";
  auto before = tasks(false, delays);
  auto whole = tasks(false);
  auto parts = cut(*whole, Draw::concatenating);
  ASSERT_TRUE(runPasses(*parts, delays));
  auto delayed = cut(*before, Draw::concatenating);
  InterpreterOptions options;
  options.seed = GetParam();
  EXPECT_TRUE(compareRuns(onlyGraph(*before), onlyGraph(*parts), 20, options));
  EXPECT_TRUE(
      compareRuns(onlyGraph(*before), onlyGraph(*delayed), 20, options));
}

TEST_P(SplittingTest, PartsCanBeRetimed) {
  auto whole = tasks(false, "layerpipe-delay-gradients{rule=uniform delay=3}");
  auto parts = cut(*whole, Draw::any);
  ASSERT_TRUE(runPasses(*parts, "layerpipe-estimate-costs"));
  OwningOpRef<ModuleOp> retimed = parts->clone();
  ASSERT_TRUE(runPasses(*retimed, "layerpipe-retime{objective=period}"));
  InterpreterOptions options;
  options.seed = GetParam();
  EXPECT_TRUE(compareRuns(onlyGraph(*parts), onlyGraph(*retimed), 20, options));
}

TEST_P(SplittingTest, CanonicalizationKeepsValues) {
  auto whole = tasks(false);
  auto parts = cut(*whole, Draw::any);
  OwningOpRef<ModuleOp> simpler = parts->clone();
  ASSERT_TRUE(runPasses(*simpler, "canonicalize,cse"));
  InterpreterOptions options;
  options.seed = GetParam();
  EXPECT_TRUE(compareRuns(onlyGraph(*parts), onlyGraph(*simpler), 10, options));
}

INSTANTIATE_TEST_SUITE_P(Random, SplittingTest,
                         ::testing::Range<uint64_t>(0, 60));
