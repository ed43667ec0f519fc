//===- OnnxImportTest.cpp - What becomes of ONNX models -------------------===//
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

namespace {

using OnnxProducts = OnnxImportTest;
using OnnxConstants = OnnxImportTest;
using OnnxParameters = OnnxImportTest;
using OnnxBatches = OnnxImportTest;
using OnnxRefusals = OnnxImportTest;
using OnnxNormalizations = OnnxImportTest;

} // namespace

TEST_F(OnnxProducts, GemmIsALinearLayerWithTheFilesNamesAndValues) {
  EXPECT_THAT(
      import(layer()),
      AllOf(HasSubstr("\"fc.weight\" values(dense_resource<fc.weight> : "
                      "tensor<2x3xf32>)"),
            HasSubstr("linear %0, %1, %2 : (tensor<4x3xf32>, tensor<2x3xf32>, "
                      "tensor<2xf32>) -> tensor<4x2xf32>"),
            HasSubstr("fc.bias: \"0x010000000000803F00000040\"")));
}

TEST_F(OnnxProducts, TransposeMatMulAndAddAreALinearLayerOfRows) {
  TestModel model({4, 5, 3});
  model.addWeight("w", counting({2, 3}));
  model.addWeight("b", counting({2}));
  model.addNode("Transpose", {"w"}, {"wt"});
  model.addNode("MatMul", {"x", "wt"}, {"z"});
  model.addNode("Add", {"b", "z"});
  EXPECT_THAT(import(model),
              AllOf(HasSubstr("(tensor<20x3xf32>, tensor<2x3xf32>, "
                              "tensor<2xf32>) -> tensor<20x2xf32>"),
                    HasSubstr("-> tensor<4x5x2xf32>"),
                    Not(HasSubstr("transpose")), Not(HasSubstr("add"))));
}

TEST_F(OnnxProducts, AProductThatIsReadTwiceKeepsItsSumApart) {
  TestModel model({4, 3});
  model.addWeight("w", counting({3, 2}));
  model.addWeight("b", counting({2}));
  model.addNode("MatMul", {"x", "w"}, {"z"});
  model.addNode("Add", {"z", "b"}, {"s"});
  model.addNode("Mul", {"z", "s"});
  EXPECT_THAT(import(model),
              AllOf(HasSubstr("transpose %"), HasSubstr("layerpipe.add")));
}

TEST_F(OnnxProducts, OfTwoActivations) {
  TestModel model({2, 4, 3, 5});
  Node &swap = model.addNode("Transpose", {"x"}, {"t"});
  swap.attributes = {{"perm", std::vector<int64_t>{0, 1, 3, 2}}};
  model.addNode("MatMul", {"x", "t"}, {"s"});
  EXPECT_THAT(import(model),
              AllOf(HasSubstr("matmul %0, %0 {transpose_b} : "
                              "(tensor<2x4x3x5xf32>, tensor<2x4x3x5xf32>) -> "
                              "tensor<2x4x3x3xf32>"),
                    Not(HasSubstr("layerpipe.transpose"))));
  model.addInput("side", {2, 1, 5, 2});
  model.addNode("MatMul", {"x", "side"});
  EXPECT_THAT(import(model),
              AllOf(HasSubstr("(tensor<2x1x5x2xf32>) -> tensor<2x4x5x2xf32>"),
                    HasSubstr("-> tensor<2x4x3x2xf32>")));
  TestModel square({4, 4});
  Node &node = square.addNode("Gemm", {"x", "x"});
  node.attributes = {{"transB", int64_t(1)}};
  EXPECT_THAT(import(square), HasSubstr("matmul %0, %0 {transpose_b}"));
}

TEST_F(OnnxConstants, NumbersBecomeAttributes) {
  TestModel model({4, 3});
  model.addWeight("half", floats({}, {0.5f}));
  model.addWeight("two", floats({}, {2}));
  model.addNode("Mul", {"x", "half"}, {"a"});
  model.addNode("Sub", {"two", "a"}, {"b"});
  model.addNode("Pow", {"b", "two"}, {"c"});
  model.addNode("Max", {"c", "half"});
  EXPECT_THAT(import(model),
              AllOf(HasSubstr("scale %0 {factor = 5.000000e-01 : f64}"),
                    HasSubstr("neg %1"),
                    HasSubstr("shift %2 {amount = 2.000000e+00 : f64}"),
                    HasSubstr("square %3"),
                    HasSubstr("clip %4 {least = 5.000000e-01 : f64}"),
                    Not(HasSubstr("parameter"))));
}

TEST_F(OnnxConstants, FloatsAreReadAsTheDecimalsThatTheyCameFrom) {
  TestModel model({4, 3});
  model.addNode("LeakyRelu", {"x"}).attributes = {{"alpha", 0.1f}};
  EXPECT_THAT(import(model), HasSubstr("alpha = 1.000000e-01 : f64"));
}

TEST_F(OnnxConstants, ShapesAreFolded) {
  TestModel model({4, 2, 3});
  model.addWeight("zero", integers({0}));
  model.addWeight("rest", integers({-1}));
  model.addNode("Shape", {"x"}, {"shape"});
  model.addNode("Gather", {"shape", "zero"}, {"batch"});
  model.addNode("Concat", {"batch", "rest"}, {"target"}).attributes = {
      {"axis", int64_t(0)}};
  model.addNode("Reshape", {"x", "target"});
  EXPECT_THAT(import(model),
              HasSubstr("(tensor<4x2x3xf32>) -> tensor<4x6xf32>"));
}

TEST_F(OnnxConstants, AConstantTensorIsNotTrained) {
  TestModel model({4, 3});
  model.addNode("Constant", {}, {"mean"}).attributes = {
      {"value", counting({3})}};
  model.addNode("Sub", {"x", "mean"});
  EXPECT_THAT(import(model),
              AllOf(HasSubstr("parameter \"mean\""), HasSubstr("detach")));
}

TEST_F(OnnxParameters, WeightsMayLieInConstantNodesAndBehindIdentities) {
  TestModel model({4, 3});
  model.addNode("Constant", {}, {"c"}).attributes = {
      {"value", counting({3, 2})}};
  model.addNode("Identity", {"c"}, {"w"});
  model.addWeight("bias", counting({2}));
  model.addNode("Identity", {"bias"}, {"b"});
  model.addNode("Gemm", {"x", "w", "b"});
  EXPECT_THAT(import(model), AllOf(HasSubstr("parameter \"w\" values"),
                                   HasSubstr("parameter \"bias\" values"),
                                   Not(HasSubstr("detach"))));
}

TEST_F(OnnxParameters, AWeightThatIsUsedTwiceIsOneParameter) {
  TestModel model({4, 3});
  model.addWeight("w", counting({3, 3}));
  model.addNode("Identity", {"w"}, {"v"});
  model.addNode("MatMul", {"x", "w"}, {"z"});
  model.addNode("MatMul", {"z", "v"});
  std::string text = import(model);
  size_t first = text.find("layerpipe.parameter");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_EQ(text.find("layerpipe.parameter", first + 1), std::string::npos)
      << text;
}

TEST_F(OnnxParameters, AFrozenParameterIsDetached) {
  EXPECT_THAT(import(layer(), {.frozen = {"fc.w*"}}),
              AllOf(HasSubstr("detach %1"), Not(HasSubstr("detach %2"))));
  EXPECT_THAT(import(layer(), {.frozen = {"fc[w"}}),
              HasSubstr("'fc[w' is no pattern"));
}

TEST_F(OnnxParameters, NewParametersStartAsLayersDo) {
  TestModel model = layer();
  model.addWeight("gamma", counting({2}));
  model.addNode("LayerNormalization", {"y", "gamma"}, {"n"});
  std::string text = import(model, {.reinitialize = true});
  EXPECT_THAT(text, AllOf(HasSubstr("\"fc.weight\" uniform(0.577350259)"),
                          HasSubstr("\"fc.bias\" uniform(0.577350259)"),
                          HasSubstr("\"gamma\" constant(1.000000e+00)")));
}

TEST_F(OnnxParameters, EqualElementsTakeNoRoom) {
  TestModel model({4, 3});
  model.addWeight("w", Tensor({ElementType::float32, {3, 2}},
                              std::string(floats({1}, {0.25f}).bytes())));
  model.addNode("MatMul", {"x", "w"});
  EXPECT_THAT(import(model), HasSubstr("\"w\" constant(2.500000e-01)"));
}

TEST_F(OnnxParameters, OtherFloatsAreRounded) {
  TestModel model({4, 1});
  double numbers[] = {0.5, -2};
  model.addWeight("w", {{ElementType::float64, {1, 2}},
                        std::string(reinterpret_cast<const char *>(numbers),
                                    sizeof numbers)});
  model.addNode("MatMul", {"x", "w"});
  EXPECT_THAT(import(model), HasSubstr("0000003F000000C0"));
  numbers[1] = 1e300;
  model.model.graph.initializers[0].tensor = {
      {ElementType::float64, {1, 2}},
      std::string(reinterpret_cast<const char *>(numbers), sizeof numbers)};
  EXPECT_THAT(import(model), HasSubstr("'w' can't be a parameter"));
}

TEST_F(OnnxParameters, PyTorchsNoteSaysWhatIsTrained) {
  TestModel model = layer();
  const std::string key = "pkg.torch.export.ExportedProgram.graph_signature";
  model.model.graph.metadata[key] =
      "# inputs\np_fc_weight: PARAMETER target='fc.weight'\n"
      "b_bias: BUFFER target='fc.bias' persistent=True\nx: USER_INPUT\n";
  EXPECT_THAT(import(model),
              AllOf(HasSubstr("detach %2"), Not(HasSubstr("detach %1"))));
  model.model.graph.metadata[key] += "p_a: PARAMETER target='a.weight'\n";
  EXPECT_THAT(import(model),
              AllOf(HasSubstr("the parameter 'a.weight' of the PyTorch model "
                              "is lost"),
                    HasSubstr("do_constant_folding=False")));
}

TEST_F(OnnxParameters, WhatAnExporterHasComputedIsRefused) {
  TestModel model({4, 3});
  model.addWeight("onnx::MatMul_12", counting({3, 2}));
  model.addNode("MatMul", {"x", "onnx::MatMul_12"});
  EXPECT_THAT(import(model),
              HasSubstr("the exporter has computed 'onnx::MatMul_12'"));
}

TEST_F(OnnxBatches, AnotherBatchChangesBakedShapes) {
  TestModel model({2, 3, 4});
  model.addWeight("to rows", integers({2, 12}));
  model.addWeight("to one", integers({-1}));
  model.addWeight("back", integers({6, 4}));
  model.addNode("Reshape", {"x", "to rows"}, {"a"});
  model.addNode("Reshape", {"a", "back"}, {"b"});
  model.addNode("Reshape", {"b", "to rows"});
  EXPECT_THAT(import(model, {.batch = 10}),
              AllOf(HasSubstr("-> tensor<10x12xf32>"),
                    HasSubstr("-> tensor<30x4xf32>")));
}

TEST_F(OnnxBatches, OpenDimensionsNeedSizes) {
  TestModel model({1, 1, 4});
  model.model.graph.inputs[0].shape = {
      {std::nullopt, "N"}, {std::nullopt, "h"}, {4, ""}};
  model.addNode("Relu", {"x"});
  EXPECT_THAT(import(model), HasSubstr("how many samples the input 'x' has is "
                                       "open; --batch N says it"));
  EXPECT_THAT(import(model, {.batch = 3}),
              HasSubstr("dimension 1 of the input 'x' has no size; --dim h=N "
                        "says it"));
  EXPECT_THAT(import(model, {.batch = 3, .dimensions = {{"h", 5}}}),
              HasSubstr("input : tensor<3x5x4xf32>"));
  EXPECT_THAT(import(model, {.dimensions = {{"h", 5}, {"N", 2}}}),
              HasSubstr("input : tensor<2x5x4xf32>"));
  EXPECT_THAT(import(model, {.batch = 1 << 30,
                             .dimensions = {{"h", int64_t(1) << 30}}}),
              HasSubstr("the input 'x' can't have the shape"));
}

TEST_F(OnnxRefusals, AllNodesAreListed) {
  TestModel model({4, 3});
  model.addNode("Frobnicate", {"x"}, {"a"});
  model.addNode("Relu", {"a"}, {"b"});
  Node &last = model.addNode("Elu", {"x"}, {"c"});
  last.name = "act";
  last.attributes = {{"alpha", std::string("one")}};
  model.addNode("Add", {"b", "c"});
  EXPECT_THAT(import(model),
              HasSubstr("m.onnx: 2 nodes can't be taken:\n"
                        "  node 0 (Frobnicate): the op Frobnicate is not "
                        "supported\n"
                        "  node 2 'act' (Elu): the attribute 'alpha' is a "
                        "string\n"));
}

TEST_F(OnnxRefusals, WhatFollowsFromARefusalIsNotListed) {
  TestModel model({4, 3});
  model.addNode("Frobnicate", {"x"}, {"a"});
  model.addNode("Shape", {"a"}, {"s"});
  model.addNode("Reshape", {"x", "s"});
  EXPECT_THAT(import(model), HasSubstr("a node can't be taken:\n  node 0"));
}

TEST_F(OnnxRefusals, CastsToFloatsAreNothing) {
  TestModel model({4, 3});
  model.addWeight("w", counting({3}));
  model.addNode("CastLike", {"w", "x"}, {"v"});
  model.addNode("Mul", {"x", "v"});
  EXPECT_THAT(import(model), HasSubstr("parameter \"w\""));
  model.addNode("Cast", {"y"}, {"z"}).attributes = {{"to", int64_t(7)}};
  EXPECT_THAT(import(model),
              HasSubstr("node 2 (Cast): casts computed values to int64"));
}

TEST_F(OnnxRefusals, AnErrorOfARuleNamesTheNode) {
  TestModel model({4, 3});
  model.addWeight("w", counting({2}));
  model.addNode("Add", {"x", "w"});
  EXPECT_THAT(import(model), HasSubstr("node 0 (Add): A1: "));
}

TEST_F(OnnxRefusals, InputsAreOfFloats) {
  TestModel tokens({4, 3});
  tokens.model.graph.inputs[0].element = ElementType::int64;
  tokens.addNode("Relu", {"x"});
  EXPECT_THAT(import(tokens),
              HasSubstr("the input 'x' is of int64; floats are supported"));
}

TEST_F(OnnxNormalizations, OnesAndZerosOfInstancesAreNoParameters) {
  TestModel model({4, 2, 3});
  for (auto [name, number] : {std::pair("one", 1.0f), std::pair("zero", 0.0f)})
    model.addNode("Constant", {}, {name}).attributes = {
        {"value", floats({2}, {number, number})}};
  model.addNode("InstanceNormalization", {"x", "one", "zero"});
  EXPECT_THAT(import(model),
              AllOf(HasSubstr("normalize %0"), Not(HasSubstr("parameter"))));
}

/// Returns a model with a batch normalisation of three channels.
static TestModel batchNormalization() {
  TestModel model({4, 3, 2, 2});
  for (const char *name : {"scale", "offset", "mean", "variance"})
    model.addWeight(name, counting({3}));
  model.addNode("BatchNormalization",
                {"x", "scale", "offset", "mean", "variance"});
  return model;
}

TEST_F(OnnxNormalizations, StatisticsOfTheFileAreConstants) {
  EXPECT_THAT(import(batchNormalization()),
              AllOf(HasSubstr("rsqrt"), HasSubstr("detach"),
                    Not(HasSubstr("batch_norm"))));
}

TEST_F(OnnxNormalizations, TrainingKeepsTheStatisticsOfTheFile) {
  TestModel model = batchNormalization();
  auto keepsThem =
      AllOf(HasSubstr("parameter \"mean\" values"),
            HasSubstr("parameter \"variance\" values"),
            HasSubstr("batch_norm %0, %1, %2 :"), Not(HasSubstr("detach")));
  EXPECT_THAT(import(model, {.trainBatchNorm = true}), keepsThem);
  // Statistics begin anew with the parameters.
  EXPECT_THAT(import(model, {.trainBatchNorm = true, .reinitialize = true}),
              AllOf(HasSubstr("parameter \"mean\" constant(0.0"),
                    HasSubstr("parameter \"variance\" constant(1.0")));
  model.model.graph.nodes[0].attributes = {{"training_mode", int64_t(1)}};
  EXPECT_THAT(import(model), keepsThem);
  // PyTorch's running variance is another one than ONNX's.
  auto unbiased = HasSubstr("unbiased_running_variance");
  EXPECT_THAT(import(model, {.runningVariance = RunningVariance::unbiased}),
              unbiased);
  model.model.producer = "pytorch";
  EXPECT_THAT(import(model), unbiased);
  EXPECT_THAT(import(model, {.runningVariance = RunningVariance::biased}),
              Not(unbiased));
  model.model.producer = "";
  model.model.graph.nodes[0].attributes.push_back({"momentum", 0.75f});
  EXPECT_THAT(import(model), HasSubstr("{momentum = 7.5"));
}

TEST_F(OnnxNormalizations, StatisticsBelongToOneNode) {
  TestModel model = batchNormalization();
  model.model.graph.nodes[0].inputs[3] = "offset";
  model.model.graph.nodes[0].attributes = {{"training_mode", int64_t(1)}};
  model.model.graph.nodes[0].inputs[4] = "offset";
  EXPECT_THAT(import(model),
              HasSubstr("node 0 (BatchNormalization): another operand is "
                        "'offset', too"));
  TestModel computed({3});
  computed.addWeight("scale", counting({3}));
  computed.addNode("BatchNormalization", {"x", "scale", "scale", "x", "scale"});
  EXPECT_THAT(import(computed, {.trainBatchNorm = true}), HasSubstr("needs"));
}
