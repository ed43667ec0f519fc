//===- RandomGraphs.cpp - small random networks for property tests --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/RandomGraphs.h"
#include "Support/RandomWindows.h"
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
  Value function(Value value);
  Value activate(Value value);
  Value normalise(Value value);
  Value batchNorm(Value value);
  Value skip(Value value);
  RandomWindows windows() {
    return {builder,
            [this](int64_t low, int64_t high) { return draw(low, high); }};
  }
  Value convolve(Value x);
  Value pool(Value x);
  Value linear(Value x, int64_t outputs);
  Value image(Value x);
  Value fullyConnected(Value x);
  void loss(Value prediction);
  void chain();

  // Graphs of any shape.
  Value pick(llvm::function_ref<bool(Value)> fits);
  Value pickOfRank(int64_t rank);
  Value weight(ArrayRef<int64_t> shape);
  Value unary(Value x);
  Value anyAdd();
  Value anyReduction();
  Value anyLinear();
  Value anyConvolution();
  Value anyPool();
  Value anyOp();
  Value join(Value prediction, Value part);
  Value joinUnread(Value prediction);
  void anyLoss(Value prediction);
  void shuffle(Block &block);
  void anyShape();

  ImplicitLocOpBuilder builder;
  std::mt19937_64 engine;
  RandomGraphOptions options;
  int64_t numParameters = 0;
  /// Parameters that a second layer may share.
  SmallVector<Value> weights;
  int64_t drawKeys = 0;
  /// Values that a later layer may add to its own.
  SmallVector<Value> earlier;
  /// Of a graph of any shape: all values of f32, and those that depend on a
  /// parameter.
  SmallVector<Value> values;
  DenseSet<Value> trained;
  /// Dense labels that the network may read, or null.
  Value denseLabels;
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

/// Returns a function of the value that grows no faster than the value.
Value Generator::function(Value value) {
  switch (draw(0, options.smooth ? 5 : 8)) {
  case 0:
    return SigmoidOp::create(builder, value);
  case 1:
    return GeluOp::create(builder, value);
  case 2:
    return SoftsignOp::create(builder, value);
  case 3:
    return NegOp::create(builder, value);
  case 4:
  case 5:
    return TanhOp::create(builder, value);
  case 6:
    return HardSwishOp::create(builder, value);
  default:
    return ReluOp::create(builder, value);
  }
}

Value Generator::activate(Value value) {
  if (chance(10))
    value = DropoutOp::create(builder, value.getType(), value,
                              /*key=*/drawKeys++, APFloat(0.25), chance(30));
  return chance(67) ? function(value) : value;
}

/// Returns the value normalised by the batch, of which running statistics are
/// kept.
Value Generator::batchNorm(Value value) {
  int64_t channels = shapeOf(value)[1];
  Value mean = parameter({channels}, 1), variance = parameter({channels}, 1);
  return BatchNormOp::create(builder, value.getType(), value, mean, variance,
                             APFloat(0.5), APFloat(0.75));
}

/// Returns the value normalised over some dimensions, which may be the batch's,
/// times a parameter for each channel.
Value Generator::normalise(Value value) {
  SmallVector<int64_t> dimensions, channels(shapeOf(value));
  for (auto [dimension, size] : llvm::enumerate(channels)) {
    if (dimension == 0 && !options.acrossSamples)
      continue;
    if (chance(60) || dimension + 1 == channels.size())
      dimensions.push_back(int64_t(dimension));
    size = dimension == 1 ? size : 1;
  }
  Value normal = options.acrossSamples && chance(40)
                     ? batchNorm(value)
                     : NormalizeOp::create(builder, value.getType(), value,
                                           dimensions, APFloat(0.5))
                           .getResult();
  return MulOp::create(builder, normal,
                       parameter(ArrayRef<int64_t>(channels).drop_front(), 1));
}

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
  auto weights = [&](ArrayRef<int64_t> shape) {
    return parameter(shape, shape[1] * shape[2] * shape[3]);
  };
  auto biases = [&](ArrayRef<int64_t> shape) { return bias(shape[0], 9); };
  if (chance(40))
    return windows().convolution(x, weights, biases);
  // Small images stay small.
  if (chance(25) && image[2] * image[3] <= 9)
    return windows().transposedConvolution(x, weights, biases);
  int64_t kernel = draw(1, std::min({int64_t(3), image[2], image[3]}));
  int64_t stride = draw(1, 2), padding = draw(0, kernel / 2);
  int64_t outputs = chance(40) ? image[1] : draw(1, 3);
  Value weight = weights({outputs, image[1], kernel, kernel});
  return Conv2dOp::create(builder, x, weight, biases({outputs}),
                          builder.getI64IntegerAttr(stride),
                          builder.getI64IntegerAttr(padding), Attribute());
}

/// Pools, where the image is large enough and chance says so. Windows may
/// overlap.
Value Generator::pool(Value x) {
  if (shapeOf(x)[2] < 2 || chance(40))
    return x;
  if (options.smooth || chance(50))
    return windows().average(x);
  return windows().maximum(x);
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
    x = pool(skip(activate(chance(30) ? normalise(convolve(x)) : convolve(x))));
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
    x = skip(activate(chance(30) ? normalise(y) : y));
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

void Generator::chain() {
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
}

//===----------------------------------------------------------------------===//
// Graphs of any shape
//===----------------------------------------------------------------------===//

/// One of the values that fit; null if none does.
Value Generator::pick(llvm::function_ref<bool(Value)> fits) {
  SmallVector<Value> fitting;
  llvm::copy_if(values, std::back_inserter(fitting), fits);
  return fitting.empty() ? Value()
                         : fitting[draw(0, int64_t(fitting.size()) - 1)];
}

Value Generator::pickOfRank(int64_t rank) {
  return pick(
      [&](Value value) { return int64_t(shapeOf(value).size()) == rank; });
}

/// A parameter of that shape, new or read before, something computed from one,
/// or any other value that fits.
Value Generator::weight(ArrayRef<int64_t> shape) {
  Value found = pick([&](Value value) { return shapeOf(value) == shape; });
  if (!found || chance(70))
    found = values.emplace_back(parameter(shape, 2));
  return chance(25) ? unary(found) : found;
}

Value Generator::unary(Value x) { return values.emplace_back(function(x)); }

/// The sum of two values, perhaps of one with itself.
Value Generator::anyAdd() {
  Value a = pick([](Value) { return true; });
  Value b = pick([&](Value other) { return other.getType() == a.getType(); });
  if (chance(20))
    b = weight(shapeOf(a));
  return AddOp::create(builder, a, b);
}

/// Returns whether the value depends on data, not on parameters alone.
static bool dependsOnData(Value value) {
  Operation *op = value.getDefiningOp();
  return isa<SourceOpInterface>(op) ||
         llvm::any_of(op->getOperands(), dependsOnData);
}

/// Returns a value repeated, summed over, normalised or turned around.
Value Generator::anyReduction() {
  Value x = pick([](Value) { return true; });
  SmallVector<int64_t> shape(shapeOf(x));
  if (chance(50) && shape.size() >= 2 && dependsOnData(x))
    return batchNorm(x);
  if (chance(30) && shape.size() == 2)
    return TransposeOp::create(builder, floats({shape[1], shape[0]}), x,
                               ArrayRef<int64_t>{1, 0});
  for (int64_t &size : shape)
    size = chance(50) ? 1 : size;
  Value sum = ReduceSumOp::create(builder, floats(shape), x);
  return chance(50) ? sum : MulOp::create(builder, x, sum).getResult();
}

Value Generator::anyLinear() {
  Value x = pickOfRank(2);
  if (!x)
    return unary(pick([](Value) { return true; }));
  int64_t inputs = shapeOf(x)[1], outputs = draw(1, 3);
  Value w = weight({outputs, inputs});
  return LinearOp::create(builder, x, w,
                          chance(50) ? weight({outputs}) : Value());
}

Value Generator::anyConvolution() {
  Value x = pickOfRank(4);
  if (!x)
    return anyLinear();
  ArrayRef<int64_t> image = shapeOf(x);
  auto weights = [&](ArrayRef<int64_t> shape) { return weight(shape); };
  auto biases = [&](ArrayRef<int64_t> shape) {
    return chance(50) ? weight(shape) : Value();
  };
  if (chance(30) && image[2] * image[3] <= 9)
    return windows().transposedConvolution(x, weights, biases);
  return windows().convolution(x, weights, biases);
}

Value Generator::anyPool() {
  Value x = pickOfRank(4);
  if (!x)
    return anyAdd();
  if (options.smooth || chance(50))
    return windows().average(x);
  return windows().maximum(x);
}

Value Generator::anyOp() {
  int64_t kind = draw(1, 100);
  if (kind <= 30)
    return anyLinear();
  if (kind <= 50)
    return anyConvolution();
  if (kind <= 60)
    return anyPool();
  if (kind <= 80)
    return anyAdd();
  if (kind <= 87)
    return anyReduction();
  if (kind <= 95)
    return function(pick([](Value) { return true; }));
  return FlattenOp::create(builder, pick([](Value) { return true; }));
}

/// Makes the prediction depend on `part`: as a bias, as weights or as a
/// summand.
Value Generator::join(Value prediction, Value part) {
  int64_t rows = shapeOf(prediction)[0], width = shapeOf(prediction)[1];
  if (shapeOf(part).size() == 1)
    return LinearOp::create(builder, prediction,
                            parameter({shapeOf(part)[0], width}, 2), part);
  if (shapeOf(part).size() != 2)
    part = FlattenOp::create(builder, part);
  if (part.getType() == prediction.getType())
    return AddOp::create(builder, prediction, part);
  int64_t columns = shapeOf(part)[1];
  if (columns != width)
    prediction = LinearOp::create(builder, prediction,
                                  parameter({columns, width}, 2), Value());
  if (shapeOf(part)[0] == rows && chance(70))
    return AddOp::create(builder, prediction, part);
  return LinearOp::create(builder, prediction, part, Value());
}

/// Joins all that depends on a parameter and that nothing reads. Other values
/// may stay unread.
Value Generator::joinUnread(Value prediction) {
  for (Operation &op : *builder.getBlock())
    if (isa<ParameterOp>(op) ||
        llvm::any_of(op.getOperands(),
                     [&](Value operand) { return trained.contains(operand); }))
      trained.insert_range(op.getResults());
  for (Value value : SmallVector<Value>(values))
    if (value.use_empty() && trained.contains(value))
      prediction = join(prediction, value);
  if (chance(15))
    TanhOp::create(builder, pick([](Value) { return true; }));
  return prediction;
}

/// A loss of the prediction and labels, or of any other value that depends on
/// data only.
void Generator::anyLoss(Value prediction) {
  if (denseLabels)
    prediction = LinearOp::create(
        builder, prediction,
        parameter({shapeOf(denseLabels)[1], shapeOf(prediction)[1]}, 2),
        Value());
  Value target = pick([&](Value value) {
    return value.getType() == prediction.getType() && !trained.contains(value);
  });
  if (target && (denseLabels || (options.anyLabels && chance(30))))
    MeanSquaredErrorOp::create(builder, prediction, target);
  else
    loss(prediction);
}

/// A graph region may use values before they are defined.
void Generator::shuffle(Block &block) {
  SmallVector<Operation *> ops;
  for (Operation &op : block)
    ops.push_back(&op);
  for (size_t left = ops.size(); left > 1; --left)
    std::swap(ops[left - 1], ops[draw(0, int64_t(left) - 1)]);
  for (Operation *op : ops)
    op->moveBefore(&block, block.end());
}

void Generator::anyShape() {
  int64_t batch = draw(1, options.maxBatch);
  Value x;
  if (options.images && chance(40))
    x = InputOp::create(builder,
                        floats({batch, draw(1, 2), draw(2, 4), draw(2, 4)}));
  else if (chance(15))
    x = InputOp::create(builder, floats({batch, 2, draw(1, 2)}));
  else
    x = InputOp::create(builder, floats({batch, draw(1, 3)}));
  values.push_back(x);
  if (options.anyLabels && chance(10)) {
    denseLabels = LabelsOp::create(builder, floats({batch, draw(1, 3)}));
    values.push_back(denseLabels);
  }
  for (int64_t ops = draw(1, options.maxLayers); ops > 0; --ops)
    values.push_back(anyOp());
  Value seen = pick([&](Value value) {
    return shapeOf(value).size() > 1 && shapeOf(value)[0] == batch;
  });
  if (shapeOf(seen).size() != 2)
    seen = FlattenOp::create(builder, seen);
  int64_t inputs = shapeOf(seen)[1];
  Value prediction = LinearOp::create(
      builder, seen, parameter({draw(1, 3), inputs}, 2), Value());
  anyLoss(joinUnread(prediction));
  if (chance(30))
    shuffle(*builder.getBlock());
}

OwningOpRef<ModuleOp> Generator::generate() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getLoc());
  builder.setInsertionPointToEnd(module->getBody());
  auto graph = GraphOp::create(builder, "net", Phase::forward);
  builder.setInsertionPointToStart(&graph.getBody().emplaceBlock());
  if (options.shape == RandomShape::any)
    anyShape();
  else
    chain();
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
