//===- Sources.cpp - inputs, labels and parameters drawn from a seed ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Sources.h"
#include "Layerpipe/IR/LayerpipeInitializers.h"
#include "llvm/ADT/Hashing.h"
#include <limits>

using namespace mlir;
using namespace layerpipe;

namespace {

/// This is a stream of 64-bit numbers of which any element can be read:
/// SplitMix64's output function, applied to key + element.
class Draws {
public:
  Draws(uint64_t seed, StringRef name, int64_t iteration = 0)
      : key(mix(mix(mix(seed) ^ hash(name)) + uint64_t(iteration))) {}

  uint64_t operator[](size_t element) const {
    return mix(key + 0x9e3779b97f4a7c15u * (element + 1));
  }

  /// Returns a multiple of 2^-23 in [-1, 1), which is exactly a float.
  float symmetric(size_t element) const {
    auto bits = static_cast<int32_t>((*this)[element] >> 40);
    return static_cast<float>(bits - (1 << 23)) / static_cast<float>(1 << 23);
  }

private:
  static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  }
  /// Computes FNV-1a, the same on every platform.
  static uint64_t hash(StringRef name) {
    uint64_t sum = 14695981039346656037u;
    for (char c : name)
      sum = (sum ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return sum;
  }

  uint64_t key;
};

} // namespace

/// Returns how many classes every loss of the graph knows, so that a label
/// below it is legal everywhere.
static int64_t countClasses(GraphOp graph) {
  int64_t classes = std::numeric_limits<int32_t>::max();
  auto consider = [&](TypedValue<RankedTensorType> logits) {
    classes = std::min(classes, logits.getType().getDimSize(1));
  };
  graph.walk([&](Operation *op) {
    if (auto loss = dyn_cast<SoftmaxCrossEntropyOp>(op))
      consider(loss.getLogits());
    else if (auto gradient = dyn_cast<SoftmaxCrossEntropyGradOp>(op))
      consider(gradient.getLogits());
  });
  // No label is legal without classes, and the loss will say so.
  return std::max<int64_t>(classes, 1);
}

static Tensor drawBatch(RankedTensorType type, const Draws &draws,
                        int64_t classes) {
  Tensor batch = Tensor::zeros(type);
  for (auto [index, element] : llvm::enumerate(batch.numbers))
    element = draws.symmetric(index);
  for (auto [index, element] : llvm::enumerate(batch.integers))
    element = static_cast<int32_t>(draws[index] % uint64_t(classes));
  return batch;
}

static Tensor drawParameter(ParameterOp parameter, uint64_t seed) {
  Tensor tensor =
      Tensor::zeros(cast<RankedTensorType>(parameter.getResult().getType()));
  if (parameter.getInit() == Init::values) {
    StringRef bytes = initialBytes(cast<ElementsAttr>(parameter.getValue()));
    for (auto [index, element] : llvm::enumerate(tensor.numbers))
      element = initialElement(bytes, index);
    return tensor;
  }
  float value =
      cast<FloatAttr>(parameter.getValue()).getValue().convertToFloat();
  Draws draws(seed, parameter.getName());
  for (auto [index, element] : llvm::enumerate(tensor.numbers))
    element = parameter.getInit() == Init::constant
                  ? value
                  : value * draws.symmetric(index);
  return tensor;
}

void layerpipe::fillProviders(GraphOp graph, InterpreterOptions &options) {
  uint64_t seed = options.seed;
  for (Operation &op : graph.getBody().getOps()) {
    if (isa<InputOp>(op) && !options.input)
      options.input = [=, type = cast<RankedTensorType>(
                              op.getResult(0).getType())](int64_t iteration) {
        return drawBatch(type, Draws(seed, "input batches", iteration), 1);
      };
    if (isa<LabelsOp>(op) && !options.labels)
      options.labels = [=, classes = countClasses(graph),
                        type = cast<RankedTensorType>(
                            op.getResult(0).getType())](int64_t iteration) {
        return drawBatch(type, Draws(seed, "label batches", iteration),
                         classes);
      };
  }
  if (!options.parameter)
    options.parameter = [=](ParameterOp parameter) {
      return drawParameter(parameter, seed);
    };
}
