//===- OnnxLossesTest.cpp - Inputs and losses of ONNX models --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxModels.h"

using namespace layerpipe;
using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using OnnxLosses = OnnxImportTest;

TEST_F(OnnxLosses, AFinalSoftmaxIsPartOfTheLoss) {
  for (const char *op : {"Softmax", "LogSoftmax"}) {
    TestModel model = layer();
    model.addNode(op, {"y"}, {"p"});
    EXPECT_THAT(importAsItIs(model, {}),
                AllOf(HasSubstr("softmax_cross_entropy %3, %4"),
                      Not(HasSubstr("softmax %")),
                      HasSubstr("labels : tensor<4xi32>")));
    EXPECT_THAT(
        importAsItIs(model, {.losses = {{"", "mse"}}}),
        AllOf(HasSubstr("softmax %3"), HasSubstr("mean_squared_error %4, %5")));
  }
}

TEST_F(OnnxLosses, TheLossIsSaidWhereTheFileHasNone) {
  EXPECT_THAT(importAsItIs(layer(), {}),
              HasSubstr("the output 'y' is no loss; --loss cross-entropy or "
                        "--loss mse"));
  EXPECT_THAT(importAsItIs(layer(), {.losses = {{"", "cross-entropy"}}}),
              HasSubstr("softmax_cross_entropy"));
}

TEST_F(OnnxLosses, OneOfSeveralOutputsIsTrained) {
  TestModel model = layer();
  model.addNode("Frobnicate", {"y"}, {"other"});
  model.model.graph.outputs.push_back({"y", {}, {}, {}});
  EXPECT_THAT(
      import(model),
      HasSubstr("the model has 2 outputs: other, y; --loss OUTPUT=LOSS"));
  // What only other outputs need is not looked at.
  EXPECT_THAT(import(model, {.losses = {{"y", ""}}}),
              HasSubstr("mean_squared_error"));
  EXPECT_THAT(import(model, {.losses = {{"z", ""}}}),
              HasSubstr("--loss: there is no output 'z'"));
}

TEST_F(OnnxLosses, ALossInTheFileIsTaken) {
  TestModel model = layer();
  model.addInput("labels", {4}, ElementType::int64);
  model.addNode("SoftmaxCrossEntropyLoss", {"y", "labels"}, {"loss"});
  EXPECT_THAT(importAsItIs(model, {}),
              AllOf(HasSubstr("labels : tensor<4xi32>"),
                    HasSubstr("softmax_cross_entropy %4, %1")));
  EXPECT_THAT(importAsItIs(model, {.losses = {{"", "mse"}}}),
              HasSubstr("--loss has no effect on the output 'loss'"));
  model.model.graph.nodes[1].attributes = {{"ignore_index", int64_t(-100)}};
  EXPECT_THAT(importAsItIs(model, {}),
              HasSubstr("softmax_cross_entropy %4, %1 {ignored = -100 : i64}"));
  model.model.graph.nodes[1].attributes = {{"reduction", std::string("sum")}};
  EXPECT_THAT(importAsItIs(model, {}),
              HasSubstr("softmax_cross_entropy %4, %1 {sum}"));
  model.model.graph.nodes[1].attributes = {{"reduction", std::string("none")}};
  EXPECT_THAT(importAsItIs(model, {}), HasSubstr("must be 'mean' or 'sum'"));
}

TEST_F(OnnxLosses, LabelsMayBeOfPositionsAndInAnotherShape) {
  TestModel model({2, 3, 4, 5});
  model.addNode("Relu", {"x"});
  model.addInput("labels", {2, 4, 5}, ElementType::int64);
  model.addNode("SoftmaxCrossEntropyLoss", {"y", "labels"}, {"loss"});
  EXPECT_THAT(importAsItIs(model, {}),
              AllOf(HasSubstr("labels : tensor<2x4x5xi32>"),
                    HasSubstr("(tensor<2x3x4x5xf32>, tensor<2x4x5xi32>)")));
  TestModel rows({2, 4, 3});
  rows.addWeight("flat", integers({-1, 3}));
  rows.addWeight("all", integers({-1}));
  rows.addInput("labels", {2, 4}, ElementType::int64);
  rows.addNode("Reshape", {"x", "flat"}, {"rows"});
  rows.addNode("Reshape", {"labels", "all"}, {"classes"});
  rows.addNode("SoftmaxCrossEntropyLoss", {"rows", "classes"}, {"loss"});
  EXPECT_THAT(importAsItIs(rows, {.batch = 6}),
              AllOf(HasSubstr("labels : tensor<6x4xi32>"),
                    HasSubstr("(tensor<6x4xi32>) -> tensor<24xi32>"),
                    HasSubstr("(tensor<24x3xf32>, tensor<24xi32>)")));
}

/// Adds another layer behind the first one's input, with an output of its own.
static TestModel twoLayers() {
  TestModel model = layer();
  model.addWeight("w2", counting({3, 2}));
  model.addNode("MatMul", {"x", "w2"}, {"z"});
  model.model.graph.outputs = {{"y", {}, {}, {}}, {"z", {}, {}, {}}};
  return model;
}

TEST_F(OnnxLosses, SeveralOutputsAreTrainedWithWeights) {
  std::string text =
      importAsItIs(twoLayers(), {.losses = {{"y", "cross-entropy", 1, ""},
                                            {"z", "cross-entropy", 0.3, ""}}});
  EXPECT_THAT(text, AllOf(HasSubstr("layerpipe.labels : tensor<4xi32>"),
                          HasSubstr("{weights = array<f64: 1.000000e+00, "
                                    "3.000000e-01>}")));
  text = importAsItIs(twoLayers(), {.losses = {{"y", "mse", 1, "far"},
                                               {"z", "mse", 1, "near"}}});
  EXPECT_THAT(text,
              AllOf(HasSubstr("layerpipe.labels \"far\" : tensor<4x2xf32>"),
                    HasSubstr("layerpipe.labels \"near\" : tensor<4x2xf32>")));
  EXPECT_THAT(importAsItIs(twoLayers(), {.losses = {{"y", "mse", 1, ""},
                                                    {"z", "cross-entropy"}}}),
              HasSubstr("the output 'z' can't share its labels"));
}

TEST_F(OnnxLosses, TheFileMayAddLosses) {
  TestModel model = twoLayers();
  model.addInput("labels", {4}, ElementType::int64);
  model.addWeight("weight", floats({}, {0.5}));
  model.addNode("SoftmaxCrossEntropyLoss", {"y", "labels"}, {"a"});
  model.addNode("SoftmaxCrossEntropyLoss", {"z", "labels"}, {"b"});
  model.addNode("Mul", {"b", "weight"}, {"c"});
  model.addNode("Add", {"c", "a"}, {"d"});
  model.addNode("Sub", {"d", "c"}, {"e"});
  model.addNode("Add", {"e", "c"}, {"loss"});
  EXPECT_THAT(importAsItIs(model, {}),
              AllOf(HasSubstr("{weights = array<f64: 1.000000e+00, "
                              "5.000000e-01>}"),
                    Not(HasSubstr("layerpipe.add")),
                    Not(HasSubstr("layerpipe.scale"))));
  model.addNode("Mul", {"d", "a"}, {"loss"});
  EXPECT_THAT(importAsItIs(model, {}),
              HasSubstr("the loss is not a sum of losses"));
}

TEST_F(OnnxLosses, SeveralInputsHaveTheirNames) {
  TestModel model({4, 3});
  model.addInput("side", {4, 3});
  model.addInput("unread", {4, 7});
  model.addNode("Mul", {"x", "side"});
  EXPECT_THAT(import(model, {.batch = 5}),
              AllOf(HasSubstr("layerpipe.input \"x\" : tensor<5x3xf32>"),
                    HasSubstr("layerpipe.input \"side\" : tensor<5x3xf32>"),
                    Not(HasSubstr("unread"))));
  TestModel other({4, 3});
  other.addInput("side", {1, 3});
  other.addNode("Mul", {"x", "side"});
  EXPECT_THAT(import(other), HasSubstr("the input 'side' has 1 samples, but "
                                       "another has 4"));
}

TEST_F(OnnxLosses, TheLikelihoodOfALogSoftmaxIsTaken) {
  TestModel model = layer();
  model.addInput("labels", {4}, ElementType::int32);
  model.addNode("LogSoftmax", {"y"}, {"p"});
  model.addNode("NegativeLogLikelihoodLoss", {"p", "labels"}, {"loss"});
  EXPECT_THAT(importAsItIs(model, {}),
              AllOf(HasSubstr("softmax_cross_entropy %4, %1"),
                    Not(HasSubstr("log_softmax"))));
  model.model.graph.nodes[1].op = "Relu";
  EXPECT_THAT(importAsItIs(model, {}),
              HasSubstr("its scores must be those of a LogSoftmax"));
}

TEST_F(OnnxLosses, EachPositionOfASampleHasClasses) {
  TestModel model({2, 3, 4, 4});
  model.addNode("Relu", {"x"});
  EXPECT_THAT(import(model, {.losses = {{"", "cross-entropy"}}}),
              AllOf(HasSubstr("labels : tensor<2x4x4xi32>"),
                    HasSubstr("{ignored = -100 : i64}")));
  EXPECT_THAT(
      import(model, {.losses = {{"", "cross-entropy"}}, .ignoredLabel = 255}),
      HasSubstr("{ignored = 255 : i64}"));
  EXPECT_THAT(import(model), HasSubstr("-> tensor<2x48xf32>"));
}
