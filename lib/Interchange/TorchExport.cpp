//===- TorchExport.cpp - Orders become PyTorch's rows ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchOrder.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::interchange {

using namespace scheduling;

namespace {

constexpr std::string_view format = "PyTorch's format";

Status checkEdges(const PipelineProblem &problem) {
  auto stages = static_cast<int64_t>(problem.stages.size());
  std::vector<bool> joined(stages, false);
  for (const StageEdge &edge : problem.edges) {
    if (edge.to != edge.from + 1)
      return Error{fmt::format(
          "{} has no messages from stage {} to stage {}: a stage talks to the "
          "one before and the one after it. Put what the connection skips into "
          "one stage, or hand the value on through the stages between",
          format, edge.from, edge.to)};
    joined[edge.to] = true;
  }
  for (int64_t stage = 1; stage < stages; ++stage)
    if (!joined[stage])
      return Error{fmt::format("{} is a chain of stages, and stage {} does not "
                               "read what stage {} makes",
                               format, stage, stage - 1)};
  return Status::success();
}

TorchOp sendOf(const Message &message) {
  return message.producer.kind == ActionKind::forward ? TorchOp::send_forward
                                                      : TorchOp::send_backward;
}

TorchOp receiveOf(const Message &message) {
  return message.producer.kind == ActionKind::forward
             ? TorchOp::receive_forward
             : TorchOp::receive_backward;
}

TorchAction actionOf(const CommunicationRows &rows, const RowStep &step) {
  if (step.kind == RowStep::Kind::compute)
    return {step.action.stage, static_cast<TorchOp>(step.action.kind),
            step.action.microbatch};
  const Message &message = rows.messages[step.message];
  bool send = step.kind == RowStep::Kind::send;
  return {send ? message.producer.stage : message.consumer.stage,
          send ? sendOf(message) : receiveOf(message),
          message.producer.microbatch};
}

/// Turns steps into cells, and puts REDUCE_GRAD behind the last gradient of
/// each stage if wanted.
TorchRows cellsOf(const CommunicationRows &rows, int64_t stages,
                  bool reduceGradients) {
  std::vector<int64_t> left(stages, 0);
  auto isLastPart = [](const PipelineAction &action) {
    return action.kind == ActionKind::backward ||
           action.kind == ActionKind::weight_gradient;
  };
  for (const std::vector<RowStep> &row : rows.processors)
    for (const RowStep &step : row)
      if (step.kind == RowStep::Kind::compute)
        left[step.action.stage] += isLastPart(step.action) ? 1 : 0;
  TorchRows result;
  for (const std::vector<RowStep> &row : rows.processors) {
    TorchRow &cells = result.ranks.emplace_back();
    bool joined = false;
    std::vector<int64_t> done;
    for (const RowStep &step : row) {
      if (!joined)
        cells.emplace_back();
      cells.back().actions.push_back(actionOf(rows, step));
      bool computes = step.kind == RowStep::Kind::compute;
      joined = computes && step.action.overlapsNext;
      if (computes && isLastPart(step.action) && --left[step.action.stage] == 0)
        done.push_back(step.action.stage);
      if (joined)
        continue;
      for (int64_t stage : done)
        if (reduceGradients)
          cells.push_back({{{stage, TorchOp::reduce_gradient, -1}}});
      done.clear();
    }
  }
  return result;
}

} // namespace

Status checkTorchCanSay(const PipelineProblem &problem) {
  if (Status valid = check(problem); !valid)
    return valid;
  for (const PipelineStage &stage : problem.stages)
    if (stage.pipeline != 0)
      return Error{fmt::format(
          "{} has one pipeline: a stage is on one rank, and microbatches run "
          "through all stages in one direction",
          format)};
  auto uneven = std::adjacent_find(problem.samples.begin(),
                                   problem.samples.end(), std::not_equal_to());
  if (uneven != problem.samples.end())
    return Error{fmt::format(
        "{} has equal microbatches, and microbatch {} has {} samples where the "
        "one before it has {}",
        format, uneven + 1 - problem.samples.begin(), *(uneven + 1), *uneven)};
  if (Status chain = checkEdges(problem); !chain)
    return chain;
  std::vector<int64_t> rankOfStage;
  for (const PipelineStage &stage : problem.stages)
    rankOfStage.push_back(stage.processor);
  if (Status busy = checkPlacement(rankOfStage, problem.machine.processors,
                                   TorchPlacement::manual);
      !busy)
    return Error{busy.message() + ", and PyTorch refuses rows without actions"};
  return Status::success();
}

Status checkTorchCanSay(const StaticSchedule &schedule) {
  for (const ScheduleParameter &parameter : schedule.parameters)
    if (parameter.staleness > 0)
      return Error{fmt::format(
          "the gradient of '{}' is {} iterations late, and {} ends each step "
          "with all gradients added up: it has no versions of weights. "
          "Synchronous schedules have no late gradients",
          parameter.name, parameter.staleness, format)};
  return Status::success();
}

Result<TorchRows> toTorchRows(const PipelineProblem &problem,
                              const PipelineOrder &order,
                              const TorchRowsOptions &options) {
  if (Status can = checkTorchCanSay(problem); !can)
    return can;
  auto lowered = addMessages(problem, order, options.lowering);
  if (!lowered)
    return lowered.error();
  bool communicates = options.level == TorchLevel::compute_comms;
  auto stages = static_cast<int64_t>(problem.stages.size());
  if (communicates)
    return cellsOf(*lowered, stages, options.reduceGradients);
  CommunicationRows computing;
  for (std::vector<RowStep> &row : lowered->processors) {
    std::erase_if(row, [](const RowStep &step) {
      return step.kind != RowStep::Kind::compute;
    });
    computing.processors.push_back(std::move(row));
  }
  TorchRows rows = cellsOf(computing, stages, false);
  Result<TorchFacts> facts = checkTorchRows(rows);
  if (!facts)
    return facts.error();
  return alignColumns(rows, *facts);
}

} // namespace layerpipe::interchange
