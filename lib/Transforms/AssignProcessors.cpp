//===- AssignProcessors.cpp - a processor for every task ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Phases.h"
#include "layerpipe/Analysis/GraphMachine.h"
#include "layerpipe/Analysis/GraphPins.h"
#include "layerpipe/Analysis/TrainingGraph.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Transforms/NoAnswer.h"
#include "layerpipe/Transforms/Passes.h"
#include "llvm/ADT/StringSwitch.h"

namespace layerpipe {
#define GEN_PASS_DEF_ASSIGNPROCESSORS
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;
using scheduling::AssignmentStrategy;

namespace {
struct AssignProcessorsPass
    : public layerpipe::impl::AssignProcessorsBase<AssignProcessorsPass> {
  using AssignProcessorsBase::AssignProcessorsBase;
  void runOnOperation() override;

private:
  FailureOr<AssignmentStrategy> parseStrategy(GraphOp graph);
  LogicalResult assign(GraphOp graph);
};
} // namespace

FailureOr<AssignmentStrategy>
AssignProcessorsPass::parseStrategy(GraphOp graph) {
  auto known = llvm::StringSwitch<std::optional<AssignmentStrategy>>(strategy)
                   .Case("sequential", AssignmentStrategy::sequential)
                   .Case("pipedream", AssignmentStrategy::contiguous)
                   .Case("layerpipe-intra", AssignmentStrategy::free)
                   .Default(std::nullopt);
  if (!known)
    return graph.emitError("unknown strategy '")
           << strategy
           << "'; there are sequential, pipedream and layerpipe-intra, and "
              "--layerpipe-plan has others";
  return *known;
}

LogicalResult AssignProcessorsPass::assign(GraphOp graph) {
  FailureOr<AssignmentStrategy> known = parseStrategy(graph);
  if (failed(known))
    return failure();
  FailureOr<TrainingGraph> training = extractTrainingGraph(graph);
  if (failed(training))
    return failure();
  FailureOr<scheduling::Machine> machine = machineOf(graph, processors);
  if (failed(machine))
    return failure();
  if (auto valid = machine::checkPins(pinsOf(graph), processors); !valid)
    return graph.emitError() << valid.message();
  FailureOr<scheduling::LayerPins> pins = resolvePins(graph, training->graph);
  if (failed(pins))
    return failure();
  scheduling::AssignmentProblem problem{training->graph, *machine,
                                        pinsOfTasks(*pins, training->graph)};
  auto assignment = scheduling::verified(
      "the assignment", scheduling::assignProcessors(problem, *known),
      [&](const scheduling::Assignment &answer) {
        return verify(problem, answer);
      });
  if (!assignment)
    return emitNoAnswer(graph, "can't assign processors: ", assignment.error());
  for (int64_t task = 0, count = training->taskOps.size(); task < count; ++task)
    if (TaskOp op = training->taskOp(task))
      op.setProcessor(assignment->processor[task]);
  graph.setProcessors(processors);
  return success();
}

void AssignProcessorsPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(
          graph, {Phase::training, Phase::pipelined},
          "assign processors between estimate-costs and schedule")) ||
      failed(checkTimes(graph)) || failed(assign(graph)))
    return signalPassFailure();
  graph.setStrategy(strategy);
}
