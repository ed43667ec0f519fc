//===- CostModels.h - How long a task takes ---------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The models behind --layerpipe-estimate-costs, each a function from a task to
// its time.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_TRANSFORMS_COSTMODELS_H
#define LAYERPIPE_LIB_TRANSFORMS_COSTMODELS_H

#include "Layerpipe/IR/LayerpipeOps.h"

#include <memory>

namespace layerpipe {

class CostModel {
public:
  virtual ~CostModel() = default;

  /// The unit of the times: "cycles" or "ns".
  virtual mlir::StringRef timeUnit() const = 0;
  /// At least 0; fails with an error at the op or task that has no time.
  virtual mlir::FailureOr<int64_t> timeOf(TaskOp task) const = 0;
};

/// What a model may need to know.
struct CostModelOptions {
  std::string model;
  /// Of `profile`: a file of task times, or empty for those of the ops.
  std::string profileFile;
  /// Of `roofline`: a processor's arithmetic and memory rates.
  double gigaflops = 0;
  double gigabytesPerSecond = 0;
};

/// The model that the options name. Fails with an error at the graph.
mlir::FailureOr<std::unique_ptr<CostModel>>
makeCostModel(GraphOp graph, const CostModelOptions &options);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_TRANSFORMS_COSTMODELS_H
