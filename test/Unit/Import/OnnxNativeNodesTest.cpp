//===- OnnxNativeNodesTest.cpp - ONNX's tests of nodes as native code -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a native evaluation predicts must be what ONNX's suite says. A program
// trains something, so each network gets a parameter: its prediction is
// multiplied by 1.
//
//===----------------------------------------------------------------------===//

#include "NativeForward.h"
#include "NodeNetworks.h"
#include "Support/RandomGraphs.h"

#include <gtest/gtest.h>

#include <map>

using namespace layerpipe;
using namespace layerpipe::onnx::test;
using namespace layerpipe::testing;
namespace fs = std::filesystem;

namespace {

/// An output passes, or it has no program, or no network, or the values of
/// training, which evaluations don't compute.
enum class Outcome { passed, failed, unsupported, ofTraining, noNetwork };

class NativeNodes {
public:
  /// Compares each output of the test in that folder.
  void run(const fs::path &folder);

  std::map<Outcome, int> counts;
  std::map<std::string, std::string> reasons;

private:
  Outcome compare(const NodeNetwork &network, std::string &problem);

  std::unique_ptr<mlir::MLIRContext> context = makeContext();
  NativeForward native;
};

/// Multiplies the prediction by a trained 1.
void addScale(GraphOp graph) {
  auto loss = *graph.getBody().getOps<LossOpInterface>().begin();
  mlir::Value prediction = loss.getPrediction();
  auto builder = mlir::OpBuilder(loss);
  auto one = mlir::RankedTensorType::get({1}, builder.getF32Type());
  auto scale = ParameterOp::create(builder, loss.getLoc(), one, "native.scale",
                                   Init::constant, llvm::APFloat(1.0f));
  auto product = MulOp::create(builder, loss.getLoc(), prediction, scale);
  for (mlir::OpOperand &operand : loss->getOpOperands())
    if (operand.get() == prediction)
      operand.set(product);
}

/// Returns whether training computes other values than an evaluation.
bool isOfTraining(GraphOp graph) {
  bool found = false;
  graph.walk([&](mlir::Operation *op) {
    found |= mlir::isa<BatchNormOp, DropoutOp, RunningAverageOp>(op);
  });
  return found;
}

} // namespace

Outcome NativeNodes::compare(const NodeNetwork &network, std::string &problem) {
  GraphOp graph = onlyGraph(*network.module);
  if (network.labels || isOfTraining(graph))
    return Outcome::ofTraining;
  addScale(graph);
  std::vector<double> input = numbersOf(network.input);
  auto is = native.predict(*network.module, {input.begin(), input.end()});
  if (!is) {
    problem = is.error().message;
    return Outcome::unsupported;
  }
  std::vector<double> be = numbersOf(network.wanted);
  if (is->size() != be.size()) {
    problem = "there are " + std::to_string(is->size()) + " elements, not " +
              std::to_string(be.size());
    return Outcome::failed;
  }
  for (size_t k = 0; k < be.size(); ++k)
    if (!isClose((*is)[k], be[k], network.wanted.element())) {
      problem = "[" + std::to_string(k) + "] is " + std::to_string((*is)[k]) +
                ", not " + std::to_string(be[k]);
      return Outcome::failed;
    }
  return Outcome::passed;
}

void NativeNodes::run(const fs::path &folder) {
  auto model = onnx::readModel((folder / "model.onnx").string());
  if (!model)
    return;
  for (size_t index = 0; index < model->graph.outputs.size(); ++index) {
    std::string problem, refusal;
    // Only the scale is trained, so that ops without a gradient are there, too.
    auto network = readNodeNetwork(folder, *model, index, {.frozen = {"*"}},
                                   *context, refusal);
    Outcome outcome = Outcome::noNetwork;
    if (network && network->module)
      outcome = compare(*network, problem);
    ++counts[outcome];
    const std::string name = folder.filename().string();
    EXPECT_TRUE(outcome != Outcome::failed) << name << ": " << problem;
    if (outcome == Outcome::unsupported)
      reasons[name] = problem;
  }
}

TEST(OnnxNativeNodes, EveryNetworkPredictsTheRightValues) {
  if (!fs::is_directory(nodeSuite))
    GTEST_SKIP() << nodeSuite << " is missing; libonnx-testdata installs it";
  NativeNodes nodes;
  for (const auto &entry : fs::directory_iterator(nodeSuite))
    nodes.run(entry.path());
  std::printf("outputs in native code: passed %d, unsupported %d, of training "
              "%d\n",
              nodes.counts[Outcome::passed], nodes.counts[Outcome::unsupported],
              nodes.counts[Outcome::ofTraining]);
  for (const auto &[name, reason] : nodes.reasons)
    std::printf("%s: %s", name.c_str(), reason.c_str());
  EXPECT_GT(nodes.counts[Outcome::passed], 350);
}
