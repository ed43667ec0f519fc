//===- DelayGradients.cpp - delayed gradients by rule ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientDelays.h"
#include "Phases.h"
#include "layerpipe/Transforms/Passes.h"

namespace layerpipe {
#define GEN_PASS_DEF_DELAYGRADIENTS
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;

namespace {
struct DelayGradientsPass
    : public layerpipe::impl::DelayGradientsBase<DelayGradientsPass> {
  using DelayGradientsBase::DelayGradientsBase;
  void runOnOperation() override;

private:
  FailureOr<SmallVector<int64_t>> delayPerLayer(GraphOp graph, int64_t layers);
  FailureOr<SmallVector<int64_t>> stagesRule(GraphOp graph, int64_t layers);
};
} // namespace

/// Returns n(l) = 2·S(l) at index l − 1, where S(l) counts the stages after
/// layer l. Three layers on three stages get 4, 2, 0.
FailureOr<SmallVector<int64_t>> DelayGradientsPass::stagesRule(GraphOp graph,
                                                               int64_t layers) {
  int64_t count = stages == 0 ? layers : stages;
  if (count < 1 || count > layers)
    return graph.emitError(
               "stages must be between 1 and the number of layers, ")
           << layers << ", got " << count;
  SmallVector<int64_t> result;
  for (int64_t layer = 1; layer <= layers; ++layer)
    result.push_back(2 * (count - 1 - (layer - 1) * count / layers));
  return result;
}

FailureOr<SmallVector<int64_t>>
DelayGradientsPass::delayPerLayer(GraphOp graph, int64_t layers) {
  if (rule == "stages")
    return stagesRule(graph, layers);
  SmallVector<int64_t> result;
  if (rule == "uniform") {
    result.assign(layers, delay);
  } else if (rule == "explicit") {
    result.assign(delays.begin(), delays.end());
    if (int64_t(result.size()) != layers)
      return graph.emitError("rule=explicit needs one delay per layer: ")
             << layers << " layers, " << result.size() << " delays";
  } else {
    return graph.emitError("unknown rule '")
           << rule << "'; there are stages, uniform and explicit";
  }
  for (int64_t n : result)
    if (n < 0 || n > (int64_t(1) << 20))
      return graph.emitError(
                 "a gradient's delay must be between 0 and 2^20, got ")
             << n;
  return result;
}

void DelayGradientsPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(
          graph, {Phase::training},
          "delay gradients once, after --layerpipe-differentiate and before "
          "--layerpipe-retime")))
    return signalPassFailure();
  FailureOr<SmallVector<GradientEdge>> edges = findGradientEdges(graph);
  if (failed(edges))
    return signalPassFailure();
  int64_t layers = 0;
  for (const GradientEdge &edge : *edges) {
    if (edge.layer < 1) {
      edge.operand->getOwner()->emitError(
          "has no layer: run --layerpipe-differentiate first");
      return signalPassFailure();
    }
    layers = std::max(layers, edge.layer);
  }
  FailureOr<SmallVector<int64_t>> perLayer = delayPerLayer(graph, layers);
  if (failed(perLayer))
    return signalPassFailure();
  SmallVector<int64_t> distances;
  for (const GradientEdge &edge : *edges)
    distances.push_back((*perLayer)[edge.layer - 1]);
  setGradientDelays(graph, *edges, distances);
  graph.setPhase(Phase::pipelined);
}
