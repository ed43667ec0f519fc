//===- FoldShapesTest.cpp - Tests of folding ops that move elements -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What ONNX's own tests of nodes leave out: versions of operators, positions
// beyond the ends, and what is refused.
//
//===----------------------------------------------------------------------===//

#include "FoldNodes.h"

#include <gmock/gmock.h>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(OnnxFoldShapes, EveryFormOfConstants) {
  EXPECT_EQ(make(node("Constant", {{"value", matrix}}), {}).bytes(),
            matrix.bytes());
  EXPECT_THAT(wholeOf(make(node("Constant", {number("value_int", 4)}), {})),
              ElementsAre(4));
  EXPECT_THAT(wholeOf(make(node("Constant", {list("value_ints", {4, 5})}), {})),
              ElementsAre(4, 5));
  EXPECT_THAT(*make(node("Constant", {{"value_float", 0.5f}}), {}).toFloats(),
              ElementsAre(0.5f));
  EXPECT_THAT(
      *make(node("Constant", {{"value_floats", std::vector<float>{1, 2}}}), {})
           .toFloats(),
      ElementsAre(1, 2));
  EXPECT_THAT(
      problem(node("Constant", {{"value_string", std::string("s")}}), {}),
      HasSubstr("'value_string' is not supported"));
  EXPECT_THAT(problem(node("Constant"), {}), HasSubstr("it has 0 attributes"));
}

TEST(OnnxFoldShapes, RangesAreCounted) {
  EXPECT_THAT(wholeOf(make(node("Range"),
                           {integers({}, {5}), zero, integers({}, {-2})})),
              ElementsAre(5, 3, 1));
  EXPECT_EQ(make(node("Range"), {one, zero, one}).count(), 0);
  EXPECT_THAT(problem(node("Range"), {zero, one, zero}),
              HasSubstr("its step is 0"));
  EXPECT_THAT(problem(node("Range"), {integers({}, {least<int64_t>}),
                                      integers({}, {most<int64_t>}), one}),
              HasSubstr("too many for a constant"));
  EXPECT_THAT(problem(node("Range"), {matrix, one, one}),
              HasSubstr("operand 0 is int64[2, 3]; it must have one element"));
}

TEST(OnnxFoldShapes, SlicesOfBothVersions) {
  Node old = node(
      "Slice", {list("starts", {1}), list("ends", {100}), list("axes", {1})});
  EXPECT_THAT(wholeOf(make(old, {matrix}, 9)), ElementsAre(2, 3, 5, 6));
  Tensor minusOne = integers({1}, {-1}), farBack = integers({1}, {-100});
  EXPECT_THAT(wholeOf(make(node("Slice"),
                           {matrix, minusOne, farBack, minusOne, minusOne})),
              ElementsAre(3, 2, 1, 6, 5, 4));
  Tensor edge = integers({1}, {most<int64_t>});
  EXPECT_THAT(wholeOf(make(node("Slice"), {matrix, integers({1}, {0}), edge,
                                           Operand(), edge})),
              ElementsAre(1, 2, 3));
  Tensor lowest = integers({1}, {least<int64_t>});
  EXPECT_THAT(
      wholeOf(make(node("Slice"), {matrix, edge, lowest, Operand(), lowest})),
      ElementsAre(4, 5, 6));
}

TEST(OnnxFoldShapes, SlicesAreChecked) {
  Tensor list = integers({1}, {0}), two = integers({2}, {0, 0});
  EXPECT_THAT(problem(node("Slice"), {matrix, list, two}),
              HasSubstr("differ in number"));
  EXPECT_THAT(problem(node("Slice"), {matrix, list, list, list, list}),
              HasSubstr("a step is 0"));
  EXPECT_THAT(problem(node("Slice"), {matrix, list, list, integers({1}, {2})}),
              HasSubstr("there is no axis 2 among 2 dimensions"));
  EXPECT_THAT(problem(node("Slice"), {matrix, two, two, two}),
              HasSubstr("the axis 0 is listed twice"));
}

TEST(OnnxFoldShapes, SplitsOfAllVersions) {
  Tensor row = integers({5}, {1, 2, 3, 4, 5});
  auto parts = fold(node("Split", {list("split", {2, 3})}, 2), {row}, 11);
  ASSERT_TRUE(parts) << parts.message();
  EXPECT_THAT(wholeOf(parts->at(1)), ElementsAre(3, 4, 5));
  parts = fold(node("Split", {}, 2), {row, integers({2}, {4, 1})}, 13);
  ASSERT_TRUE(parts) << parts.message();
  EXPECT_THAT(wholeOf(parts->at(1)), ElementsAre(5));
  parts = fold(node("Split", {number("num_outputs", 2)}, 2), {row}, 18);
  ASSERT_TRUE(parts) << parts.message();
  EXPECT_THAT(wholeOf(parts->at(0)), ElementsAre(1, 2, 3));
  EXPECT_THAT(problem(node("Split", {}, 2), {row}, 13),
              HasSubstr("5 can't be split into 2 outputs"));
  EXPECT_THAT(problem(node("Split", {}, 2), {row, integers({2}, {7, -2})}),
              HasSubstr("2 parts of 5 can't be the 2 outputs"));
  EXPECT_THAT(problem(node("Split", {}, 4), {row}, 18),
              HasSubstr("can't be the 4 outputs"));
}

TEST(OnnxFoldShapes, SqueezesOfBothVersions) {
  Tensor tensor = integers({1, 2, 1}, {1, 2});
  EXPECT_EQ(toText(make(node("Squeeze"), {tensor}).extents()), "[2]");
  EXPECT_EQ(
      toText(
          make(node("Squeeze", {list("axes", {0})}), {tensor}, 11).extents()),
      "[2, 1]");
  EXPECT_EQ(
      toText(make(node("Unsqueeze", {list("axes", {0, -1})}), {tensor}, 11)
                 .extents()),
      "[1, 1, 2, 1, 1]");
  EXPECT_EQ(toText(make(node("Unsqueeze"), {tensor, one}).extents()),
            "[1, 1, 2, 1]");
  EXPECT_THAT(problem(node("Squeeze"), {tensor, one}),
              HasSubstr("dimension 1 of [1, 2, 1] is not 1"));
  EXPECT_THAT(problem(node("Unsqueeze"), {tensor, integers({2}, {0, 0})}),
              HasSubstr("the axis 0 is listed twice"));
  EXPECT_THAT(problem(node("Unsqueeze"), {tensor}), HasSubstr("has no axes"));
}

TEST(OnnxFoldShapes, ReshapesAreChecked) {
  Node reshape = node("Reshape");
  EXPECT_EQ(toText(make(reshape, {matrix, integers({2}, {0, -1})}).extents()),
            "[2, 3]");
  EXPECT_THAT(problem(reshape, {matrix, integers({2}, {-1, -1})}),
              HasSubstr("two of its new extents are -1"));
  EXPECT_THAT(problem(reshape, {matrix, integers({1}, {4})}),
              HasSubstr("int64[2, 3] can't get the extents [4]"));
  EXPECT_THAT(problem(reshape, {matrix, integers({2}, {4, -1})}),
              HasSubstr("can't get the extents [4, 1]"));
  EXPECT_THAT(problem(reshape, {matrix, integers({3}, {6, 1, 0})}),
              HasSubstr("take over number 2 of [2, 3]"));
  EXPECT_THAT(problem(node("Reshape", {number("allowzero", 1)}),
                      {integers({0}, {}), integers({2}, {0, -1})}),
              HasSubstr("the extent -1 can't be computed"));
  EXPECT_THAT(problem(reshape, {matrix, matrix}),
              HasSubstr("operand 1 is int64[2, 3]; it must be a list"));
}

TEST(OnnxFoldShapes, IndicesMustBeInRange) {
  Tensor beyond = integers({1}, {2}), below = integers({1}, {-3});
  for (const Tensor &index : {beyond, below})
    EXPECT_THAT(problem(node("Gather"), {matrix, index}),
                HasSubstr("is out of range; there are 2 positions"));
  EXPECT_THAT(problem(node("GatherElements"), {matrix, integers({1, 1}, {2})}),
              HasSubstr("the index 2 is out of range"));
  EXPECT_THAT(problem(node("GatherND"), {matrix, integers({1, 2}, {0, 3})}),
              HasSubstr("the index 3 is out of range; there are 3"));
  EXPECT_THAT(problem(node("Gather"), {matrix, floats({1}, {0})}),
              HasSubstr("they must be int32 or int64"));
  Tensor splat = make(node("ConstantOfShape"), {integers({1}, {2})});
  EXPECT_THAT(problem(node("Gather"), {splat, beyond}),
              HasSubstr("out of range"));
}

TEST(OnnxFoldShapes, GatheringChecksExtents) {
  EXPECT_THAT(problem(node("GatherND"), {matrix, integers({1, 3}, {0, 0, 0})}),
              HasSubstr("don't fit those of the data"));
  EXPECT_THAT(problem(node("GatherND", {number("batch_dims", 1)}),
                      {matrix, integers({1, 1}, {0})}),
              HasSubstr("with 1 dimensions of a batch"));
  EXPECT_THAT(problem(node("GatherElements"), {matrix, integers({1}, {0})}),
              HasSubstr("don't fit those of the data"));
  EXPECT_THAT(problem(node("Gather", {number("axis", 2)}), {matrix, one}),
              HasSubstr("there is no axis 2"));
}

TEST(OnnxFoldShapes, ConcatenationsAreChecked) {
  EXPECT_THAT(problem(node("Concat", {number("axis", 1)}),
                      {matrix, integers({1, 3}, {1, 2, 3})}),
              HasSubstr("can't be put together along axis 1"));
  EXPECT_THAT(problem(node("Concat"), {matrix}), HasSubstr("has no axis"));
}

TEST(OnnxFoldShapes, OneHotOutOfRangeIsOff) {
  Tensor indices = integers({3}, {0, 5, -1}), values = integers({2}, {7, 9});
  EXPECT_THAT(
      wholeOf(make(node("OneHot"), {indices, integers({}, {2}), values})),
      ElementsAre(9, 7, 7, 7, 7, 9));
  EXPECT_THAT(problem(node("OneHot"), {indices, integers({}, {-2}), values}),
              HasSubstr("its depth is -2"));
}
