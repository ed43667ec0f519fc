//===- CostModels.h - How long a task takes ---------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are the models behind --layerpipe-estimate-costs. Each is a function
// from a task to its time.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_COSTMODELS_H
#define LAYERPIPE_LIB_TRANSFORMS_COSTMODELS_H

#include "layerpipe/Transforms/TaskForming.h"

#include <memory>

namespace layerpipe {

class CostModel {
public:
  virtual ~CostModel() = default;

  /// Returns the unit of the times, "cycles" or "ns".
  virtual mlir::StringRef timeUnit() const = 0;
  /// Returns the time of a task, which is at least 0. Fails with an error at
  /// the op or task that has no time.
  virtual mlir::FailureOr<int64_t> timeOf(TaskOp task) const = 0;
};

/// Returns the model that the options name. Fails with an error at the graph.
mlir::FailureOr<std::unique_ptr<CostModel>>
makeCostModel(GraphOp graph, const CostModelOptions &options);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_COSTMODELS_H
