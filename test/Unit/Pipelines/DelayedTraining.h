//===- DelayedTraining.h - what a schedule trains ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_PIPELINES_DELAYEDTRAINING_H
#define LAYERPIPE_TEST_UNIT_PIPELINES_DELAYEDTRAINING_H

#include "Networks.h"
#include "Support/CompareRuns.h"

namespace layerpipe::testing {

/// Delays every gradient of an update by the iterations that `delays` has for
/// its parameter.
inline void delayGradients(GraphOp graph, mlir::DictionaryAttr delays) {
  mlir::OpBuilder builder =
      mlir::OpBuilder::atBlockEnd(&graph.getBody().front());
  for (auto update : graph.getBody().getOps<SgdOp>()) {
    auto weight = update->getOperand(0).getDefiningOp<DelayOp>();
    auto parameter = weight.getInitialParameter().getDefiningOp<ParameterOp>();
    auto delay = delays.getAs<mlir::IntegerAttr>(parameter.getName());
    if (!delay)
      continue;
    mlir::Value gradient = update.getGradient();
    update.getGradientMutable().assign(
        DelayOp::create(builder, update.getLoc(), gradient, delay.getInt()));
  }
}

inline bool cutsSums(GraphOp graph) {
  return llvm::any_of(graph.getBody().getOps<TaskOp>(), [](TaskOp task) {
    return task.getPart() && task.getPart()->getCombine() == Combine::sum;
  });
}

/// Whether the scheduled graph trains like the differentiated network whose
/// gradients arrive as late as the schedule says: bit for bit, or up to
/// rounding where a sum is cut.
inline ::testing::AssertionResult
trainsAlike(mlir::ModuleOp differentiated, GraphOp scheduled, uint64_t seed) {
  mlir::OwningOpRef<mlir::ModuleOp> reference = differentiated.clone();
  mlir::DictionaryAttr delays = scheduled.getGradientDelaysAttr();
  int64_t latest = 0;
  if (delays) {
    delayGradients(onlyGraph(*reference), delays);
    for (mlir::NamedAttribute delay : delays)
      latest = std::max(
          latest, mlir::cast<mlir::IntegerAttr>(delay.getValue()).getInt());
  }
  InterpreterOptions options;
  options.seed = seed;
  auto unlagged = [](mlir::Operation *) -> int64_t { return 0; };
  // Every gradient has moved its parameter, and the change has come back.
  return compareRuns(onlyGraph(*reference), scheduled, latest + 3, options,
                     unlagged, cutsSums(scheduled) ? 1e-4 : 0);
}

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_PIPELINES_DELAYEDTRAINING_H
