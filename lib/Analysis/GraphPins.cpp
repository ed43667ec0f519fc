//===- GraphPins.cpp - The pins of a graph --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Analysis/GraphPins.h"

#include "layerpipe/Scheduling/Model/LayerPins.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace layerpipe;

machine::NamedPins layerpipe::pinsOf(GraphOp graph) {
  machine::NamedPins pins;
  if (std::optional<DictionaryAttr> attribute = graph.getPins())
    for (NamedAttribute pin : attribute->getValue())
      pins.emplace(pin.getName().str(),
                   cast<IntegerAttr>(pin.getValue()).getInt());
  return pins;
}

void layerpipe::setPins(GraphOp graph, const machine::NamedPins &pins) {
  graph.removePinsAttr();
  if (pins.empty())
    return;
  Builder builder(graph.getContext());
  SmallVector<NamedAttribute> attributes;
  for (const auto &[layer, processor] : pins)
    attributes.push_back(
        builder.getNamedAttr(layer, builder.getI64IntegerAttr(processor)));
  graph.setPinsAttr(builder.getDictionaryAttr(attributes));
}

FailureOr<scheduling::LayerPins>
layerpipe::resolvePins(GraphOp graph, const scheduling::TaskGraph &tasks) {
  auto pins =
      machine::resolvePins(pinsOf(graph), scheduling::layerNames(tasks));
  if (!pins)
    return graph.emitError() << pins.message();
  return std::move(*pins);
}

LogicalResult layerpipe::verifyPins(GraphOp graph, StringRef prefix,
                                    const scheduling::TaskGraph &tasks,
                                    const std::vector<int64_t> &assignment) {
  FailureOr<scheduling::LayerPins> pins = resolvePins(graph, tasks);
  if (failed(pins))
    return failure();
  if (auto valid = scheduling::verify(*pins, tasks, assignment); !valid)
    return graph.emitError(prefix) << valid.message();
  return success();
}
