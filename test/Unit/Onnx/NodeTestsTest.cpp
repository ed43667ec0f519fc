//===- NodeTestsTest.cpp - ONNX's own tests of nodes ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ONNX's backend tests have models, most of one node, with inputs and what a
// backend must answer. Each model whose nodes can all be folded is folded here,
// with the inputs as constants.
//
//===----------------------------------------------------------------------===//

#include "NodeSuite.h"
#include "layerpipe/Onnx/Fold.h"
#include "layerpipe/Onnx/Reader.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
namespace fs = std::filesystem;

namespace {

enum class Outcome { passed, failed, otherOp, otherType, otherVersion };

class NodeTest {
public:
  explicit NodeTest(fs::path folder) : folder(std::move(folder)) {}
  Outcome run();
  std::string problem;
  std::set<std::string> ops;

private:
  Outcome fail(const std::string &what) {
    problem = what;
    return Outcome::failed;
  }
  bool isFoldable(const Model &model);
  Outcome compare(const Model &model, const Constants &values);

  fs::path folder;
};

bool NodeTest::isFoldable(const Model &model) {
  for (const Node &node : model.graph.nodes) {
    if (!layerpipe::onnx::isFoldable(node, {}))
      return false;
    ops.insert(node.op);
  }
  return true;
}

Outcome NodeTest::compare(const Model &model, const Constants &values) {
  for (size_t i = 0; i < model.graph.outputs.size(); ++i) {
    Result<Tensor> wanted =
        readSuiteTensor(folder, "output", i, model.graph.outputs[i]);
    if (!wanted)
      return Outcome::otherType;
    const std::string &name = model.graph.outputs[i].name;
    auto found = values.find(name);
    if (found == values.end())
      return fail(name + " was not folded");
    if (found->second.type() != wanted->type())
      return fail(name + " is " + toText(found->second.type()) + ", not " +
                  toText(wanted->type()));
    std::vector<double> is = numbersOf(found->second), be = numbersOf(*wanted);
    for (size_t k = 0; k < is.size(); ++k)
      if (!isClose(is[k], be[k], wanted->element()))
        return fail(name + "[" + std::to_string(k) + "] is " +
                    std::to_string(is[k]) + ", not " + std::to_string(be[k]));
  }
  return Outcome::passed;
}

Outcome NodeTest::run() {
  Result<Model> model = readModel((folder / "model.onnx").string());
  if (!model)
    return model.message().find("operators; versions") != std::string::npos
               ? Outcome::otherVersion
               : Outcome::otherType;
  if (!isFoldable(*model))
    return Outcome::otherOp;
  for (size_t i = 0; i < model->graph.inputs.size(); ++i) {
    Result<Tensor> input =
        readSuiteTensor(folder, "input", i, model->graph.inputs[i]);
    if (!input)
      return Outcome::otherType;
    model->graph.initializers.push_back(
        {model->graph.inputs[i].name, *input, {}});
  }
  Result<Constants> values =
      foldConstants(*model, [](const Initializer &) { return true; });
  if (!values && values.message().find("is string") != std::string::npos)
    return Outcome::otherType;
  if (!values)
    return fail(values.message());
  return compare(*model, *values);
}

std::string join(const std::set<std::string> &names) {
  std::string text;
  for (const std::string &name : names)
    text += (text.empty() ? "" : " ") + name;
  return text;
}

} // namespace

TEST(OnnxNodeTests, EveryModelOfFoldableNodesGivesTheRightValues) {
  if (!fs::is_directory(nodeSuite))
    GTEST_SKIP() << nodeSuite << " is missing; libonnx-testdata installs it";
  std::map<Outcome, int> counts;
  std::set<std::string> ops, otherTypes;
  for (const auto &entry : fs::directory_iterator(nodeSuite)) {
    NodeTest test(entry.path());
    Outcome outcome = test.run();
    ++counts[outcome];
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(outcome != Outcome::failed) << name << ": " << test.problem;
    if (outcome == Outcome::passed)
      ops.merge(test.ops);
    if (outcome == Outcome::otherType)
      otherTypes.insert(name);
  }
  std::printf("passed %d, unsupported op %d, unsupported type %d, "
              "unsupported version of operators %d\n",
              counts[Outcome::passed], counts[Outcome::otherOp],
              counts[Outcome::otherType], counts[Outcome::otherVersion]);
  std::printf("ops: %s\nunsupported types: %s\n", join(ops).c_str(),
              join(otherTypes).c_str());
  EXPECT_GT(counts[Outcome::passed], 0);
}
