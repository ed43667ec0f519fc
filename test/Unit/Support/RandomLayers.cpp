//===- RandomLayers.cpp - Layers with times and branches ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Support/RandomLayers.h"

#include <fmt/format.h>

#include <random>

namespace layerpipe::testing {

using namespace scheduling;

LayerGraph randomLayers(uint64_t seed) {
  std::mt19937_64 random(seed);
  auto below = [&](int64_t end) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(end));
  };
  LayerGraph graph;
  int64_t count = 1 + below(12);
  for (int64_t index = 0; index < count; ++index) {
    Layer layer;
    layer.name = fmt::format("l{}", index);
    layer.forwardTime = below(1000);
    layer.backwardTime = below(2000);
    if (below(3) > 0) {
      int64_t input = below(layer.backwardTime + 1);
      layer.gradients = GradientTimes{input, layer.backwardTime - input};
    }
    layer.activationBytes = below(10'000);
    layer.parameterBytes = below(3) == 0 ? 0 : below(10'000);
    layer.axes = {below(3) == 0 ? 0 : below(9), below(40), below(40)};
    graph.layers.push_back(layer);
    for (int64_t from = 0; from < index; ++from)
      if (below(3) == 0 || (from + 1 == index && below(3) > 0))
        graph.edges.push_back({from, index});
  }
  // Some parameter must be there to train.
  graph.layers.front().parameterBytes = 1 + below(100);
  return graph;
}

} // namespace layerpipe::testing
