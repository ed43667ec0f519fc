//===- FoldTest.cpp - Tests of folding nodes ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What ONNX's own tests of nodes leave out: versions of operators, other types,
// and everything that is refused.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Onnx/Fold.h"
#include "Models.h"

#include <gmock/gmock.h>

#include <limits>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsNan;

namespace {

Node node(const std::string &op, std::vector<Attribute> attributes = {},
          size_t outputs = 1) {
  Node made;
  made.index = 3;
  made.name = "n";
  made.op = op;
  made.outputs.resize(outputs, "y");
  made.attributes = std::move(attributes);
  return made;
}

Attribute list(const std::string &name, std::vector<int64_t> values) {
  return {name, std::move(values)};
}

Attribute number(const std::string &name, int64_t value) {
  return {name, value};
}

/// Returns what a node with one result makes, or a tensor of nothing.
Tensor make(const Node &node, const std::vector<Operand> &operands,
            int64_t opset = 17) {
  Result<std::vector<Tensor>> results = fold(node, operands, opset);
  EXPECT_TRUE(results) << results.message();
  return results ? results->at(0) : integers({0}, {});
}

std::vector<int64_t> wholeOf(const Tensor &tensor) {
  Result<std::vector<int64_t>> values = tensor.toIntegers();
  EXPECT_TRUE(values) << values.message();
  return values ? *values : std::vector<int64_t>();
}

std::string problem(const Node &node, const std::vector<Operand> &operands,
                    int64_t opset = 17) {
  return fold(node, operands, opset).message();
}

Tensor bools(const Extents &extents, const std::vector<uint8_t> &values) {
  return tensorOf(ElementType::boolean, extents, values);
}

template <typename T> constexpr T least = std::numeric_limits<T>::min();
template <typename T> constexpr T most = std::numeric_limits<T>::max();

const Tensor one = integers({}, {1}), zero = integers({}, {0});
const Tensor matrix = integers({2, 3}, {1, 2, 3, 4, 5, 6});

} // namespace

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

TEST(OnnxFold, IntegersWrapAround) {
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

TEST(OnnxFold, IntegersAreDividedTowardsZero) {
  Tensor left = integers({3}, {-7, 7, least<int64_t>});
  Tensor right = integers({3}, {2, -2, -1});
  EXPECT_THAT(wholeOf(make(node("Div"), {left, right})),
              ElementsAre(-3, -3, least<int64_t>));
}

TEST(OnnxFold, RemaindersHaveASign) {
  Tensor left = integers({3}, {-7, 7, least<int64_t>});
  Tensor right = integers({3}, {3, -3, -1});
  EXPECT_THAT(wholeOf(make(node("Mod"), {left, right})), ElementsAre(2, -2, 0));
  EXPECT_THAT(wholeOf(make(node("Mod", {number("fmod", 1)}), {left, right})),
              ElementsAre(-1, 1, 0));
  EXPECT_THAT(problem(node("Mod"), {floats({}, {1}), floats({}, {1})}),
              HasSubstr("'fmod' must be 1"));
}

TEST(OnnxFold, DivisionByZeroIsRefusedForIntegersOnly) {
  for (const char *op : {"Div", "Mod"})
    EXPECT_EQ(problem(node(op), {matrix, zero}),
              std::string("node 3 'n' (") + op +
                  "): it divides an integer by 0");
  EXPECT_EQ(
      make(node("Div"), {floats({}, {1}), floats({}, {0})}).toFloats()->at(0),
      std::numeric_limits<float>::infinity());
}

TEST(OnnxFold, PowersOfIntegers) {
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

TEST(OnnxFold, NotANumberStaysInExtremes) {
  float nan = std::numeric_limits<float>::quiet_NaN();
  Tensor left = floats({2}, {nan, 1}), right = floats({2}, {1, nan});
  for (const char *op : {"Min", "Max"}) {
    auto values = make(node(op), {left, right}).toFloats();
    EXPECT_THAT(*values, ElementsAre(IsNan(), IsNan()));
  }
}

TEST(OnnxFold, TruthValues) {
  Tensor a = bools({4}, {0, 0, 1, 1}), b = bools({4}, {0, 1, 0, 2});
  EXPECT_THAT(wholeOf(make(node("Not"), {a})), ElementsAre(1, 1, 0, 0));
  EXPECT_THAT(wholeOf(make(node("Xor"), {a, b})), ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(wholeOf(make(node("Equal"), {a, b})), ElementsAre(1, 0, 0, 1));
}

TEST(OnnxFold, SignsCountInComparisons) {
  Tensor a = integers({2}, {-1, 1}), b = integers({2}, {0, 0});
  EXPECT_THAT(wholeOf(make(node("Less"), {a, b})), ElementsAre(1, 0));
}

TEST(OnnxFold, CastsOutOfRangeSaturate) {
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

TEST(OnnxFold, EveryFormOfConstants) {
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

TEST(OnnxFold, RangesAreCounted) {
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

TEST(OnnxFold, SlicesOfBothVersions) {
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

TEST(OnnxFold, SlicesAreChecked) {
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

TEST(OnnxFold, SplitsOfAllVersions) {
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

TEST(OnnxFold, SqueezesOfBothVersions) {
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

TEST(OnnxFold, ReshapesAreChecked) {
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

TEST(OnnxFold, IndicesMustBeInRange) {
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

TEST(OnnxFold, GatheringChecksExtents) {
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

TEST(OnnxFold, ConcatenationsAreChecked) {
  EXPECT_THAT(problem(node("Concat", {number("axis", 1)}),
                      {matrix, integers({1, 3}, {1, 2, 3})}),
              HasSubstr("can't be put together along axis 1"));
  EXPECT_THAT(problem(node("Concat"), {matrix}), HasSubstr("has no axis"));
}

TEST(OnnxFold, ReductionsOfAllVersions) {
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

TEST(OnnxFold, ReductionsOfNothing) {
  Tensor empty = floats({2, 0}, {});
  Node along = node("ReduceSum", {list("axes", {1}), number("keepdims", 0)});
  EXPECT_THAT(*make(along, {empty}, 11).toFloats(), ElementsAre(0, 0));
  along.op = "ReduceProd";
  EXPECT_THAT(*make(along, {empty}).toFloats(), ElementsAre(1, 1));
  along.op = "ReduceMax";
  EXPECT_EQ(make(along, {empty}).toFloats()->at(0),
            -std::numeric_limits<float>::infinity());
}

TEST(OnnxFold, LongSumsOfFloatsAreExact) {
  Tensor ones = make(node("ConstantOfShape", {{"value", floats({1}, {1})}}),
                     {integers({1}, {(1 << 24) + 2})});
  EXPECT_THAT(*make(node("ReduceSum"), {ones}).toFloats(),
              ElementsAre(float((1 << 24) + 2)));
}

TEST(OnnxFold, TrianglesAndSumsOfOtherTypes) {
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

TEST(OnnxFold, OneHotOutOfRangeIsOff) {
  Tensor indices = integers({3}, {0, 5, -1}), values = integers({2}, {7, 9});
  EXPECT_THAT(
      wholeOf(make(node("OneHot"), {indices, integers({}, {2}), values})),
      ElementsAre(9, 7, 7, 7, 7, 9));
  EXPECT_THAT(problem(node("OneHot"), {indices, integers({}, {-2}), values}),
              HasSubstr("its depth is -2"));
}

TEST(OnnxFold, ListsHaveALimit) {
  Tensor many = make(node("ConstantOfShape", {{"value", integers({1}, {1})}}),
                     {integers({1}, {1 << 20})});
  EXPECT_THAT(problem(node("Reshape"), {matrix, many}),
              HasSubstr("has 1048576 elements; 64 are the most"));
}
