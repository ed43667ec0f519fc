//===- OnnxNodeTestsTest.cpp - ONNX's own tests of nodes, imported --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The first input of floats is a network's input, and the others are its
// parameters. What the interpreter computes as the prediction must be what
// ONNX's suite says. So must what it computes of the model that the network is
// written to.
//
//===----------------------------------------------------------------------===//

#include "NodeNetworks.h"
#include "Support/RandomGraphs.h"
#include "layerpipe/Interpreter/Interpreter.h"
#include "layerpipe/Target/OnnxExport.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace layerpipe;
using namespace layerpipe::onnx::test;
namespace fs = std::filesystem;
using onnx::Model;
using Result = base::Result<Model>;

namespace {

enum class Outcome {
  passed,
  failed,
  refused,
  otherType,
  /// The values that are wanted were drawn at random by another generator.
  drawn
};

class NodeTest {
public:
  NodeTest(fs::path folder, mlir::MLIRContext &context)
      : folder(std::move(folder)), context(context) {}
  /// Compares each of the outputs.
  std::vector<Outcome> run();
  std::string problem;

private:
  Outcome runOutput(const Model &model, size_t index);
  std::optional<std::vector<double>> compute(GraphOp graph) const;
  Outcome compare(GraphOp graph, const onnx::Tensor &wanted);
  Outcome compareWritten(GraphOp graph, const std::vector<double> &wanted);
  Outcome fail(const std::string &what) {
    problem = what;
    return Outcome::failed;
  }

  fs::path folder;
  mlir::MLIRContext &context;
  std::optional<onnx::Tensor> input, labels;
};

layerpipe::Tensor tensorOf(const onnx::Tensor &tensor, bool isInteger) {
  layerpipe::Tensor made;
  made.shape.assign(tensor.extents().begin(), tensor.extents().end());
  std::vector<double> numbers = numbersOf(tensor);
  if (isInteger)
    made.integers.assign(numbers.begin(), numbers.end());
  else
    made.numbers = std::move(numbers);
  return made;
}

std::optional<std::vector<double>> NodeTest::compute(GraphOp graph) const {
  auto loss = *graph.getBody().getOps<LossOpInterface>().begin();
  InterpreterOptions options;
  options.input = [&](int64_t) { return tensorOf(*input, false); };
  if (labels)
    options.labels = [&](int64_t) { return tensorOf(*labels, true); };
  Interpreter interpreter(graph, options);
  if (failed(interpreter.step()))
    return std::nullopt;
  mlir::Value value =
      labels ? loss->getResult(0) : mlir::Value(loss.getPrediction());
  return interpreter.value(value)->numbers;
}

Outcome NodeTest::compare(GraphOp graph, const onnx::Tensor &wanted) {
  auto is = compute(graph);
  std::vector<double> be = numbersOf(wanted);
  if (!is || is->size() != be.size())
    return fail("can't be interpreted, or has not " +
                std::to_string(be.size()) + " elements");
  if (!graph.getBody().getOps<DropoutOp>().empty())
    return Outcome::drawn;
  for (size_t k = 0; k < is->size(); ++k)
    if (!isClose((*is)[k], be[k], wanted.element()))
      return fail("[" + std::to_string(k) + "] is " + std::to_string((*is)[k]) +
                  ", not " + std::to_string(be[k]));
  // A batch normalisation is written as it is evaluated.
  bool isTrained = !graph.getBody().getOps<BatchNormOp>().empty();
  return labels || isTrained ? Outcome::passed : compareWritten(graph, *is);
}

/// Writes the network as a model, which must compute the same.
Outcome NodeTest::compareWritten(GraphOp graph,
                                 const std::vector<double> &wanted) {
  base::Result<std::string> bytes = exportOnnx(graph, {});
  if (!bytes)
    return fail(bytes.message());
  Result model = onnx::parseModel(*bytes, "written");
  if (!model)
    return fail(model.message());
  auto module = importOnnx("written", mlir::UnknownLoc::get(&context), "node",
                           std::move(*model), {.losses = {{"", "mse"}}});
  auto is =
      module ? compute(layerpipe::testing::onlyGraph(*module)) : std::nullopt;
  if (!is || is->size() != wanted.size())
    return fail("is not read again");
  for (size_t k = 0; k < is->size(); ++k)
    if (!isClose((*is)[k], wanted[k], onnx::ElementType::float32))
      return fail("written, [" + std::to_string(k) + "] is " +
                  std::to_string((*is)[k]) + ", not " +
                  std::to_string(wanted[k]));
  return Outcome::passed;
}

Outcome NodeTest::runOutput(const Model &model, size_t index) {
  auto network = layerpipe::testing::readNodeNetwork(folder, model, index, {},
                                                     context, problem);
  if (!network)
    return Outcome::otherType;
  if (!network->module)
    return Outcome::refused;
  input = network->input;
  labels = network->labels;
  return compare(layerpipe::testing::onlyGraph(*network->module),
                 network->wanted);
}

std::vector<Outcome> NodeTest::run() {
  Result model = onnx::readModel((folder / "model.onnx").string());
  if (!model)
    return {Outcome::otherType};
  std::vector<Outcome> outcomes;
  for (size_t i = 0; i < model->graph.outputs.size(); ++i)
    outcomes.push_back(runOutput(*model, i));
  return outcomes;
}

} // namespace

TEST(OnnxNodeTests, EveryModelOfSupportedNodesGivesTheRightValues) {
  if (!fs::is_directory(nodeSuite))
    GTEST_SKIP() << nodeSuite << " is missing; libonnx-testdata installs it";
  std::unique_ptr<mlir::MLIRContext> context =
      layerpipe::testing::makeContext();
  std::map<Outcome, int> counts;
  std::map<std::string, std::string> refusals;
  for (const auto &entry : fs::directory_iterator(nodeSuite)) {
    NodeTest test(entry.path(), *context);
    const std::string name = entry.path().filename().string();
    for (Outcome outcome : test.run()) {
      ++counts[outcome];
      EXPECT_TRUE(outcome != Outcome::failed) << name << ": " << test.problem;
      if (outcome == Outcome::refused)
        refusals[name] = test.problem;
    }
  }
  std::printf("outputs: passed %d, refused %d, drawn %d, of other types %d\n",
              counts[Outcome::passed], counts[Outcome::refused],
              counts[Outcome::drawn], counts[Outcome::otherType]);
  for (const auto &[name, problem] : refusals)
    std::printf("%s: %s", name.c_str(), problem.c_str());
  EXPECT_GT(counts[Outcome::passed], 200);
}
