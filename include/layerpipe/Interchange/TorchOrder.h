//===- TorchOrder.h - Between PyTorch's rows and orders ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_TORCHORDER_H
#define LAYERPIPE_INTERCHANGE_TORCHORDER_H

#include "layerpipe/Interchange/TorchCheck.h"
#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"
#include "layerpipe/Scheduling/Transport/CommunicationRows.h"
#include "layerpipe/Scheduling/Transport/Lowering.h"

namespace layerpipe::interchange {

//===----------------------------------------------------------------------===//
// From rows
//===----------------------------------------------------------------------===//

/// Returns what the rows compute; sends, receives and all else are left out.
scheduling::PipelineOrder orderOf(const TorchRows &rows);

/// Returns the chain of stages that the rows are about, where F, I and W take
/// one unit of time each and B takes two, and where an activation is one byte.
scheduling::PipelineProblem unitProblemOf(const TorchFacts &facts);

/// Returns the same chain with the times and sizes of `stages`, each on the
/// rank where the rows have it. With these, simulate() tells when actions run,
/// and checkMemory() whether ranks hold what they must. Fails unless there are
/// as many stages as in the rows.
Result<scheduling::PipelineProblem>
problemOf(const TorchFacts &facts,
          const std::vector<scheduling::PipelineStage> &stages);

/// Returns compute_comms rows that passed the checks as the transports see
/// them.
scheduling::CommunicationRows messagesOf(const TorchRows &rows,
                                         const TorchFacts &facts);

/// Succeeds if the executor of PyTorch's PipelineScheduleMulti runs the rows as
/// they are: there, all ranks go from column to column together, so each action
/// must stand to the right of what it reads. It knows neither overlaps nor
/// placements other than loops.
Status checkLockStep(const TorchRows &rows, const TorchFacts &facts);

//===----------------------------------------------------------------------===//
// To rows
//===----------------------------------------------------------------------===//

/// Succeeds if PyTorch's format can say what the problem is: one pipeline,
/// which is a chain of neighbouring stages, with a stage on each rank, and
/// equal microbatches. The error names what can't be said, and why.
Status checkTorchCanSay(const scheduling::PipelineProblem &problem);

/// The same for a cyclic schedule, whose gradients must not be late: rows end
/// with all gradients summed up, and the optimizer's step is outside.
Status checkTorchCanSay(const scheduling::StaticSchedule &schedule);

struct TorchRowsOptions {
  TorchLevel level = TorchLevel::compute_only;
  /// Says where sends and receives stand in rows of compute_comms.
  scheduling::Lowering lowering = scheduling::Lowering::matched_late;
  /// Puts REDUCE_GRAD behind the last gradient of each stage, without which
  /// gradients are not scaled. PyTorch has it since 2.10; before, rows of
  /// compute_comms do without.
  bool reduceGradients = true;
};

/// Makes rows of an order. Those of compute_only are aligned: each action
/// stands in the first column to the right of all that it needs, and bubbles
/// fill the gaps. So both of PyTorch's executors run them, where their limits
/// allow it, and they draw well. The result passes checkTorchRows. Fails on
/// what the format can't say, and on orders that can't run.
Result<TorchRows> toTorchRows(const scheduling::PipelineProblem &problem,
                              const scheduling::PipelineOrder &order,
                              const TorchRowsOptions &options = {});

/// Returns rows that pass the checks with their actions as far to the left as
/// their reads allow, as above.
TorchRows alignColumns(const TorchRows &rows, const TorchFacts &facts);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_TORCHORDER_H
