//===- RandomGraphs.cpp - small random networks for property tests --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/RandomGraphs.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/MLIRContext.h"
#include <random>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

class Generator {
public:
  Generator(MLIRContext &context, uint64_t seed,
            const RandomGraphOptions &options)
      : builder(UnknownLoc::get(&context), &context), engine(seed),
        options(options) {}

  OwningOpRef<ModuleOp> generate();

private:
  /// A number from `low` to `high`; the same on every platform, which the
  /// standard distributions do not promise.
  int64_t draw(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() % uint64_t(high - low + 1));
  }
  bool chance(int64_t percent) { return draw(1, 100) <= percent; }

  RankedTensorType floats(ArrayRef<int64_t> shape) {
    return RankedTensorType::get(shape, builder.getF32Type());
  }
  ArrayRef<int64_t> shapeOf(Value value) {
    return cast<RankedTensorType>(value.getType()).getShape();
  }

  Value parameter(ArrayRef<int64_t> shape, int64_t fanIn);
  Value bias(int64_t outputs, int64_t fanIn);
  Value activate(Value value);
  Value skip(Value value);
  Value convolve(Value x);
  Value pool(Value x);
  Value linear(Value x, int64_t outputs);
  Value image(Value x);
  Value fullyConnected(Value x);
  void loss(Value prediction);

  ImplicitLocOpBuilder builder;
  std::mt19937_64 engine;
  RandomGraphOptions options;
  int64_t numParameters = 0;
  /// Parameters that a second layer may share.
  SmallVector<Value> weights;
  /// Values that a later layer may add to its own.
  SmallVector<Value> earlier;
};

} // namespace

Value Generator::parameter(ArrayRef<int64_t> shape, int64_t fanIn) {
  std::string name = "p" + std::to_string(numParameters++);
  float bound = 1.0f / std::sqrt(static_cast<float>(fanIn));
  return ParameterOp::create(builder, floats(shape), name, Init::uniform,
                             APFloat(bound));
}

/// A bias for most layers.
Value Generator::bias(int64_t outputs, int64_t fanIn) {
  return chance(70) ? parameter({outputs}, fanIn) : Value();
}

Value Generator::activate(Value value) {
  int64_t kind = draw(0, 2);
  if (kind == 0)
    return value;
  if (kind == 1 || options.smooth)
    return TanhOp::create(builder, value);
  return ReluOp::create(builder, value);
}

/// Adds an earlier value of the same shape, if there is one and chance says so.
Value Generator::skip(Value value) {
  SmallVector<Value> fitting;
  for (Value candidate : earlier)
    if (candidate.getType() == value.getType())
      fitting.push_back(candidate);
  if (!fitting.empty() && chance(50))
    value = AddOp::create(builder, value,
                          fitting[draw(0, int64_t(fitting.size()) - 1)]);
  earlier.push_back(value);
  return value;
}

Value Generator::convolve(Value x) {
  ArrayRef<int64_t> image = shapeOf(x);
  int64_t kernel = draw(1, std::min<int64_t>(3, image[2]));
  int64_t stride = draw(1, 2), padding = draw(0, kernel / 2);
  int64_t outputs = chance(40) ? image[1] : draw(1, 3);
  int64_t fanIn = image[1] * kernel * kernel;
  Value weight = parameter({outputs, image[1], kernel, kernel}, fanIn);
  return Conv2dOp::create(builder, x, weight, bias(outputs, fanIn),
                          uint64_t(stride), uint64_t(padding));
}

/// Pools, where the image is large enough and chance says so. Windows may
/// overlap.
Value Generator::pool(Value x) {
  if (shapeOf(x)[2] < 2 || chance(40))
    return x;
  auto stride = static_cast<uint64_t>(draw(1, 2));
  if (options.smooth || chance(50))
    return AvgPool2dOp::create(builder, x, 2, stride);
  return MaxPool2dOp::create(builder, x, 2, stride);
}

Value Generator::linear(Value x, int64_t outputs) {
  int64_t inputs = shapeOf(x)[1];
  for (Value shared : weights)
    if (shapeOf(shared) == ArrayRef({outputs, inputs}) && chance(25))
      return LinearOp::create(builder, x, shared, bias(outputs, inputs));
  weights.push_back(parameter({outputs, inputs}, inputs));
  Value weight = weights.back();
  return LinearOp::create(builder, x, weight, bias(outputs, inputs));
}

/// One or two convolutional layers, flattened.
Value Generator::image(Value x) {
  for (int64_t layer = draw(1, 2); layer > 0; --layer)
    x = pool(skip(activate(convolve(x))));
  return FlattenOp::create(builder, x);
}

/// Few distinct widths, so that values often fit each other.
Value Generator::fullyConnected(Value x) {
  for (int64_t layer = draw(1, options.maxLayers); layer > 1; --layer) {
    int64_t width = draw(2, 3);
    Value y = linear(x, width);
    // Two layers that read one value.
    if (chance(25))
      y = AddOp::create(builder, y, linear(x, width));
    x = skip(activate(y));
  }
  return linear(x, draw(2, 4));
}

void Generator::loss(Value prediction) {
  if (chance(50)) {
    Value target = LabelsOp::create(builder, prediction.getType());
    MeanSquaredErrorOp::create(builder, prediction, target);
    return;
  }
  auto classes =
      RankedTensorType::get(shapeOf(prediction)[0], builder.getI32Type());
  Value labels = LabelsOp::create(builder, classes);
  SoftmaxCrossEntropyOp::create(builder, prediction, labels);
}

OwningOpRef<ModuleOp> Generator::generate() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getLoc());
  builder.setInsertionPointToEnd(module->getBody());
  auto graph = GraphOp::create(builder, "net", Phase::forward, nullptr, nullptr,
                               nullptr, nullptr, nullptr, nullptr, nullptr);
  builder.setInsertionPointToStart(&graph.getBody().emplaceBlock());
  int64_t batch = draw(1, options.maxBatch);
  Value x;
  if (options.images && chance(50)) {
    int64_t size = draw(4, 6);
    x = InputOp::create(builder, floats({batch, draw(1, 2), size, size}));
    x = image(x);
  } else {
    x = InputOp::create(builder, floats({batch, draw(2, 4)}));
  }
  loss(fullyConnected(x));
  return module;
}

std::unique_ptr<MLIRContext> layerpipe::testing::makeContext() {
  auto context =
      std::make_unique<MLIRContext>(MLIRContext::Threading::DISABLED);
  context->loadDialect<LayerpipeDialect>();
  return context;
}

OwningOpRef<ModuleOp>
layerpipe::testing::randomForwardGraph(MLIRContext &context, uint64_t seed,
                                       const RandomGraphOptions &options) {
  return Generator(context, seed, options).generate();
}

GraphOp layerpipe::testing::onlyGraph(ModuleOp module) {
  return *module.getOps<GraphOp>().begin();
}
