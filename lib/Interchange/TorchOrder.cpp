//===- TorchOrder.cpp - Orders of PyTorch's rows --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchOrder.h"

#include <fmt/format.h>

#include <utility>

namespace layerpipe::interchange {

using namespace scheduling;

namespace {

static_assert(static_cast<int>(TorchOp::forward) ==
                  static_cast<int>(ActionKind::forward) &&
              static_cast<int>(TorchOp::input_gradient) ==
                  static_cast<int>(ActionKind::input_gradient) &&
              static_cast<int>(TorchOp::weight_gradient) ==
                  static_cast<int>(ActionKind::weight_gradient) &&
              static_cast<int>(TorchOp::backward) ==
                  static_cast<int>(ActionKind::backward));

/// Numbers the messages between neighbouring stages on two ranks.
class Messages {
public:
  Messages(const TorchRows &rows, const TorchFacts &facts);

  /// Names the message that a send or a receive is an end of.
  int64_t find(const TorchAction &action) const;

  std::vector<Message> messages;

private:
  ActionKind backwardOf(int64_t stage, int64_t microbatch) const {
    return splits[stage * facts.microbatches + microbatch]
               ? ActionKind::input_gradient
               : ActionKind::backward;
  }
  void add(int64_t stage);

  const TorchFacts &facts;
  /// Says of each stage and microbatch whether its gradients are split.
  std::vector<bool> splits;
  /// Gives the first message between each stage and the next one.
  std::vector<int64_t> first;
};

Messages::Messages(const TorchRows &rows, const TorchFacts &facts)
    : facts(facts), splits(facts.stages * facts.microbatches, false) {
  for (const TorchRow &row : rows.ranks)
    for (const TorchCell &cell : row)
      for (const TorchAction &action : cell.actions)
        if (action.op == TorchOp::input_gradient)
          splits[action.stage * facts.microbatches + action.microbatch] = true;
  for (int64_t stage = 0; stage + 1 < facts.stages; ++stage) {
    first.push_back(static_cast<int64_t>(messages.size()));
    if (facts.rankOfStage[stage] != facts.rankOfStage[stage + 1])
      add(stage);
  }
}

/// Adds those between a stage and the next one: there, then back.
void Messages::add(int64_t stage) {
  int64_t here = facts.rankOfStage[stage], next = facts.rankOfStage[stage + 1];
  for (int64_t m = 0; m < facts.microbatches; ++m)
    messages.push_back({{stage, ActionKind::forward, m},
                        {stage + 1, ActionKind::forward, m},
                        here,
                        next});
  for (int64_t m = 0; m < facts.microbatches; ++m)
    messages.push_back({{stage + 1, backwardOf(stage + 1, m), m},
                        {stage, backwardOf(stage, m), m},
                        next,
                        here});
}

int64_t Messages::find(const TorchAction &action) const {
  bool there = action.op == TorchOp::send_forward ||
               action.op == TorchOp::receive_forward;
  bool lower = action.op == TorchOp::send_forward ||
               action.op == TorchOp::receive_backward;
  int64_t stage = lower ? action.stage : action.stage - 1;
  return first[stage] + (there ? 0 : facts.microbatches) + action.microbatch;
}

} // namespace

PipelineOrder orderOf(const TorchRows &rows) {
  PipelineOrder order;
  for (const TorchRow &row : rows.ranks) {
    order.processors.emplace_back();
    for (const TorchCell &cell : row)
      for (const TorchAction &action : cell.actions)
        if (isCompute(action.op))
          order.processors.back().push_back(
              {action.stage, static_cast<ActionKind>(action.op),
               action.microbatch, &action != &cell.actions.back()});
  }
  return order;
}

PipelineProblem unitProblemOf(const TorchFacts &facts) {
  PipelineProblem problem;
  problem.machine.processors = facts.ranks;
  problem.microbatches = facts.microbatches;
  for (int64_t stage = 0; stage < facts.stages; ++stage) {
    PipelineStage one;
    one.processor = facts.rankOfStage[stage];
    one.forwardTime = one.inputGradientTime = one.weightGradientTime = 1;
    one.activationBytes = one.weightGradientBytes = 1;
    problem.stages.push_back(one);
    if (stage > 0)
      problem.edges.push_back({stage - 1, stage, 0});
  }
  return problem;
}

Result<PipelineProblem> problemOf(const TorchFacts &facts,
                                  const std::vector<PipelineStage> &stages) {
  if (static_cast<int64_t>(stages.size()) != facts.stages)
    return Error{fmt::format("there are costs of {} stages; the rows have {}",
                             stages.size(), facts.stages)};
  PipelineProblem problem = unitProblemOf(facts);
  for (int64_t stage = 0; stage < facts.stages; ++stage) {
    problem.stages[stage] = stages[stage];
    problem.stages[stage].processor = facts.rankOfStage[stage];
  }
  return problem;
}

CommunicationRows messagesOf(const TorchRows &rows, const TorchFacts &facts) {
  Messages messages(rows, facts);
  CommunicationRows result;
  for (const TorchRow &row : rows.ranks) {
    std::vector<RowStep> &steps = result.processors.emplace_back();
    for (const TorchCell &cell : row)
      for (const TorchAction &action : cell.actions)
        if (isCompute(action.op))
          steps.push_back({RowStep::Kind::compute,
                           {action.stage, static_cast<ActionKind>(action.op),
                            action.microbatch},
                           -1});
        else if (hasMicrobatch(action.op))
          steps.push_back(
              {isSend(action.op) ? RowStep::Kind::send : RowStep::Kind::receive,
               {},
               messages.find(action)});
  }
  result.messages = std::move(messages.messages);
  return result;
}

} // namespace layerpipe::interchange
