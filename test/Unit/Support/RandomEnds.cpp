//===- RandomEnds.cpp - networks of several inputs and losses -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/RandomEnds.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include <cmath>
#include <map>
#include <random>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

class Generator {
public:
  Generator(MLIRContext &context, uint64_t seed)
      : builder(UnknownLoc::get(&context), &context), engine(seed) {}

  OwningOpRef<ModuleOp> generate();

private:
  int64_t draw(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(engine() % uint64_t(high - low + 1));
  }
  bool chance(int64_t percent) { return draw(1, 100) <= percent; }
  RankedTensorType type(ArrayRef<int64_t> shape, bool classes = false) {
    return RankedTensorType::get(shape, classes ? Type(builder.getI32Type())
                                                : builder.getF32Type());
  }
  static ArrayRef<int64_t> shapeOf(Value value) {
    return cast<RankedTensorType>(value.getType()).getShape();
  }
  Value parameter(ArrayRef<int64_t> shape, int64_t terms);
  Value linear(Value x, int64_t outputs);
  Value tower(int64_t number, bool isNamed);
  Value attend(Value x);
  Value product(Value x);
  Value labels(RankedTensorType labelsType);
  Value classLoss(Value x);
  Value rowLoss(Value x);

  ImplicitLocOpBuilder builder;
  std::mt19937_64 engine;
  int64_t batch = 1, parameters = 0;
  std::optional<int64_t> ignored;
  SmallVector<Value> streams;
};

} // namespace

Value Generator::parameter(ArrayRef<int64_t> shape, int64_t terms) {
  return ParameterOp::create(builder, type(shape),
                             "p" + std::to_string(parameters++), Init::uniform,
                             APFloat(1.0f / std::sqrt(float(terms))));
}

Value Generator::linear(Value x, int64_t outputs) {
  int64_t inputs = shapeOf(x)[1];
  return LinearOp::create(builder, x, parameter({outputs, inputs}, inputs),
                          parameter({outputs}, inputs));
}

/// Returns a row of four numbers for each sample, from an input of its own.
Value Generator::tower(int64_t number, bool isNamed) {
  SmallVector<int64_t> shape{batch, draw(1, 3)};
  if (chance(40))
    shape.append({draw(2, 3), draw(2, 3)});
  StringAttr name;
  if (isNamed)
    name = builder.getStringAttr("in" + std::to_string(number));
  Value x = InputOp::create(builder, type(shape), name);
  if (shape.size() > 2)
    x = FlattenOp::create(builder, x);
  return TanhOp::create(builder, linear(x, 4));
}

/// Returns what attention of two positions, with two numbers each, makes of the
/// rows.
Value Generator::attend(Value x) {
  auto part = [&]() -> Value {
    return ReshapeOp::create(builder, type({batch, 2, 2}), linear(x, 4));
  };
  Value q = part(), k = part(), v = part();
  Value scores = MatmulOp::create(builder, q, k, false, true);
  Value shares = SoftmaxOp::create(builder, scores.getType(), scores,
                                   ArrayRef<int64_t>{2});
  Value seen = MatmulOp::create(builder, shares, v, chance(50), false);
  return ReshapeOp::create(builder, type({batch, 4}), seen);
}

/// Returns the rows times a matrix of parameters, as no layer of its own.
Value Generator::product(Value x) {
  Value matrix = parameter({4, 4}, 2);
  return MatmulOp::create(builder, x, matrix, false, chance(50));
}

/// Returns labels of that type, which other losses may share.
Value Generator::labels(RankedTensorType labelsType) {
  for (Value stream : streams)
    if (stream.getType() == labelsType && chance(60))
      return stream;
  StringAttr name;
  if (!streams.empty())
    name = builder.getStringAttr("out" + std::to_string(streams.size()));
  streams.push_back(LabelsOp::create(builder, labelsType, name));
  return streams.back();
}

/// Returns the cross-entropy of three classes for each sample or position.
Value Generator::classLoss(Value x) {
  SmallVector<int64_t> shape{batch, 3};
  for (int64_t left = draw(0, 2); left > 0; --left)
    shape.push_back(draw(1, 3));
  int64_t width = ShapedType::getNumElements(shape) / batch;
  Value row = linear(x, width);
  SmallVector<int64_t> whole = shape;
  shape.erase(shape.begin() + 1);
  Value target = labels(type(shape, /*classes=*/true));
  if (shape.size() > 1 && chance(30)) {
    // All positions are samples of their own.
    int64_t rows = ShapedType::getNumElements(shape);
    target = ReshapeOp::create(builder, type({rows}, true), target);
    whole = {rows, 3};
  }
  Value logits = ReshapeOp::create(builder, type(whole), row);
  auto loss = SoftmaxCrossEntropyOp::create(builder, logits, target);
  loss.setSum(chance(25));
  if (ignored)
    loss.setIgnored(*ignored);
  return loss;
}

Value Generator::rowLoss(Value x) {
  Value rows = linear(x, draw(1, 3));
  return MeanSquaredErrorOp::create(
      builder, rows, labels(cast<RankedTensorType>(rows.getType())));
}

OwningOpRef<ModuleOp> Generator::generate() {
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder.getLoc());
  builder.setInsertionPointToEnd(module->getBody());
  auto graph = GraphOp::create(builder, "net", Phase::forward);
  builder.setInsertionPointToStart(&graph.getBody().emplaceBlock());
  batch = draw(1, 3);
  if (chance(50))
    ignored = chance(50) ? -100 : 1;
  int64_t inputs = draw(1, 3);
  Value x = tower(0, inputs > 1 && chance(50));
  for (int64_t k = 1; k < inputs; ++k)
    x = AddOp::create(builder, x, tower(k, true));
  SmallVector<Value> losses;
  SmallVector<double> weights;
  int64_t heads = draw(1, 3);
  for (int64_t head = 0; head < heads; ++head) {
    if (chance(70))
      x = chance(60) ? attend(x) : product(x);
    losses.push_back(chance(70) ? classLoss(x) : rowLoss(x));
    weights.push_back(double(draw(1, 8)) / 8);
  }
  if (heads > 1 || chance(20))
    TotalLossOp::create(builder, type({}), losses, weights);
  return module;
}

OwningOpRef<ModuleOp> layerpipe::testing::randomEndsGraph(MLIRContext &context,
                                                          uint64_t seed) {
  return Generator(context, seed).generate();
}
