//===- OpGradientsTest.cpp - every op against finite differences ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whoever adds a pointwise op has its gradients tested here. A network of one
// op compares its result to labels; the interpreter computes in f64. Along a
// random direction of all parameters, the slope of the loss must be that which
// the gradients tell.
//
//===----------------------------------------------------------------------===//

#include "GraphTest.h"
#include "Support/PointwiseOps.h"
#include "Support/RandomWindows.h"
#include "layerpipe/Transforms/Passes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include <cmath>
#include <map>
#include <random>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

constexpr int cases = 200;

class OpGradientsTest : public GraphTest {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  /// Makes the op's network from operands of random shapes. Returns the op's
  /// result, or null if the network has a loss.
  using Make = std::function<Value(ImplicitLocOpBuilder &builder)>;

  /// Checks the gradients of `cases` networks. Parameters are drawn from
  /// `least` to `most`.
  void check(const std::string &name, double least, double most,
             const Make &make);

  /// Checks an op of an image with random windows.
  void checkWindows(
      const std::string &name,
      const std::function<Value(RandomWindows &windows, Value x,
                                const RandomWindows::Weights &weight,
                                const RandomWindows::Weights &bias)> &make);

  int64_t draw(int64_t low, int64_t high) {
    return low + int64_t(random() % uint64_t(high - low + 1));
  }
  double real(double low, double high) {
    return low + (high - low) * double(random() >> 11) / double(1ull << 53);
  }
  SmallVector<int64_t> shape(int64_t rank) {
    SmallVector<int64_t> sizes(rank);
    for (int64_t &size : sizes)
      size = draw(1, 4);
    return sizes;
  }
  /// Returns a shape that broadcasts to `whole`.
  SmallVector<int64_t> repeated(ArrayRef<int64_t> whole) {
    SmallVector<int64_t> sizes(whole.drop_front(draw(0, whole.size())));
    for (int64_t &size : sizes)
      size = draw(0, 2) == 0 ? 1 : size;
    return sizes;
  }
  static Value parameter(ImplicitLocOpBuilder &builder,
                         ArrayRef<int64_t> shape) {
    auto type = RankedTensorType::get(shape, builder.getF32Type());
    size_t number = 0;
    for (Operation &op : *builder.getInsertionBlock())
      number += isa<ParameterOp>(op);
    return ParameterOp::create(builder, type, "p" + std::to_string(number),
                               Init::uniform, APFloat(1.0f));
  }
  std::mt19937_64 random{1};

private:
  using Numbers = std::map<std::string, std::vector<double>>;

  void checkOne(double least, double most, const Make &make);
  double lossAt(GraphOp graph, const Numbers &parameters);
  static InterpreterOptions optionsFor(const Numbers &parameters);
};

} // namespace

InterpreterOptions OpGradientsTest::optionsFor(const Numbers &parameters) {
  InterpreterOptions options;
  options.precision = Precision::f64;
  options.parameter = [&](ParameterOp op) {
    auto type = cast<RankedTensorType>(op.getResult().getType());
    return Tensor{SmallVector<int64_t>(type.getShape()),
                  parameters.at(op.getName().str()),
                  {}};
  };
  return options;
}

double OpGradientsTest::lossAt(GraphOp graph, const Numbers &parameters) {
  Interpreter interpreter(graph, optionsFor(parameters));
  EXPECT_TRUE(succeeded(interpreter.step()));
  for (const Observable &observable : observablesOf(graph))
    if (observable.kind == Observable::Kind::loss)
      return interpreter.value(observable.value)->numbers[0];
  ADD_FAILURE() << "there is no loss";
  return 0;
}

void OpGradientsTest::checkOne(double least, double most, const Make &make) {
  OwningOpRef<ModuleOp> module =
      ModuleOp::create(UnknownLoc::get(context.get()));
  ImplicitLocOpBuilder builder(module->getLoc(), context.get());
  builder.setInsertionPointToEnd(module->getBody());
  auto forward = GraphOp::create(builder, "net", Phase::forward);
  builder.setInsertionPointToStart(&forward.getBody().emplaceBlock());
  if (Value made = make(builder)) {
    // Targets are matrices.
    int64_t size = cast<RankedTensorType>(made.getType()).getNumElements();
    made = ReshapeOp::create(
        builder, RankedTensorType::get({1, size}, builder.getF32Type()), made);
    Value target = LabelsOp::create(builder, made.getType());
    MeanSquaredErrorOp::create(builder, made, target);
  }

  Numbers at, direction;
  for (auto op : forward.getBody().getOps<ParameterOp>()) {
    std::string name = op.getName().str();
    auto type = cast<RankedTensorType>(op.getResult().getType());
    for (int64_t k = 0; k < type.getNumElements(); ++k) {
      at[name].push_back(real(least, most));
      direction[name].push_back(real(-1, 1));
    }
  }
  constexpr double step = 1e-5;
  auto moved = [&](double by) {
    Numbers there = at;
    for (auto &[name, numbers] : there)
      for (size_t k = 0; k < numbers.size(); ++k)
        numbers[k] += by * direction[name][k];
    return there;
  };
  double slope =
      (lossAt(forward, moved(step)) - lossAt(forward, moved(-step))) /
      (2 * step);

  ASSERT_TRUE(runPasses(*module, "layerpipe-differentiate"));
  GraphOp training = onlyGraph(*module);
  Interpreter interpreter(training, optionsFor(at));
  ASSERT_TRUE(succeeded(interpreter.step()));
  double expected = 0, largest = 0;
  for (const Observable &observable : observablesOf(training)) {
    if (observable.kind != Observable::Kind::gradient)
      continue;
    std::string name = StringRef(observable.name).drop_back(9).str();
    Datum gradient = interpreter.value(observable.value);
    for (auto [g, d] : llvm::zip_equal(gradient->numbers, direction[name])) {
      expected += g * d;
      largest += std::abs(g * d);
    }
  }
  EXPECT_NEAR(slope, expected, 1e-6 * (1 + largest));
}

void OpGradientsTest::check(const std::string &name, double least, double most,
                            const Make &make) {
  for (int seed = 1; seed <= cases && !HasFailure(); ++seed) {
    SCOPED_TRACE(name + ", seed " + std::to_string(seed));
    random.seed(seed);
    checkOne(least, most, make);
  }
}

void OpGradientsTest::checkWindows(
    const std::string &name,
    const std::function<Value(RandomWindows &, Value,
                              const RandomWindows::Weights &,
                              const RandomWindows::Weights &)> &make) {
  check(name, -4, 4, [&](ImplicitLocOpBuilder &builder) {
    RandomWindows windows(
        builder, [&](int64_t low, int64_t high) { return draw(low, high); });
    Value x =
        parameter(builder, {draw(1, 2), draw(1, 4), draw(1, 6), draw(1, 6)});
    return make(
        windows, x,
        [&](ArrayRef<int64_t> shape) { return parameter(builder, shape); },
        [&](ArrayRef<int64_t> shape) {
          return draw(0, 1) ? parameter(builder, shape) : Value();
        });
  });
}

TEST_F(OpGradientsTest, PointwiseOps) {
  auto number = [&] { return real(0.5, 2.0); };
  std::vector<PointwiseOp> ops = pointwiseOps(*context);
  EXPECT_GE(ops.size(), 30u);
  for (const PointwiseOp &op : ops)
    check(op.name.getStringRef().str(), op.positive ? 0.5 : -4.0,
          op.positive ? 2.0 : 4.0, [&](ImplicitLocOpBuilder &builder) {
            SmallVector<int64_t> sizes = shape(draw(0, 4));
            SmallVector<Value> operands{parameter(builder, sizes)};
            if (op.binary)
              operands.push_back(
                  parameter(builder, draw(0, 1) ? repeated(sizes) : sizes));
            if (op.binary && draw(0, 1))
              std::swap(operands[0], operands[1]);
            return op.create(builder, operands, number);
          });
}

TEST_F(OpGradientsTest, ReduceSum) {
  check("reduce_sum", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<int64_t> sizes = shape(draw(0, 4));
    auto type = RankedTensorType::get(repeated(sizes), builder.getF32Type());
    return ReduceSumOp::create(builder, type, parameter(builder, sizes));
  });
}

TEST_F(OpGradientsTest, ReduceMean) {
  check("reduce_mean", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<int64_t> sizes = shape(draw(0, 4));
    auto type = RankedTensorType::get(repeated(sizes), builder.getF32Type());
    return ReduceMeanOp::create(builder, type, parameter(builder, sizes));
  });
}

TEST_F(OpGradientsTest, ReduceMax) {
  check("reduce_max", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<int64_t> sizes = shape(draw(0, 4));
    auto type = RankedTensorType::get(repeated(sizes), builder.getF32Type());
    return ReduceMaxOp::create(builder, type, parameter(builder, sizes));
  });
}

TEST_F(OpGradientsTest, Expand) {
  check("expand", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<int64_t> sizes = shape(draw(0, 4));
    auto type = RankedTensorType::get(sizes, builder.getF32Type());
    return ExpandOp::create(builder, type, parameter(builder, repeated(sizes)));
  });
}

TEST_F(OpGradientsTest, Transpose) {
  check("transpose", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<int64_t> from = shape(draw(1, 4)), permutation, to;
    for (size_t k = 0; k < from.size(); ++k)
      permutation.push_back(int64_t(k));
    for (size_t left = from.size(); left > 1; --left)
      std::swap(permutation[left - 1], permutation[draw(0, int64_t(left) - 1)]);
    for (int64_t dimension : permutation)
      to.push_back(from[dimension]);
    auto type = RankedTensorType::get(to, builder.getF32Type());
    return TransposeOp::create(builder, type, parameter(builder, from),
                               permutation);
  });
}

TEST_F(OpGradientsTest, Pad) {
  check("pad", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<int64_t> from = shape(draw(1, 4)), low, high, to;
    for (int64_t size : from) {
      low.push_back(draw(0, 2));
      high.push_back(draw(0, 2));
      to.push_back(low.back() + size + high.back());
    }
    auto type = RankedTensorType::get(to, builder.getF32Type());
    return PadOp::create(builder, type, parameter(builder, from), low, high,
                         APFloat(0.5));
  });
}

TEST_F(OpGradientsTest, Reshape) {
  check("reshape", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    int64_t a = draw(1, 4), b = draw(1, 4), c = draw(1, 3);
    auto type = RankedTensorType::get({a * b, c}, builder.getF32Type());
    return ReshapeOp::create(builder, type, parameter(builder, {a, b, c}));
  });
}

TEST_F(OpGradientsTest, SliceAndConcat) {
  check("slice and concat", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<int64_t> sizes = shape(draw(1, 4));
    int64_t dimension = draw(0, int64_t(sizes.size()) - 1);
    SmallVector<Value> slices;
    for (int64_t count = draw(1, 3); count > 0; --count) {
      sizes[dimension] = draw(1, 4);
      int64_t begin = draw(0, sizes[dimension] - 1);
      slices.push_back(
          SliceOp::create(builder, parameter(builder, sizes), dimension, begin,
                          draw(begin + 1, sizes[dimension]), sizes[dimension]));
    }
    return ConcatOp::create(builder, slices, uint64_t(dimension));
  });
}

TEST_F(OpGradientsTest, Convolution) {
  checkWindows("conv2d", [&](RandomWindows &windows, Value x,
                             const RandomWindows::Weights &weight,
                             const RandomWindows::Weights &bias) {
    return windows.convolution(x, weight, bias);
  });
}

TEST_F(OpGradientsTest, TransposedConvolution) {
  checkWindows("conv_transpose2d", [&](RandomWindows &windows, Value x,
                                       const RandomWindows::Weights &weight,
                                       const RandomWindows::Weights &bias) {
    return windows.transposedConvolution(x, weight, bias);
  });
}

TEST_F(OpGradientsTest, MaximumPooling) {
  checkWindows("max_pool2d", [&](RandomWindows &windows, Value x, auto &&...) {
    return windows.maximum(x);
  });
}

TEST_F(OpGradientsTest, AveragePooling) {
  checkWindows("avg_pool2d", [&](RandomWindows &windows, Value x, auto &&...) {
    return windows.average(x);
  });
}

TEST_F(OpGradientsTest, Matmul) {
  check("matmul", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<int64_t> a = shape(draw(2, 4)), b = a;
    bool transposeA = draw(0, 1), transposeB = !transposeA && draw(0, 1);
    size_t first = a.size() - 2, second = a.size() - 1;
    b[transposeB ? first : second] = draw(1, 4);
    b[transposeB ? second : first] = a[transposeA ? first : second];
    Value left = parameter(builder, a);
    // A value may be both operands.
    bool same = a == b && draw(0, 1);
    return MatmulOp::create(builder, left, same ? left : parameter(builder, b),
                            transposeA, transposeB);
  });
}

TEST_F(OpGradientsTest, CrossEntropyOfPositions) {
  check("cross-entropy", -3, 3, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<int64_t> logits = shape(draw(2, 4)), labels = logits;
    labels.erase(labels.begin() + 1);
    auto loss = SoftmaxCrossEntropyOp::create(
        builder, parameter(builder, logits),
        LabelsOp::create(builder,
                         RankedTensorType::get(labels, builder.getI32Type())));
    loss.setSum(draw(0, 2) == 0);
    if (draw(0, 1))
      loss.setIgnored(uint64_t(draw(0, 1) ? -100 : 0));
    return {};
  });
}

TEST_F(OpGradientsTest, TotalLoss) {
  check("total_loss", -1, 1, [&](ImplicitLocOpBuilder &builder) -> Value {
    SmallVector<Value> losses;
    SmallVector<double> weights;
    Value rows = parameter(builder, shape(2));
    Value target = LabelsOp::create(builder, rows.getType());
    for (int64_t left = draw(1, 3); left > 0; --left) {
      if (!losses.empty() && draw(0, 1))
        rows = TanhOp::create(builder, rows);
      losses.push_back(MeanSquaredErrorOp::create(builder, rows, target));
      weights.push_back(real(-2, 2));
    }
    TotalLossOp::create(builder, losses.front().getType(), losses, weights);
    return {};
  });
}

/// Composite ops over some dimensions of their operand.
template <typename OpTy, typename... Attributes>
static Value overDimensions(ImplicitLocOpBuilder &builder, Value x,
                            llvm::function_ref<bool()> chance,
                            const Attributes &...attributes) {
  int64_t rank = cast<RankedTensorType>(x.getType()).getRank();
  SmallVector<int64_t> dimensions;
  for (int64_t dimension = 0; dimension < rank; ++dimension)
    if (chance() || (dimensions.empty() && dimension == rank - 1))
      dimensions.push_back(dimension);
  return OpTy::create(builder, x.getType(), x, dimensions, attributes...);
}

TEST_F(OpGradientsTest, Normalize) {
  check("normalize", -1, 1, [&](ImplicitLocOpBuilder &builder) {
    Value x = parameter(builder, shape(draw(1, 4)));
    return overDimensions<NormalizeOp>(
        builder, x, [&] { return draw(0, 1) == 0; }, APFloat(real(0.1, 1)));
  });
}

/// The running statistics have no influence, so their gradients are 0, and they
/// change nothing.
TEST_F(OpGradientsTest, BatchNorm) {
  check("batch_norm", -1, 1, [&](ImplicitLocOpBuilder &builder) {
    Value x = parameter(builder, shape(draw(2, 4)));
    int64_t channels = cast<RankedTensorType>(x.getType()).getDimSize(1);
    Value mean = parameter(builder, {channels});
    Value variance = parameter(builder, {channels});
    return BatchNormOp::create(builder, x.getType(), x, mean, variance,
                               APFloat(real(0.1, 1)), APFloat(0.9));
  });
}

/// All computations of an iteration drop the same elements.
TEST_F(OpGradientsTest, Dropout) {
  check("dropout", -1, 1, [&](ImplicitLocOpBuilder &builder) {
    Value x = parameter(builder, shape(draw(1, 4)));
    return DropoutOp::create(builder, x.getType(), x, draw(0, 9),
                             APFloat(real(0, 0.9)), draw(0, 1) == 0);
  });
}

TEST_F(OpGradientsTest, Softmax) {
  check("softmax", -3, 3, [&](ImplicitLocOpBuilder &builder) {
    Value x = parameter(builder, shape(draw(1, 4)));
    return overDimensions<SoftmaxOp>(builder, x,
                                     [&] { return draw(0, 1) == 0; });
  });
}

TEST_F(OpGradientsTest, LogSoftmax) {
  check("log_softmax", -3, 3, [&](ImplicitLocOpBuilder &builder) {
    Value x = parameter(builder, shape(draw(1, 4)));
    return overDimensions<LogSoftmaxOp>(builder, x,
                                        [&] { return draw(0, 1) == 0; });
  });
}
