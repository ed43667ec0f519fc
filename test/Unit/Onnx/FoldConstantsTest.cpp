//===- FoldConstantsTest.cpp - Tests of folding all nodes of a model ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Models.h"
#include "layerpipe/Onnx/Fold.h"

#include <gmock/gmock.h>

#include <cstdlib>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using ::onnx::ModelProto;
using ::onnx::TensorProto;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

bool all(const Initializer &) { return true; }

bool integersOnly(const Initializer &initializer) {
  return !isFloat(initializer.tensor.element());
}

Constants constantsOf(const ModelProto &proto,
                      const std::function<bool(const Initializer &)> &which) {
  Result<Model> model = read(proto);
  EXPECT_TRUE(model) << model.message();
  if (!model)
    return {};
  Result<Constants> constants = foldConstants(*model, which);
  EXPECT_TRUE(constants) << constants.message();
  return constants ? *constants : Constants();
}

/// Makes a model whose initializer s is a list of two integers.
ModelProto modelOfShape(int64_t rows, int64_t columns) {
  ModelProto model = smallModel();
  TensorProto &shape = addInitializer(model, "s", TensorProto::INT64, {2});
  shape.add_int64_data(rows);
  shape.add_int64_data(columns);
  return model;
}

} // namespace

TEST(OnnxFoldConstants, FollowsChainsAndStopsAtInputs) {
  ModelProto model = modelOfShape(2, 3);
  addNode(model, "ConstantOfShape", {"s"}, {"w"});
  addNode(model, "Identity", {"w"}, {"v"});
  addNode(model, "Identity", {"v"}, {"u"});
  addNode(model, "Add", {"u", "x"}, {"z"});
  Constants constants = constantsOf(model, all);
  EXPECT_EQ(constants.size(), 3u);
  EXPECT_EQ(toText(constants.at("u").type()), "float32[2, 3]");
}

TEST(OnnxFoldConstants, LeavesParametersAlone) {
  ModelProto model = modelOfShape(3, 1);
  TensorProto &weights = addInitializer(model, "w", TensorProto::FLOAT, {3});
  for (float value : {1, 2, 3})
    weights.add_float_data(value);
  addNode(model, "Reshape", {"w", "s"}, {"r"});
  addNode(model, "Identity", {"s"}, {"t"});
  EXPECT_EQ(constantsOf(model, all).size(), 2u);
  Constants constants = constantsOf(model, integersOnly);
  EXPECT_EQ(constants.size(), 1u);
  EXPECT_THAT(*constants.at("t").toIntegers(), ElementsAre(3, 1));
}

TEST(OnnxFoldConstants, AllConstantsTogetherHaveALimit) {
  ModelProto model = modelOfShape(10, 1);
  addNode(model, "Neg", {"s"}, {"a"});
  addNode(model, "Neg", {"a"}, {"b"});
  Result<Model> made = read(model);
  ASSERT_TRUE(made) << made.message();
  EXPECT_TRUE(foldConstants(*made, all, 32));
  EXPECT_EQ(foldConstants(*made, all, 31).message(),
            "node 2 (Neg): the constants that nodes make take more than 31 "
            "bytes together");
}

TEST(OnnxFoldConstants, ErrorsNameTheNode) {
  ModelProto model = modelOfShape(1, 0);
  addNode(model, "Div", {"s", "s"}, {"a"}).set_name("half");
  Result<Model> made = read(model);
  ASSERT_TRUE(made) << made.message();
  EXPECT_EQ(foldConstants(*made, all).message(),
            "node 1 'half' (Div): it divides an integer by 0");
}

TEST(OnnxFoldConstants, TheWeightsOfPublishedModelsAreSplats) {
  const char *folder = std::getenv("LAYERPIPE_TEST_DATA");
  if (!folder)
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of models";
  struct Published {
    std::string name;
    size_t nodes, constants;
    int64_t elements;
    size_t unused = 0; // initializers
  };
  // The second addend is the statistics of BatchNormalization.
  for (const Published &row :
       {Published{"bvlc_alexnet", 40, 16, 60965224},
        Published{"vgg19", 82, 36, 143667240},
        Published{"squeezenet", 105, 39, 1235496},
        Published{"shufflenet", 446, 243, 1393320 + 26832},
        Published{"resnet50", 415, 239, 25557032 + 53120, 1}}) {
    SCOPED_TRACE(row.name);
    Result<Model> model =
        readModel(std::string(folder) + "/onnx/light_" + row.name + ".onnx");
    ASSERT_TRUE(model) << model.message();
    EXPECT_EQ(model->opset(), 9);
    EXPECT_EQ(model->graph.nodes.size(), row.nodes);
    size_t initializers = model->graph.initializers.size();
    dropUnused(model->graph);
    EXPECT_EQ(model->graph.initializers.size() + row.unused, initializers);
    ASSERT_EQ(model->graph.inputs.size(), 1u);
    EXPECT_EQ(model->graph.inputs[0].shape->size(), 4u);
    Result<Constants> constants = foldConstants(*model, all);
    ASSERT_TRUE(constants) << constants.message();
    EXPECT_EQ(constants->size(), row.constants);
    int64_t elements = 0;
    for (const auto &[name, tensor] : *constants) {
      EXPECT_TRUE(tensor.isSplat()) << name;
      elements += tensor.count();
    }
    for (const Initializer &initializer : model->graph.initializers)
      if (isFloat(initializer.tensor.element()))
        elements += initializer.tensor.count();
    EXPECT_EQ(elements, row.elements);
  }
}
