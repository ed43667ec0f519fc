//===- ReferenceKernelsTest.cpp - the interpreter and the plain loops -----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the ops mean is written twice, for reading and for running: both give
// the same bits, for random shapes and elements.
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "Runtime/KernelHarness.h"
#include "llvm/ADT/StringExtras.h"
#include <numeric>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using runtime::KernelDescription;
using runtime::Random;
using runtime::Values;
using Shape = std::vector<int64_t>;
using Sizes = std::map<std::string, int64_t>;

namespace {

/// An op whose operands are all parameters, but for class labels.
struct SingleOp {
  std::string name;
  std::vector<Shape> operands, results;
  std::string attributes = {}; ///< "{stride = 2}"
  int64_t classes = 0;         ///< The last operand's, if it is of labels.
};

class ReferenceKernelsTest : public GraphTest {
protected:
  void compare(const SingleOp &single, Random &random);
};

} // namespace

static std::string typeOf(const Shape &shape, const char *element = "f32") {
  std::string text = "tensor<";
  for (int64_t extent : shape)
    text += std::to_string(extent) + "x";
  return text + element + ">";
}

static std::string joined(const std::vector<std::string> &texts) {
  return llvm::join(texts, ", ");
}

static std::string textOf(const SingleOp &single) {
  std::string text = "layerpipe.graph training @net {\n";
  std::vector<std::string> names, types, results;
  for (auto [index, shape] : llvm::enumerate(single.operands)) {
    bool labels = single.classes > 0 && index + 1 == single.operands.size();
    names.push_back("%a" + std::to_string(index));
    types.push_back(typeOf(shape, labels ? "i32" : "f32"));
    text += "  " + names.back() + " = layerpipe." +
            (labels ? "labels"
                    : "parameter \"" + names.back() + "\" constant(0.0)") +
            " : " + types.back() + "\n";
  }
  for (const Shape &shape : single.results)
    results.push_back(typeOf(shape));
  return text + "  %r:" + std::to_string(results.size()) + " = layerpipe." +
         single.name + " " + joined(names) + " " + single.attributes + " : (" +
         joined(types) + ") -> (" + joined(results) + ")\n}";
}

static int64_t elementsOf(const Shape &shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1),
                         std::multiplies<>());
}

void ReferenceKernelsTest::compare(const SingleOp &single, Random &random) {
  std::string text = textOf(single);
  SCOPED_TRACE(text);
  std::vector<Values> numbers;
  std::vector<int32_t> labels;
  std::vector<const void *> inputs;
  for (const Shape &shape : single.operands)
    numbers.push_back(runtime::randomValues(random, elementsOf(shape)));
  for (const Values &values : numbers)
    inputs.push_back(values.data());
  InterpreterOptions options;
  options.parameter = [&, next = 0](ParameterOp) mutable {
    int index = next++;
    return Tensor::ofFloats(single.operands[index], numbers[index]);
  };
  if (single.classes > 0) {
    for (int64_t n = 0; n < elementsOf(single.operands.back()); ++n)
      labels.push_back(int32_t(random() % uint64_t(single.classes)));
    inputs.back() = labels.data();
    options.labels = [&](int64_t) {
      return Tensor::ofIntegers(single.operands.back(), labels);
    };
  }
  GraphOp graph = parse(text);
  ASSERT_TRUE(graph);
  Interpreter interpreter(graph, options);
  ASSERT_TRUE(succeeded(interpreter.step()));

  auto op = first<KernelOpInterface>(graph);
  KernelDescription description{single.name, {}};
  for (auto [name, value] : op.getKernelAttributes())
    description.attributes[name.str()] = value;
  std::vector<size_t> sizes;
  for (const Shape &shape : single.results)
    sizes.push_back(elementsOf(shape));
  std::vector<Values> kernel = runtime::execute(
      runtime::referenceKernelLibrary(), description, inputs, sizes);
  for (auto [index, values] : llvm::enumerate(kernel))
    EXPECT_EQ(interpreter.value(op->getResult(index))->numbers,
              std::vector<double>(values.begin(), values.end()))
        << "result " << index;
}

/// The forward op and all its backward ops, with a bias of that length, or
/// none.
static std::vector<SingleOp> withGradients(const std::string &name,
                                           const Shape &x, const Shape &w,
                                           const Shape &y, int64_t bias,
                                           const std::string &attributes = "",
                                           const std::string &forward = "") {
  std::vector<SingleOp> ops = {
      {name, {x, w}, {y}, forward.empty() ? attributes : forward},
      {name + "_grad_input", {y, w}, {x}, attributes},
      {name + "_grad_weight", {y, x}, {w}, attributes},
      {name + "_backward", {y, x, w}, {x, w}, attributes}};
  if (bias > 0) {
    ops[0].operands.push_back({bias});
    ops[2].results.push_back({bias});
    ops[3].results.push_back({bias});
  }
  return ops;
}

TEST_F(ReferenceKernelsTest, Linear) {
  Random random(31);
  for (int round = 0; round < 12; ++round) {
    Sizes s = runtime::randomLinear(random, 40);
    for (const SingleOp &op :
         withGradients("linear", {s["batch"], s["in"]}, {s["out"], s["in"]},
                       {s["batch"], s["out"]}, s["has_bias"] * s["out"]))
      compare(op, random);
  }
}

TEST_F(ReferenceKernelsTest, ProductsOfActivations) {
  Random random(35);
  for (int round = 0; round < 24; ++round) {
    int64_t rows = runtime::between(random, 1, 9);
    int64_t columns = runtime::between(random, 1, 9);
    int64_t inner = runtime::between(random, 1, 9);
    Shape batch;
    for (int64_t left = runtime::between(random, 0, 2); left > 0; --left)
      batch.push_back(runtime::between(random, 1, 3));
    auto matrix = [&](int64_t first, int64_t second) {
      Shape shape = batch;
      shape.insert(shape.end(), {first, second});
      return shape;
    };
    const bool a = round % 3 == 1, b = round % 3 == 2;
    compare({"matmul",
             {a ? matrix(inner, rows) : matrix(rows, inner),
              b ? matrix(columns, inner) : matrix(inner, columns)},
             {matrix(rows, columns)},
             a   ? "{transpose_a}"
             : b ? "{transpose_b}"
                 : ""},
            random);
  }
}

/// An array of the attributes of these names.
static std::string array(const Sizes &s, const std::vector<const char *> &names,
                         int64_t usual) {
  std::vector<std::string> numbers;
  for (const char *name : names)
    numbers.push_back(std::to_string(runtime::attributeOr(s, name, usual)));
  return "array<i64: " + joined(numbers) + ">";
}

/// The attributes that stride, padding and dilation have in the dialect.
static std::string windowText(const Sizes &s) {
  return "stride = " + array(s, {"stride_h", "stride_w"}, 1) + ", padding = " +
         array(s, {"pad_top", "pad_left", "pad_bottom", "pad_right"}, 0) +
         ", dilation = " + array(s, {"dilation_h", "dilation_w"}, 1);
}

static Shape inputOf(const Sizes &s, const char *channels) {
  return {s.at("batch"), s.at(channels), s.at("height"), s.at("width")};
}
static Shape outputOf(const Sizes &s, const char *channels) {
  return {s.at("batch"), s.at(channels), runtime::Axis(s, true).windows(),
          runtime::Axis(s, false).windows()};
}

/// A convolution and its gradients, or a transposed one.
static std::vector<SingleOp> convolutions(const Sizes &s, bool transposed) {
  const int64_t groups = runtime::attributeOr(s, "groups", 1);
  Shape x = inputOf(s, "in_channels"), y = outputOf(s, "out_channels");
  Shape w = {s.at("out_channels"), s.at("in_channels") / groups,
             s.at("kernel_h"), s.at("kernel_w")};
  std::string text = windowText(s) + ", groups = " + std::to_string(groups);
  if (!transposed)
    return withGradients("conv2d", x, w, y, s.at("has_bias") * y[1],
                         "{" + text + "}");
  // What the stride leaves open of the image's size.
  Sizes more;
  for (bool rows : {true, false}) {
    runtime::Axis axis(s, rows);
    more[rows ? "h" : "w"] = axis.begin + axis.size + axis.end -
                             (axis.kernel - 1) * axis.dilation - 1 -
                             (axis.windows() - 1) * axis.stride;
  }
  return withGradients(
      "conv_transpose2d", y, w, x, s.at("has_bias") * x[1], "{" + text + "}",
      "{" + text + ", output_padding = " + array(more, {"h", "w"}, 0) + "}");
}

TEST_F(ReferenceKernelsTest, Convolution) {
  Random random(32);
  for (int round = 0; round < 24; ++round) {
    Sizes s = round % 2 ? runtime::randomConv(random)
                        : runtime::randomGroupedConv(random);
    for (bool transposed : {false, true})
      for (const SingleOp &op : convolutions(s, transposed))
        compare(op, random);
  }
}

TEST_F(ReferenceKernelsTest, Pooling) {
  Random random(33);
  for (int round = 0; round < 24; ++round)
    for (bool maximum : {true, false}) {
      Sizes s = runtime::randomPool(random, maximum);
      Shape x = inputOf(s, "channels"), y = outputOf(s, "channels");
      std::string text = "{kernel = " + array(s, {"kernel_h", "kernel_w"}, 1) +
                         ", " + windowText(s);
      for (const char *flag : {"ceil", "count_padding"})
        if (runtime::attributeOr(s, flag, 0))
          text += std::string(", ") + flag;
      text += "}";
      const std::string name = maximum ? "max_pool2d" : "avg_pool2d";
      compare({name, {x}, {y}, text}, random);
      compare({name + "_grad",
               maximum ? std::vector<Shape>{y, x} : std::vector<Shape>{y},
               {x},
               text},
              random);
    }
}

TEST_F(ReferenceKernelsTest, Losses) {
  Random random(34);
  for (int round = 0; round < 12; ++round) {
    int64_t batch = runtime::between(random, 1, 30);
    int64_t classes = runtime::between(random, 1, 20);
    Shape rows = {batch, classes}, labels = {batch};
    for (const SingleOp &op :
         {SingleOp{"mean_squared_error", {rows, rows}, {{}}},
          {"mean_squared_error_grad", {rows, rows}, {rows}},
          {"softmax_cross_entropy", {rows, labels}, {{}}, "", classes},
          {"softmax_cross_entropy_grad", {rows, labels}, {rows}, "", classes}})
      compare(op, random);
  }
}

TEST_F(ReferenceKernelsTest, LossesOfPositions) {
  Random random(36);
  for (int round = 0; round < 24; ++round) {
    int64_t batch = runtime::between(random, 1, 4);
    int64_t classes = runtime::between(random, 2, 9);
    Shape labels = {batch, runtime::between(random, 1, 4),
                    runtime::between(random, 1, 4)};
    Shape logits = {batch, classes, labels[1], labels[2]};
    // One of the classes is ignored, so that many labels are.
    const char *const attributes[] = {"", "{sum}", "{ignored = 1}",
                                      "{ignored = 0, sum}"};
    for (const SingleOp &op :
         {SingleOp{"softmax_cross_entropy", {logits, labels}, {{}}},
          {"softmax_cross_entropy_grad", {logits, labels}, {logits}}}) {
      SingleOp own = op;
      own.attributes = attributes[round % 4];
      own.classes = classes;
      compare(own, random);
    }
  }
}
