//===- NetworkForms.h - A network in all forms of its tasks -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Strategies choose among forms of tasks (Strategies/TaskForms.h). This makes
// all of them of one training graph, as IR and as the graphs that the planner
// reads.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TRANSFORMS_NETWORKFORMS_H
#define LAYERPIPE_TRANSFORMS_NETWORKFORMS_H

#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Strategies/TaskForms.h"
#include "layerpipe/Transforms/TaskForming.h"
#include "mlir/IR/OwningOpRef.h"

#include <array>
#include <cstdint>
#include <string>

namespace layerpipe {

struct FormOptions {
  CostModelOptions costs;
  /// This says which tasks may be cut: none, grad_input, gradients or all.
  std::string split = "all";
  /// Cuts of channels are multiples of it; samples are cut anywhere.
  int64_t splitQuantum = 16;
};

/// This is a copy of the graph whose ops are grouped into tasks with times.
struct NetworkForm {
  mlir::OwningOpRef<GraphOp> graph;
  /// This points into `graph`.
  TrainingGraph training;
};

class NetworkForms {
public:
  /// Makes all forms of a graph in phase training whose ops are not in tasks
  /// yet. It is not changed, and may go; its context must outlive the forms,
  /// and copies of tasks(). Fails, with an error at the op, as the functions of
  /// TaskForming.h and extractTrainingGraph do, and on unknown options.
  static mlir::FailureOr<NetworkForms> make(GraphOp graph,
                                            const FormOptions &options);

  const strategies::TaskForms &tasks() const { return forms; }
  NetworkForm &operator[](strategies::TaskForm form) {
    return networks[static_cast<size_t>(form)];
  }

private:
  std::array<NetworkForm, 3> networks;
  strategies::TaskForms forms;
};

} // namespace layerpipe

#endif // LAYERPIPE_TRANSFORMS_NETWORKFORMS_H
