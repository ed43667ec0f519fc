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

namespace {

/// These are the labels that are legal for every loss of a graph.
struct LegalLabels {
  int64_t classes = std::numeric_limits<int32_t>::max();
  std::optional<int32_t> ignored;
};

} // namespace

/// A label below all losses' numbers of classes is legal everywhere. Where
/// losses ignore different labels, none of these is drawn.
static LegalLabels legalLabels(GraphOp graph) {
  LegalLabels legal;
  bool first = true;
  auto consider = [&](auto loss) {
    legal.classes =
        std::min(legal.classes, loss.getLogits().getType().getDimSize(1));
    std::optional<int32_t> ignored;
    if (std::optional<uint64_t> label = loss.getIgnored())
      ignored = static_cast<int32_t>(*label);
    legal.ignored =
        first || legal.ignored == ignored ? ignored : std::optional<int32_t>();
    first = false;
  };
  graph.walk([&](Operation *op) {
    if (auto loss = dyn_cast<SoftmaxCrossEntropyOp>(op))
      consider(loss);
    else if (auto gradient = dyn_cast<SoftmaxCrossEntropyGradOp>(op))
      consider(gradient);
  });
  // No label is legal without classes, and the loss will say so.
  legal.classes = std::max<int64_t>(legal.classes, 1);
  return legal;
}

static Tensor drawBatch(RankedTensorType type, const Draws &draws,
                        const LegalLabels &legal) {
  constexpr uint64_t perIgnored = 8;
  Tensor batch = Tensor::zeros(type);
  for (auto [index, element] : llvm::enumerate(batch.numbers))
    element = draws.symmetric(index);
  for (auto [index, element] : llvm::enumerate(batch.integers)) {
    uint64_t draw = draws[index];
    bool ignores = legal.ignored && (draw >> 40) % perIgnored == 0;
    element = ignores ? *legal.ignored
                      : static_cast<int32_t>(draw % uint64_t(legal.classes));
  }
  return batch;
}

/// Returns what a source's draws are keyed by.
static std::string keyOf(SourceOpInterface source) {
  StringRef kind = isa<InputOp>(*source) ? "input" : "label";
  bool named = source.getStreamName() != source->getName().stripDialect();
  return (kind + " batches").str() +
         (named ? " of " + source.getStreamName().str() : std::string());
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
  if (!options.source)
    options.source = [=, legal = legalLabels(graph)](SourceOpInterface source,
                                                     int64_t iteration) {
      auto type = cast<RankedTensorType>(source->getResult(0).getType());
      return drawBatch(type, Draws(seed, keyOf(source), iteration), legal);
    };
  if (!options.parameter)
    options.parameter = [=](ParameterOp parameter) {
      return drawParameter(parameter, seed);
    };
}
