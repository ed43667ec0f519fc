//===- SplitGradients.cpp - Tasks cut into parts --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Phases.h"
#include "SplitCuts.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include "layerpipe/Transforms/NoAnswer.h"
#include "layerpipe/Transforms/Passes.h"
#include "layerpipe/Transforms/SplitTasks.h"

namespace layerpipe {
#define GEN_PASS_DEF_SPLITGRADIENTS
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;
using scheduling::Split;
using scheduling::SplitRule;

static constexpr int64_t maxParts = 1024;

namespace {

struct SplitGradientsPass
    : public layerpipe::impl::SplitGradientsBase<SplitGradientsPass> {
  using SplitGradientsBase::SplitGradientsBase;
  void runOnOperation() override;

private:
  LogicalResult check(GraphOp graph);
  std::vector<SplitRule> extract(const TrainingGraph &training);
  FailureOr<std::vector<Split>> solve(GraphOp graph,
                                      const TrainingGraph &training,
                                      const std::vector<SplitRule> &rules);
  std::vector<Split> splitAll(const TrainingGraph &training,
                              const std::vector<SplitRule> &rules) const;
};

} // namespace

LogicalResult SplitGradientsPass::check(GraphOp graph) {
  if (failed(requirePhase(graph, {Phase::training, Phase::pipelined},
                          "split tasks between form-tasks and schedule")) ||
      failed(requireTasks(graph)))
    return failure();
  if (!scheduling::parseSplitKinds(split.getValue()))
    return graph.emitError("unknown kinds to split '")
           << split << "'; there are none, grad_input, gradients and all";
  if (!axis.empty() && !scheduling::parseSplitAxis(axis.getValue()))
    return graph.emitError("unknown axis '")
           << axis << "'; there are batch, output_channels and input_channels";
  if (failed(
          requireWithin<int64_t>(graph, "quantum", quantum, limits::quantum)))
    return failure();
  if (cuts.empty() == (parts == 0))
    return graph.emitError("needs either cuts or a number of parts; "
                           "--layerpipe-plan finds cuts that level processors");
  if (parts != 0 && (parts < 2 || parts > maxParts))
    return graph.emitError("parts must be between 2 and ")
           << maxParts << ", got " << int64_t(parts);
  return success();
}

std::vector<SplitRule>
SplitGradientsPass::extract(const TrainingGraph &training) {
  std::vector<SplitRule> rules = extractSplitRules(training);
  // Kernels block channels, not samples. If parts of every task are asked for,
  // the quantum is that of their lengths.
  for (SplitRule &rule : rules)
    if (parts != 0 || rule.axis != scheduling::SplitAxis::batch)
      rule.quantum = quantum;
  return rules;
}

/// Orders split rules by preference: those that concatenate come first, then
/// those that the description lists first.
static auto preference(const SplitRule &rule) {
  bool sum = scheduling::combineOf(rule) == scheduling::Combine::sum;
  return std::pair(sum, -static_cast<int>(rule.axis));
}

/// Cuts every eligible task into `parts`.
std::vector<Split>
SplitGradientsPass::splitAll(const TrainingGraph &training,
                             const std::vector<SplitRule> &rules) const {
  std::vector<Split> splits;
  for (auto [index, rule] : llvm::enumerate(rules)) {
    if (!axis.empty() && toString(rule.axis) != axis.getValue())
      continue;
    if (splits.empty() || rules[splits.back().rule].task != rule.task)
      splits.push_back({int64_t(index), {}});
    else if (preference(rule) < preference(rules[splits.back().rule]))
      splits.back().rule = int64_t(index);
  }
  for (Split &own : splits)
    own.cuts = equalCuts(rules[own.rule], parts);
  return splits;
}

FailureOr<std::vector<Split>>
SplitGradientsPass::solve(GraphOp graph, const TrainingGraph &training,
                          const std::vector<SplitRule> &rules) {
  if (!cuts.empty())
    return parseCuts(graph, training, rules, cuts);
  return splitAll(training, rules);
}

/// Verifies what is cut. An error in a split rule is our defect; one in a cut
/// may be the user's mistake.
static LogicalResult verify(GraphOp graph, const TrainingGraph &training,
                            const std::vector<SplitRule> &rules,
                            const std::vector<Split> &splits) {
  if (scheduling::Status valid = scheduling::check(training.graph, rules);
      !valid)
    return emitNoAnswer(
        graph, "",
        scheduling::defectOf("the split rules of tasks", valid.message()));
  if (scheduling::Status valid =
          scheduling::check(training.graph, rules, splits);
      !valid)
    return graph.emitError("can't split: ") << valid.message();
  return success();
}

static LogicalResult apply(GraphOp graph, const TrainingGraph &training,
                           const std::vector<SplitRule> &rules,
                           const std::vector<Split> &splits) {
  SmallVector<TaskSplit> chosen;
  for (const Split &own : splits) {
    const SplitRule &rule = rules[own.rule];
    chosen.push_back({training.taskOp(rule.task), convertAxis(rule.axis),
                      SmallVector<int64_t>(own.cuts.begin(), own.cuts.end())});
  }
  return splitTasks(graph, chosen);
}

void SplitGradientsPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(check(graph)))
    return signalPassFailure();
  FailureOr<TrainingGraph> training = extractTrainingGraph(graph);
  if (failed(training))
    return signalPassFailure();
  std::vector<SplitRule> rules = extract(*training);
  if (cuts.empty())
    rules = selectRules(training->graph, std::move(rules),
                        *scheduling::parseSplitKinds(split.getValue()));
  FailureOr<std::vector<Split>> splits = solve(graph, *training, rules);
  if (failed(splits))
    return signalPassFailure();
  if (failed(verify(graph, *training, rules, *splits)) ||
      failed(apply(graph, *training, rules, *splits)))
    return signalPassFailure();
}
