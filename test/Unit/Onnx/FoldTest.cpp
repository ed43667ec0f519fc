//===- FoldTest.cpp - Tests of folding nodes ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What holds for all ops: which can be folded, operands, attributes, types,
// extents, limits of results, and tensors of equal elements.
//
//===----------------------------------------------------------------------===//

#include "FoldNodes.h"

#include <gmock/gmock.h>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(OnnxFold, KnowsWhatItCanFold) {
  const TensorType known = {ElementType::float32, {2, 3}};
  EXPECT_TRUE(isFoldable(node("Add"), {matrix, matrix}));
  EXPECT_FALSE(isFoldable(node("Add"), {matrix, known}));
  EXPECT_TRUE(isFoldable(node("Shape"), {known}));
  EXPECT_TRUE(isFoldable(node("Size"), {known}));
  EXPECT_TRUE(isFoldable(node("EyeLike"), {known}));
  EXPECT_TRUE(isFoldable(node("CastLike"), {matrix, known}));
  EXPECT_FALSE(isFoldable(node("CastLike"), {known, matrix}));
  EXPECT_FALSE(isFoldable(node("Conv"), {matrix, matrix}));
  Node other = node("Add");
  other.domain = "com.microsoft";
  EXPECT_FALSE(isFoldable(other, {matrix, matrix}));
}

TEST(OnnxFold, RandomNumbersAreNeverFolded) {
  for (const char *op :
       {"RandomNormal", "RandomUniform", "RandomNormalLike",
        "RandomUniformLike", "Bernoulli", "Multinomial", "Dropout"})
    EXPECT_FALSE(isFoldable(node(op), {matrix})) << op;
  EXPECT_EQ(problem(node("Bernoulli"), {matrix}),
            "node 3 'n' (Bernoulli): the op can't be folded");
}

TEST(OnnxFold, ShapesOfValuesThatAreNoConstants) {
  const TensorType known = {ElementType::float32, {2, 3, 5}};
  EXPECT_THAT(wholeOf(make(node("Shape"), {known})), ElementsAre(2, 3, 5));
  EXPECT_THAT(wholeOf(make(node("Shape", {number("start", -2)}), {known})),
              ElementsAre(3, 5));
  EXPECT_THAT(wholeOf(make(node("Size"), {known})), ElementsAre(30));
}

TEST(OnnxFold, OperandsAreChecked) {
  EXPECT_THAT(problem(node("Add"), {matrix}),
              HasSubstr("operand 1 is missing"));
  EXPECT_THAT(problem(node("Add"), {matrix, Operand()}),
              HasSubstr("operand 1 is missing"));
  EXPECT_THAT(problem(node("Neg"), {matrix, matrix}),
              HasSubstr("it has 2 operands; 1 are the most"));
  EXPECT_THAT(problem(node("Neg"), {matrix.type()}),
              HasSubstr("operand 0 is no constant"));
  EXPECT_THAT(problem(node("Sum"), {matrix, Operand()}),
              HasSubstr("operand 1 is missing"));
}

TEST(OnnxFold, OpsHaveAFirstVersion) {
  EXPECT_EQ(problem(node("Trilu"), {matrix}, 13),
            "node 3 'n' (Trilu): the op exists since version 14 of ONNX's "
            "operators, but the model uses 13");
}

TEST(OnnxFold, AttributesHaveKinds) {
  EXPECT_EQ(problem(node("Concat", {list("axis", {0})}), {matrix}),
            "node 3 'n' (Concat): the attribute 'axis' is a list of integers; "
            "it must be an integer");
}

TEST(OnnxFold, TypesMustFit) {
  EXPECT_THAT(problem(node("Add"), {matrix, floats({1}, {1})}),
              HasSubstr("of different types, int64 and float32"));
  EXPECT_THAT(problem(node("Add"), {bools({1}, {1}), bools({1}, {1})}),
              HasSubstr("the operands are bool"));
  EXPECT_THAT(problem(node("Exp"), {matrix}),
              HasSubstr("its operand is int64"));
  EXPECT_THAT(problem(node("And"), {matrix, matrix}),
              HasSubstr("it wants bool"));
}

TEST(OnnxFold, ExtentsMustFit) {
  EXPECT_EQ(problem(node("Add"), {matrix, integers({2}, {1, 2})}),
            "node 3 'n' (Add): its operands don't fit each other: int64[2, 3] "
            "and int64[2]");
  EXPECT_THAT(problem(node("Equal"), {matrix, integers({2}, {1, 2})}),
              HasSubstr("extents [2, 3] and [2]"));
}

TEST(OnnxFold, EmptyTensorsAreBroadcast) {
  Tensor empty = integers({0, 3}, {});
  Tensor sum = make(node("Add"), {empty, integers({1, 1}, {7})});
  EXPECT_EQ(toText(sum.type()), "int64[0, 3]");
  EXPECT_EQ(sum.bytes().size(), 0u);
}

TEST(OnnxFold, ResultsHaveALimit) {
  Tensor extents = integers({2}, {1 << 20, 1 << 20});
  EXPECT_THAT(problem(node("ConstantOfShape"), {extents}),
              HasSubstr("takes more than 2147483648 bytes, too many"));
  Tensor beyond = integers({2}, {most<int64_t>, most<int64_t>});
  EXPECT_THAT(problem(node("ConstantOfShape"), {beyond}),
              HasSubstr("too many for a constant"));
  EXPECT_THAT(problem(node("Expand"), {matrix, integers({3}, {1 << 30, 1, 1})}),
              HasSubstr("too many for a constant"));
  EXPECT_THAT(
      problem(node("Tile"), {matrix, integers({2}, {most<int64_t>, 1})}),
      HasSubstr("can't be repeated"));
  EXPECT_THAT(problem(node("ConstantOfShape"), {integers({1}, {-1})}),
              HasSubstr("too many for a constant"));
}

TEST(OnnxFold, SplatsStaySplats) {
  Tensor weights = make(node("ConstantOfShape", {{"value", floats({1}, {2})}}),
                        {integers({2}, {1 << 14, 1 << 14})});
  EXPECT_EQ(weights.bytes().size(), 4u);
  Tensor turned = make(node("Transpose"), {weights});
  Tensor sum = make(node("Add"), {turned, floats({}, {1})});
  EXPECT_EQ(toText(sum.type()), "float32[16384, 16384]");
  EXPECT_EQ(sum.bytes().size(), 4u);
  EXPECT_EQ(make(node("Exp"), {sum}).bytes().size(), 4u);
}

TEST(OnnxFold, ASplatBesideOtherElementsIsSpread) {
  Tensor twos = make(node("ConstantOfShape", {{"value", integers({1}, {2})}}),
                     {integers({2}, {2, 3})});
  EXPECT_THAT(wholeOf(make(node("Mul"), {matrix, twos})),
              ElementsAre(2, 4, 6, 8, 10, 12));
  EXPECT_THAT(
      wholeOf(make(node("Concat", {number("axis", 0)}), {twos, matrix})),
      ElementsAre(2, 2, 2, 2, 2, 2, 1, 2, 3, 4, 5, 6));
}

TEST(OnnxFold, ListsHaveALimit) {
  Tensor many = make(node("ConstantOfShape", {{"value", integers({1}, {1})}}),
                     {integers({1}, {1 << 20})});
  EXPECT_THAT(problem(node("Reshape"), {matrix, many}),
              HasSubstr("has 1048576 elements; 64 are the most"));
}
