//===- TrainedLosses.cpp - what training minimises ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TrainedLosses.h"

using namespace mlir;
using namespace layerpipe;

/// Collects losses and the total, of which there is at most one.
static LogicalResult collect(ArrayRef<Operation *> order,
                             TrainedLosses &trained) {
  for (Operation *op : order) {
    if (auto loss = dyn_cast<LossOpInterface>(op))
      trained.losses.push_back(loss);
    auto total = dyn_cast<TotalLossOp>(op);
    if (total && trained.total) {
      auto error = total.emitError("a second total of losses; a network trains "
                                   "on one");
      error.attachNote(trained.total->getLoc()) << "the first is here";
      return error;
    }
    trained.total = total ? total : trained.total;
  }
  return success();
}

/// Checks that the total adds each loss once, and takes the losses in its
/// order.
static LogicalResult orderByTotal(TrainedLosses &trained) {
  SmallVector<LossOpInterface> ordered;
  DenseSet<Operation *> added;
  for (Value operand : trained.total.getLosses()) {
    auto loss = operand.getDefiningOp<LossOpInterface>();
    if (!loss || !added.insert(loss).second)
      return trained.total.emitError("adds something else than losses, each of "
                                     "them once");
    ordered.push_back(loss);
  }
  for (LossOpInterface loss : trained.losses)
    if (!added.contains(loss)) {
      auto error = loss.emitError("is not part of the total loss; add it there "
                                  "or remove it");
      error.attachNote(trained.total->getLoc()) << "the total is here";
      return error;
    }
  trained.losses = std::move(ordered);
  return success();
}

FailureOr<TrainedLosses>
layerpipe::findTrainedLosses(GraphOp graph, ArrayRef<Operation *> order) {
  TrainedLosses trained;
  if (failed(collect(order, trained)))
    return failure();
  if (trained.losses.empty())
    return graph.emitError("'") << graph.getSymName()
                                << "' has no loss to differentiate, such as "
                                   "layerpipe.softmax_cross_entropy";
  if (trained.losses.size() > 1 && !trained.total) {
    auto error = trained.losses[1]->emitError(
        "a second loss; a network trains on one, so keep one of them, or add "
        "them by a layerpipe.total_loss");
    error.attachNote(trained.losses[0]->getLoc()) << "the first is here";
    return error;
  }
  if (trained.total && failed(orderByTotal(trained)))
    return failure();
  return trained;
}
