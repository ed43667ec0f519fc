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
    for (int64_t n = 0; n < single.operands.back()[0]; ++n)
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

/// The forward op and all its backward ops.
static std::vector<SingleOp> withGradients(const std::string &name,
                                           const Shape &x, const Shape &w,
                                           const Shape &y, bool bias,
                                           const std::string &attributes = "") {
  Shape b = {w[0]};
  std::vector<SingleOp> ops = {
      {name, {x, w}, {y}, attributes},
      {name + "_grad_input", {y, w}, {x}, attributes},
      {name + "_grad_weight", {y, x}, {w}, attributes},
      {name + "_backward", {y, x, w}, {x, w}, attributes}};
  if (bias) {
    ops[0].operands.push_back(b);
    ops[2].results.push_back(b);
    ops[3].results.push_back(b);
  }
  return ops;
}

TEST_F(ReferenceKernelsTest, Linear) {
  Random random(31);
  for (int round = 0; round < 12; ++round) {
    Sizes s = runtime::randomLinear(random, 40);
    for (const SingleOp &op :
         withGradients("linear", {s["batch"], s["in"]}, {s["out"], s["in"]},
                       {s["batch"], s["out"]}, s["has_bias"]))
      compare(op, random);
  }
}

/// The extent of a result along an axis.
static int64_t windows(int64_t size, int64_t kernel, int64_t stride,
                       int64_t padding = 0) {
  return (size + 2 * padding - kernel) / stride + 1;
}

TEST_F(ReferenceKernelsTest, Convolution) {
  Random random(32);
  for (int round = 0; round < 12; ++round) {
    Sizes s = runtime::randomConv(random);
    int64_t stride = s["stride"];
    int64_t padding = std::min({s["padding"], s["kernel_h"], s["kernel_w"]});
    Shape x = {s["batch"], s["in_channels"], s["height"], s["width"]};
    Shape w = {s["out_channels"], s["in_channels"], s["kernel_h"],
               s["kernel_w"]};
    Shape y = {s["batch"], s["out_channels"],
               windows(s["height"], s["kernel_h"], stride, padding),
               windows(s["width"], s["kernel_w"], stride, padding)};
    std::string attributes = "{stride = " + std::to_string(stride) +
                             ", padding = " + std::to_string(padding) + "}";
    for (const SingleOp &op :
         withGradients("conv2d", x, w, y, s["has_bias"], attributes))
      compare(op, random);
  }
}

TEST_F(ReferenceKernelsTest, Pooling) {
  Random random(33);
  for (int round = 0; round < 12; ++round) {
    Sizes s = runtime::randomPool(random);
    Shape x = {s["batch"], s["channels"], s["height"], s["width"]};
    Shape y = {s["batch"], s["channels"],
               windows(s["height"], s["kernel"], s["stride"]),
               windows(s["width"], s["kernel"], s["stride"])};
    std::string attributes = "{kernel = " + std::to_string(s["kernel"]) +
                             ", stride = " + std::to_string(s["stride"]) + "}";
    for (const SingleOp &op : {SingleOp{"max_pool2d", {x}, {y}, attributes},
                               {"max_pool2d_grad", {y, x}, {x}, attributes},
                               {"avg_pool2d", {x}, {y}, attributes},
                               {"avg_pool2d_grad", {y}, {x}, attributes}})
      compare(op, random);
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
