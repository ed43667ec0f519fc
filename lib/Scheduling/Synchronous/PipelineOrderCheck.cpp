//===- PipelineOrderCheck.cpp - The judge of orders -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <fmt/format.h>

namespace layerpipe::scheduling {
namespace {

/// This knows what has run of each stage and microbatch.
class OrderCheck {
public:
  explicit OrderCheck(const PipelineProblem &problem)
      : problem(problem),
        done(problem.stages.size() * problem.microbatches, 0) {}

  Status add(const PipelineAction &action, int64_t processor, size_t position);
  Status checkOverlaps(const std::vector<PipelineAction> &row,
                       int64_t processor) const;
  Status checkAllDone() const;

private:
  static constexpr unsigned bitOf(ActionKind kind) {
    return 1U << static_cast<unsigned>(kind);
  }
  Status checkNames(const PipelineAction &action, int64_t processor) const;
  Status checkTurn(const PipelineAction &action, unsigned before) const;

  const PipelineProblem &problem;
  /// There is a set of kinds for each stage and microbatch.
  std::vector<uint8_t> done;
};

Status OrderCheck::checkNames(const PipelineAction &action,
                              int64_t processor) const {
  int64_t stages = problem.stages.size();
  if (static_cast<unsigned>(action.kind) >
      static_cast<unsigned>(ActionKind::backward))
    return Error{"this is no kind of action"};
  if (action.stage < 0 || action.stage >= stages)
    return Error{fmt::format("there are stages 0 to {}", stages - 1)};
  if (action.microbatch < 0 || action.microbatch >= problem.microbatches)
    return Error{fmt::format("there are microbatches 0 to {}",
                             problem.microbatches - 1)};
  int64_t right = problem.stages[action.stage].processor;
  if (right != processor)
    return Error{
        fmt::format("stage {} is on processor {}", action.stage, right)};
  if (!runsThrough(problem, action.microbatch, action.stage))
    return Error{fmt::format("microbatch {} is of another pipeline than stage "
                             "{}",
                             action.microbatch, action.stage)};
  return Status::success();
}

Status OrderCheck::checkTurn(const PipelineAction &action,
                             unsigned before) const {
  auto named = [&](ActionKind kind) {
    return toString(PipelineAction{action.stage, kind, action.microbatch});
  };
  auto ran = [&](ActionKind kind) { return (before & bitOf(kind)) != 0; };
  using enum ActionKind;
  if (ran(action.kind))
    return Error{"it is there twice"};
  if (action.kind != forward && !ran(forward))
    return Error{fmt::format("it must come after {}", named(forward))};
  if (action.kind == weight_gradient && !ran(input_gradient) && !ran(backward))
    return Error{fmt::format("it must come after {}", named(input_gradient))};
  if (action.kind == backward)
    for (ActionKind other : {input_gradient, weight_gradient})
      if (ran(other))
        return Error{fmt::format("{} has computed part of it", named(other))};
  if (action.kind != forward && ran(backward))
    return Error{fmt::format("{} has computed it", named(backward))};
  return Status::success();
}

Status OrderCheck::add(const PipelineAction &action, int64_t processor,
                       size_t position) {
  Status status = checkNames(action, processor);
  if (status) {
    uint8_t &cell =
        done[action.stage * problem.microbatches + action.microbatch];
    status = checkTurn(action, cell);
    cell |= bitOf(action.kind);
  }
  if (!status)
    return Error{fmt::format("processor {}, action {} ({}): {}", processor,
                             position, toString(action), status.message())};
  return Status::success();
}

Status OrderCheck::checkOverlaps(const std::vector<PipelineAction> &row,
                                 int64_t processor) const {
  for (size_t position = 0; position < row.size(); ++position) {
    if (!row[position].overlapsNext)
      continue;
    auto failure = [&](std::string_view why) {
      return Error{fmt::format("processor {}, action {} ({}): {}", processor,
                               position, toString(row[position]), why)};
    };
    if (position + 1 == row.size())
      return failure("it overlaps the next action, but is the last one");
    const PipelineAction &next = row[position + 1];
    if (next.stage == row[position].stage &&
        next.microbatch == row[position].microbatch)
      return failure(fmt::format("it overlaps {}, which needs what it computes",
                                 toString(next)));
  }
  return Status::success();
}

Status OrderCheck::checkAllDone() const {
  using enum ActionKind;
  int64_t stages = problem.stages.size();
  for (int64_t stage = 0; stage < stages; ++stage)
    for (int64_t microbatch = 0; microbatch < problem.microbatches;
         ++microbatch) {
      if (!runsThrough(problem, microbatch, stage))
        continue;
      unsigned cell = done[stage * problem.microbatches + microbatch];
      ActionKind missing = forward;
      if ((cell & bitOf(forward)) != 0)
        missing =
            (cell & bitOf(input_gradient)) != 0 ? weight_gradient : backward;
      if ((cell & (bitOf(missing) | bitOf(backward))) == 0)
        return Error{fmt::format("processor {} lacks {}",
                                 problem.stages[stage].processor,
                                 toString({stage, missing, microbatch}))};
    }
  return Status::success();
}

} // namespace

Status check(const PipelineProblem &problem, const PipelineOrder &order) {
  if (Status status = check(problem); !status)
    return status;
  int64_t processors = order.processors.size();
  if (processors != problem.machine.processors)
    return Error{fmt::format("the order has {} processors, the machine {}",
                             processors, problem.machine.processors)};
  OrderCheck state(problem);
  for (int64_t processor = 0; processor < processors; ++processor) {
    const std::vector<PipelineAction> &row = order.processors[processor];
    for (size_t position = 0; position < row.size(); ++position)
      if (Status status = state.add(row[position], processor, position);
          !status)
        return status;
    if (Status status = state.checkOverlaps(row, processor); !status)
      return status;
  }
  return state.checkAllDone();
}

} // namespace layerpipe::scheduling
