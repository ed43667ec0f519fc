//===- NodeOrderTest.cpp - Tests of the order of nodes --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"

#include <gmock/gmock.h>

#include <numeric>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using ::onnx::ModelProto;
using ::onnx::TensorProto;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

/// Returns the places in the file that the sorted nodes had.
std::vector<size_t> orderOf(const ModelProto &model) {
  Result<Model> read = test::read(model);
  EXPECT_TRUE(read) << read.message();
  std::vector<size_t> order;
  if (read)
    for (const Node &node : read->graph.nodes)
      order.push_back(node.index);
  return order;
}

} // namespace

TEST(OnnxNodeOrder, ARightOrderStays) {
  ModelProto model = smallModel();
  addNode(model, "Relu", {"x"}, {"b"});
  addNode(model, "Add", {"y", "b"}, {"c"});
  addNode(model, "Relu", {"x"}, {"d"});
  EXPECT_THAT(orderOf(model), ElementsAre(0, 1, 2, 3));
}

TEST(OnnxNodeOrder, ANodeWaitsForThoseThatItReads) {
  ModelProto model = emptyModel();
  addInput(model, "x", {1});
  addNode(model, "Add", {"b", "c"}, {"d"});
  addNode(model, "Relu", {"x"}, {"a"});
  addNode(model, "Relu", {"a"}, {"b"});
  addNode(model, "Relu", {"a"}, {"c"});
  EXPECT_THAT(orderOf(model), ElementsAre(1, 2, 3, 0));
}

TEST(OnnxNodeOrder, ALongChainBackwardsIsSorted) {
  ModelProto model = emptyModel();
  addInput(model, "v0", {1});
  constexpr size_t count = 100000;
  for (size_t i = count; i-- > 0;)
    addNode(model, "Relu", {"v" + std::to_string(i)},
            {"v" + std::to_string(i + 1)});
  std::vector<size_t> backwards(count);
  std::iota(backwards.rbegin(), backwards.rend(), 0);
  EXPECT_EQ(orderOf(model), backwards);
}

TEST(OnnxNodeOrder, ACycleIsNamed) {
  ModelProto model = smallModel();
  addNode(model, "Add", {"x", "c"}, {"a"}).set_name("first");
  addNode(model, "Relu", {"a"}, {"b"});
  addNode(model, "Relu", {"b"}, {"c"});
  EXPECT_EQ(problemOf(model),
            "m.onnx: nodes read each other in a cycle: node 1 'first' (Add) "
            "reads node 3 (Relu) reads node 2 (Relu) reads the first one");
  ModelProto alone = smallModel();
  addNode(alone, "Relu", {"a"}, {"a"});
  EXPECT_THAT(problemOf(alone), HasSubstr("node 1 (Relu) reads itself"));
}

TEST(OnnxNodeOrder, ALongCycleIsShortened) {
  ModelProto model = emptyModel();
  constexpr int count = 1000;
  for (int i = 0; i < count; ++i)
    addNode(model, "Relu", {"v" + std::to_string((i + 1) % count)},
            {"v" + std::to_string(i)});
  EXPECT_THAT(problemOf(model), HasSubstr("node 7 (Relu) reads 992 more, the "
                                          "last of which reads the first one"));
}

TEST(OnnxNodeOrder, WhatIsReadMustBeDefined) {
  ModelProto model = smallModel();
  addNode(model, "Add", {"x", "z"}, {"w"});
  EXPECT_EQ(problemOf(model),
            "m.onnx: node 1 (Add) reads 'z', which nothing defines");
}

TEST(OnnxNodeOrder, OutputsMustBeDefined) {
  ModelProto model = smallModel();
  addOutput(model, "z");
  EXPECT_THAT(problemOf(model),
              HasSubstr("the graph's output 'z' is defined by nothing"));
}

TEST(OnnxNodeOrder, AValueIsDefinedOnce) {
  ModelProto nodes = smallModel();
  addNode(nodes, "Neg", {"x"}, {"y"}).set_name("n");
  EXPECT_EQ(problemOf(nodes), "m.onnx: the value 'y' is defined twice, by node "
                              "0 (Relu) and by node 1 'n' (Neg)");
  ModelProto inputs = smallModel();
  addInput(inputs, "x", {1});
  EXPECT_THAT(problemOf(inputs), HasSubstr("by an input and by an input"));
  ModelProto initializers = smallModel();
  for (int i = 0; i < 2; ++i)
    addInitializer(initializers, "w", TensorProto::FLOAT, {1})
        .add_float_data(1);
  EXPECT_THAT(problemOf(initializers),
              HasSubstr("by an initializer and by an initializer"));
}

TEST(OnnxNodeOrder, AbsentInputsAndOutputsAreNoValues) {
  ModelProto model = smallModel();
  addNode(model, "Clip", {"x", "", ""}, {"a", ""});
  addNode(model, "Clip", {"x", "", ""}, {"b", ""});
  EXPECT_THAT(orderOf(model), ElementsAre(0, 1, 2));
}
