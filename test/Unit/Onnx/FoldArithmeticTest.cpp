//===- FoldArithmeticTest.cpp - Tests of folding arithmetic ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What ONNX's own tests of nodes leave out: integers, the edges of types,
// versions of operators, and what is refused.
//
//===----------------------------------------------------------------------===//

#include "FoldNodes.h"

#include <gmock/gmock.h>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;

TEST(OnnxFoldArithmetic, IntegersWrapAround) {
  Tensor edge = integers({2}, {most<int64_t>, least<int64_t>});
  EXPECT_THAT(wholeOf(make(node("Add"), {edge, one})),
              ElementsAre(least<int64_t>, least<int64_t> + 1));
  EXPECT_THAT(wholeOf(make(node("Neg"), {edge})),
              ElementsAre(-most<int64_t>, least<int64_t>));
  EXPECT_THAT(wholeOf(make(node("Abs"), {edge})),
              ElementsAre(most<int64_t>, least<int64_t>));
  Tensor small = tensorOf<uint8_t>(ElementType::uint8, {1}, {200});
  EXPECT_THAT(wholeOf(make(node("Mul"), {small, small})), ElementsAre(64));
  Tensor words = tensorOf<uint16_t>(ElementType::uint16, {1}, {65535});
  EXPECT_THAT(wholeOf(make(node("Mul"), {words, words})), ElementsAre(1));
}

TEST(OnnxFoldArithmetic, IntegersAreDividedTowardsZero) {
  Tensor left = integers({3}, {-7, 7, least<int64_t>});
  Tensor right = integers({3}, {2, -2, -1});
  EXPECT_THAT(wholeOf(make(node("Div"), {left, right})),
              ElementsAre(-3, -3, least<int64_t>));
}

TEST(OnnxFoldArithmetic, RemaindersHaveASign) {
  Tensor left = integers({3}, {-7, 7, least<int64_t>});
  Tensor right = integers({3}, {3, -3, -1});
  EXPECT_THAT(wholeOf(make(node("Mod"), {left, right})), ElementsAre(2, -2, 0));
  EXPECT_THAT(wholeOf(make(node("Mod", {number("fmod", 1)}), {left, right})),
              ElementsAre(-1, 1, 0));
  EXPECT_THAT(problem(node("Mod"), {floats({}, {1}), floats({}, {1})}),
              HasSubstr("'fmod' must be 1"));
}

TEST(OnnxFoldArithmetic, DivisionByZeroIsRefusedForIntegersOnly) {
  for (const char *op : {"Div", "Mod"})
    EXPECT_EQ(problem(node(op), {matrix, zero}),
              std::string("node 3 'n' (") + op +
                  "): it divides an integer by 0");
  EXPECT_EQ(
      make(node("Div"), {floats({}, {1}), floats({}, {0})}).toFloats()->at(0),
      std::numeric_limits<float>::infinity());
}

TEST(OnnxFoldArithmetic, PowersOfIntegers) {
  Tensor base = integers({4}, {3, -1, 2, 0});
  EXPECT_THAT(wholeOf(make(node("Pow"), {base, integers({}, {3})})),
              ElementsAre(27, -1, 8, 0));
  EXPECT_THAT(wholeOf(make(node("Pow"), {base, integers({}, {-3})})),
              ElementsAre(0, -1, 0, 0));
  EXPECT_THAT(wholeOf(make(node("Pow"), {base, floats({}, {0.5f})})),
              ElementsAre(1, 0, 1, 0));
  EXPECT_THAT(wholeOf(make(node("Pow"), {base, integers({}, {most<int64_t>})})),
              ElementsAre(-6148914691236517205, -1, 0, 0));
}

TEST(OnnxFoldArithmetic, NotANumberStaysInExtremes) {
  float nan = std::numeric_limits<float>::quiet_NaN();
  Tensor left = floats({2}, {nan, 1}), right = floats({2}, {1, nan});
  for (const char *op : {"Min", "Max"}) {
    auto values = make(node(op), {left, right}).toFloats();
    EXPECT_THAT(*values, ElementsAre(IsNan(), IsNan()));
  }
}

TEST(OnnxFoldArithmetic, TruthValues) {
  Tensor a = bools({4}, {0, 0, 1, 1}), b = bools({4}, {0, 1, 0, 2});
  EXPECT_THAT(wholeOf(make(node("Not"), {a})), ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(wholeOf(make(node("Xor"), {a, b})), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(wholeOf(make(node("Equal"), {a, b})), ElementsAre(1, 0, 0, 1));
}

TEST(OnnxFoldArithmetic, SignsCountInComparisons) {
  Tensor a = integers({2}, {-1, 1}), b = integers({2}, {0, 0});
  EXPECT_THAT(wholeOf(make(node("Less"), {a, b})), ElementsAre(1, 0));
}

TEST(OnnxFoldArithmetic, CastsOutOfRangeSaturate) {
  float nan = std::numeric_limits<float>::quiet_NaN();
  Tensor values = floats({4}, {1e30f, -1e30f, nan, -2.9f});
  EXPECT_THAT(wholeOf(make(node("Cast", {number("to", 7)}), {values})),
              ElementsAre(most<int64_t>, least<int64_t>, 0, -2));
  EXPECT_THAT(wholeOf(make(node("Cast", {number("to", 2)}), {values})),
              ElementsAre(255, 0, 0, 0));
  EXPECT_THAT(wholeOf(make(node("Cast", {number("to", 9)}), {values})),
              ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(problem(node("Cast", {number("to", 8)}), {values}),
              HasSubstr("its element type is string"));
  EXPECT_THAT(problem(node("Cast"), {values}),
              HasSubstr("it has no attribute 'to'"));
}

TEST(OnnxFoldArithmetic, ReductionsOfAllVersions) {
  Tensor axis = integers({1}, {1});
  EXPECT_THAT(wholeOf(make(node("ReduceMax", {list("axes", {1})}), {matrix})),
              ElementsAre(3, 6));
  EXPECT_THAT(wholeOf(make(node("ReduceMax"), {matrix, axis}, 18)),
              ElementsAre(3, 6));
  EXPECT_THAT(wholeOf(make(node("ReduceMean"), {matrix})), ElementsAre(3));
  EXPECT_EQ(
      make(node("ReduceSum", {number("noop_with_empty_axes", 1)}), {matrix})
          .bytes(),
      matrix.bytes());
  EXPECT_EQ(
      toText(
          make(node("ReduceSum", {number("keepdims", 0)}), {matrix}).extents()),
      "[]");
}

TEST(OnnxFoldArithmetic, ReductionsOfNothing) {
  Tensor empty = floats({2, 0}, {});
  Node along = node("ReduceSum", {list("axes", {1}), number("keepdims", 0)});
  EXPECT_THAT(*make(along, {empty}, 11).toFloats(), ElementsAre(0, 0));
  along.op = "ReduceProd";
  EXPECT_THAT(*make(along, {empty}).toFloats(), ElementsAre(1, 1));
  along.op = "ReduceMax";
  EXPECT_EQ(make(along, {empty}).toFloats()->at(0),
            -std::numeric_limits<float>::infinity());
}

TEST(OnnxFoldArithmetic, LongSumsOfFloatsAreExact) {
  Tensor ones = make(node("ConstantOfShape", {{"value", floats({1}, {1})}}),
                     {integers({1}, {(1 << 24) + 2})});
  EXPECT_THAT(*make(node("ReduceSum"), {ones}).toFloats(),
              ElementsAre(float((1 << 24) + 2)));
}

TEST(OnnxFoldArithmetic, TrianglesAndSumsOfOtherTypes) {
  Tensor truths = bools({2, 2}, {1, 1, 1, 1});
  EXPECT_THAT(wholeOf(make(node("Trilu"), {truths})), ElementsAre(1, 1, 0, 1));
  Tensor far = integers({}, {most<int64_t>});
  EXPECT_THAT(wholeOf(make(node("Trilu"), {truths, far})),
              ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(problem(node("Trilu"), {integers({1}, {1})}),
              HasSubstr("two dimensions or more"));
  EXPECT_THAT(wholeOf(make(node("CumSum"), {matrix, one})),
              ElementsAre(1, 3, 6, 4, 9, 15));
  EXPECT_THAT(problem(node("CumSum"), {matrix, integers({}, {2})}),
              HasSubstr("there is no axis 2"));
}
