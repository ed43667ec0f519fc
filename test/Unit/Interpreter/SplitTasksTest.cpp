//===- SplitTasksTest.cpp - one task cut, and what can't be ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Transforms/SplitTasks.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include "GraphTest.h"
#include <cmath>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using ::testing::HasSubstr;

namespace {

/// A gradient of weights, dw = labelsᵀ·input over a batch of 32, and its
/// update.
constexpr llvm::StringLiteral kText = R"(layerpipe.graph training @net {
  %x = layerpipe.input : tensor<32x3xf32>
  %t = layerpipe.labels : tensor<32x2xf32>
  %w0 = layerpipe.parameter "a.weight" uniform(0.5) : tensor<2x3xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<2x3xf32>
  %g = layerpipe.task "a.grad_weight" grad_weight layer 1 (%t, %x) {
  ^bb0(%a: tensor<32x2xf32>, %b: tensor<32x3xf32>):
    %c = layerpipe.linear_grad_weight %a, %b : (tensor<32x2xf32>, tensor<32x3xf32>) -> tensor<2x3xf32>
    layerpipe.yield %c : tensor<2x3xf32>
  } : (tensor<32x2xf32>, tensor<32x3xf32>) -> tensor<2x3xf32>
  %next = layerpipe.task "a.update" update layer 1 (%w, %g) {
  ^bb0(%a: tensor<2x3xf32>, %b: tensor<2x3xf32>):
    %c = layerpipe.sgd %a, %b {learning_rate = 0.1 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    layerpipe.yield %c : tensor<2x3xf32>
  } : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
})";

class SplitTasksTest : public GraphTest {
protected:
  /// The error of an illegal request.
  std::string errorOf(GraphOp graph, ArrayRef<TaskSplit> splits) {
    std::string message;
    ScopedDiagnosticHandler handler(context.get(), [&](Diagnostic &error) {
      message = error.str();
      return success();
    });
    EXPECT_TRUE(failed(splitTasks(graph, splits)));
    return message;
  }
};

} // namespace

/// What the only update applies.
static Value appliedGradient(GraphOp graph) {
  Value gradient;
  graph.walk([&](SgdOp update) { gradient = update.getGradient(); });
  return gradient;
}

/// Σ |dy|·|x| over the batch, for element (o, i) of the weights' gradient.
static double magnitude(const Tensor &dy, const Tensor &x, int64_t o,
                        int64_t i) {
  double sum = 0;
  for (int64_t n = 0; n < x.shape[0]; ++n)
    sum += std::abs(double(dy.at(n, o)) * double(x.at(n, i)));
  return sum;
}

TEST_F(SplitTasksTest, SumsStayWithinTheBound) {
  GraphOp whole = parse(kText);
  OwningOpRef<GraphOp> parts = whole.clone();
  ASSERT_TRUE(succeeded(splitTasks(
      *parts, TaskSplit{first<TaskOp>(*parts), SplitAxis::batch, {5, 11}})));
  Interpreter a(whole), b(*parts);
  int64_t different = 0;
  for (int64_t iteration = 0; iteration < 50; ++iteration) {
    ASSERT_TRUE(succeeded(a.step()) && succeeded(b.step()));
    Datum x = a.value(first<InputOp>(whole).getResult());
    Datum dy = a.value(first<LabelsOp>(whole).getResult());
    Datum sum = a.value(appliedGradient(whole));
    Datum other = b.value(appliedGradient(*parts));
    for (int64_t o = 0; o < 2; ++o)
      for (int64_t i = 0; i < 3; ++i) {
        double difference = std::abs(double(sum->at(o, i)) - other->at(o, i));
        EXPECT_LE(difference,
                  2 * 32 * std::ldexp(1.0, -24) * magnitude(*dy, *x, o, i));
        different += difference > 0;
      }
  }
  // Otherwise the bound would say nothing.
  EXPECT_GT(different, 0);
}

TEST_F(SplitTasksTest, NothingToCutChangesNothing) {
  GraphOp graph = parse(kText);
  std::string before, after;
  llvm::raw_string_ostream(before) << graph;
  ASSERT_TRUE(succeeded(splitTasks(
      graph, TaskSplit{first<TaskOp>(graph), SplitAxis::batch, {}})));
  llvm::raw_string_ostream(after) << graph;
  EXPECT_EQ(before, after);
}

TEST_F(SplitTasksTest, RefusesWhatCantBeCut) {
  GraphOp graph = parse(kText);
  auto tasks = llvm::to_vector(graph.getBody().getOps<TaskOp>());
  EXPECT_THAT(
      errorOf(graph, TaskSplit{tasks[1], SplitAxis::output_channels, {1}}),
      HasSubstr("can't be cut along output_channels: not every op of it has "
                "parts along that axis which compose"));
  EXPECT_THAT(errorOf(graph, TaskSplit{tasks[0], SplitAxis::batch, {32}}),
              HasSubstr("can't be cut at 32: the cuts along batch must ascend "
                        "between 1 and 31"));
  EXPECT_THAT(errorOf(graph, TaskSplit{tasks[0], SplitAxis::batch, {7, 7}}),
              HasSubstr("can't be cut at 7"));
  EXPECT_THAT(errorOf(graph, {TaskSplit{tasks[0], SplitAxis::batch, {1}},
                              TaskSplit{tasks[0], SplitAxis::batch, {2}}}),
              HasSubstr("is split twice; a task is cut along one axis"));
}
