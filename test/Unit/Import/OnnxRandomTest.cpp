//===- OnnxRandomTest.cpp - Any nodes on any operands ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files come from anywhere: nodes with operands and attributes of wrong kinds,
// ranks and sizes are refused with a sentence or taken, and nothing else.
//
//===----------------------------------------------------------------------===//

#include "OnnxModels.h"

#include <array>
#include <limits>
#include <random>

using namespace layerpipe;
using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;

namespace {

constexpr const char *ops[] = {"Add",
                               "AveragePool",
                               "BatchNormalization",
                               "Cast",
                               "Clip",
                               "Concat",
                               "Conv",
                               "ConvTranspose",
                               "DepthToSpace",
                               "Div",
                               "Dropout",
                               "Elu",
                               "Expand",
                               "Flatten",
                               "Gather",
                               "Gemm",
                               "GlobalAveragePool",
                               "GroupNormalization",
                               "HardSigmoid",
                               "Identity",
                               "InstanceNormalization",
                               "LRN",
                               "LayerNormalization",
                               "LogSoftmax",
                               "MatMul",
                               "Max",
                               "MaxPool",
                               "Mean",
                               "Mul",
                               "NegativeLogLikelihoodLoss",
                               "PRelu",
                               "Pad",
                               "Pow",
                               "ReduceL2",
                               "ReduceLogSumExp",
                               "ReduceMean",
                               "ReduceSum",
                               "Relu",
                               "Reshape",
                               "Resize",
                               "Shape",
                               "Slice",
                               "Softmax",
                               "SpaceToDepth",
                               "Split",
                               "Squeeze",
                               "Sub",
                               "Sum",
                               "Tanh",
                               "Transpose",
                               "Unsqueeze",
                               "Celu",
                               "MeanVarianceNormalization"};

constexpr const char *attributeNames[] = {"alpha",
                                          "axes",
                                          "axis",
                                          "auto_pad",
                                          "beta",
                                          "blocksize",
                                          "ceil_mode",
                                          "dilations",
                                          "epsilon",
                                          "group",
                                          "keepdims",
                                          "kernel_shape",
                                          "mode",
                                          "num_groups",
                                          "pads",
                                          "perm",
                                          "size",
                                          "split",
                                          "strides",
                                          "to",
                                          "transA",
                                          "transB",
                                          "training_mode",
                                          "allowzero",
                                          "count_include_pad",
                                          "output_padding"};

class OnnxRandomTest : public OnnxImportTest {
protected:
  size_t below(size_t limit) { return random() % limit; }
  int64_t number() {
    constexpr std::array<int64_t, 10> odd = {
        -1,
        0,
        std::numeric_limits<int64_t>::min(),
        std::numeric_limits<int64_t>::max(),
        int64_t(1) << 31,
        int64_t(1) << 24,
        -2,
        100,
        7,
        1};
    return below(4) == 0 ? odd[below(odd.size())] : int64_t(below(4));
  }
  std::vector<int64_t> integers() {
    std::vector<int64_t> values(below(6));
    for (int64_t &value : values)
      value = number();
    return values;
  }
  AttributeValue attribute() {
    switch (below(6)) {
    case 0:
      return float(number());
    case 1:
      return std::string(below(2) ? "SAME_UPPER" : "linear");
    case 2:
    case 3:
      return integers();
    default:
      return number();
    }
  }
  TestModel makeModel();

  std::mt19937_64 random{7};
};

} // namespace

TestModel OnnxRandomTest::makeModel() {
  constexpr std::array<int64_t, 5> opsets = {7, 11, 13, 17, 20};
  Extents input(1 + below(4));
  for (int64_t &extent : input)
    extent = int64_t(1 + below(4));
  TestModel model(input, opsets[below(opsets.size())]);
  Names names = {"x", ""};
  for (int i = 0; i < 4; ++i) {
    Extents extents(below(5));
    for (int64_t &extent : extents)
      extent = int64_t(below(5));
    names.push_back("f" + std::to_string(i));
    model.addWeight(names.back(), counting(extents));
    names.push_back("i" + std::to_string(i));
    model.addWeight(names.back(), onnx::test::integers(integers()));
  }
  for (size_t i = 0, count = 1 + below(5); i < count; ++i) {
    Names operands(below(5));
    for (std::string &operand : operands)
      operand = names[below(3) ? below(names.size()) : names.size() - 1];
    if (!operands.empty() && below(2))
      operands.front() = "x";
    Names outputs = {"v" + std::to_string(i)};
    if (below(4) == 0)
      outputs.push_back("w" + std::to_string(i));
    names.insert(names.end(), outputs.begin(), outputs.end());
    Node &node = model.addNode(ops[below(std::size(ops))], operands, outputs);
    for (size_t k = below(4); k > 0; --k)
      node.attributes.push_back(
          {attributeNames[below(std::size(attributeNames))], attribute()});
  }
  return model;
}

TEST_F(OnnxRandomTest, EveryModelIsTakenOrRefused) {
  int taken = 0, refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    TestModel model = makeModel();
    OnnxOptions options;
    options.batch = int64_t(below(2) * 3);
    options.reinitialize = below(2) != 0;
    options.trainBatchNorm = below(2) != 0;
    std::string text = import(model, options);
    ASSERT_FALSE(text.empty());
    ++(text.starts_with("module {") ? taken : refused);
  }
  EXPECT_GT(taken, 100);
  EXPECT_GT(refused, 100);
}
