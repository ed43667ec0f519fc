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

#include <set>
#include <string>
#include <utility>

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

/// Which backward task hands a gradient to which other one, by their names.
inline std::set<std::pair<std::string, std::string>>
gradientEdges(GraphOp graph) {
  auto isBackward = [](TaskOp task) {
    return task && task.getKind() != TaskKind::forward &&
           task.getKind() != TaskKind::update;
  };
  std::set<std::pair<std::string, std::string>> edges;
  for (auto task : graph.getBody().getOps<TaskOp>())
    for (mlir::Value operand : task.getInputs())
      if (auto from = operand.getDefiningOp<TaskOp>();
          isBackward(from) && isBackward(task))
        edges.emplace(from.getName().str(), task.getName().str());
  return edges;
}

/// Whether coupled tasks add gradients up in another order than the
/// differentiated network.
inline bool reordersSums(mlir::ModuleOp differentiated, GraphOp scheduled) {
  bool coupled =
      llvm::any_of(scheduled.getBody().getOps<TaskOp>(), [](TaskOp task) {
        return task.getKind() == TaskKind::backward;
      });
  mlir::OwningOpRef<mlir::ModuleOp> tasks = differentiated.clone();
  return coupled && runPasses(*tasks, "layerpipe-form-tasks") &&
         gradientEdges(onlyGraph(*tasks)) != gradientEdges(scheduled);
}

/// Whether the scheduled graph trains like the differentiated network whose
/// gradients arrive as late as the schedule says: bit for bit, or up to
/// rounding where a sum is cut, or added up in another order.
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
  return compareRuns(
      onlyGraph(*reference), scheduled, latest + 3, options, unlagged,
      cutsSums(scheduled) || reordersSums(differentiated, scheduled) ? 1e-4
                                                                     : 0);
}

} // namespace layerpipe::testing

#endif // LAYERPIPE_TEST_UNIT_PIPELINES_DELAYEDTRAINING_H
