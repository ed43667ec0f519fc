//===- LevelledSplits.cpp - Cuts that level processors --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LevelledSplits.h"

#include "Phases.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include "layerpipe/Transforms/NoAnswer.h"

#include <cmath>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::scheduling;

static constexpr StringRef cannot = "can't split: ";

static FailureOr<JointOptions> makeOptions(GraphOp graph,
                                           const LevelOptions &given) {
  JointOptions options;
  auto objectives = parseObjectives(given.objectives);
  if (!objectives)
    return graph.emitError("objectives: ") << objectives.message();
  options.objectives = *objectives;
  if (failed(requireWithin(graph, "tolerance", given.tolerance,
                           limits::tolerance)))
    return failure();
  constexpr int64_t scale = 1'000'000;
  options.tolerance = {std::llround(given.tolerance / 100 * double(scale)),
                       scale};
  return options;
}

FailureOr<LevelledSplits> layerpipe::levelSplits(GraphOp graph,
                                                 const TrainingGraph &training,
                                                 std::vector<SplitRule> rules,
                                                 const LevelOptions &given) {
  FailureOr<JointOptions> options = makeOptions(graph, given);
  if (failed(options))
    return failure();
  JointProblem problem{training.graph, std::move(rules),
                       Machine{given.processors}, given.maxStaleness};
  auto whole =
      verified("the assignment",
               assignProcessors(training.graph, given.processors,
                                AssignmentStrategy::free),
               [&](const Assignment &answer) {
                 return verify(training.graph, given.processors, answer);
               });
  if (!whole && isDefect(whole.error()))
    return emitNoAnswer(graph, cannot, whole.error());
  if (whole) {
    options->starts.push_back(whole->processor);
    options->longestPeriod = whole->period;
  }
  auto bound =
      verified("the bound of splits", boundJointSchedule(problem),
               [&](const JointBound &found) { return verify(problem, found); });
  if (!bound)
    return emitNoAnswer(graph, cannot, bound.error());
  auto answer = verified(
      "the split search", solveJointSchedule(problem, *options),
      [&](const JointSchedule &found) { return verify(problem, found); });
  if (!answer)
    return emitNoAnswer(graph, cannot, answer.error());
  LevelledSplits levelled{std::move(answer->splits), {}, bound->period};
  const TaskGraph &parts = answer->problem.graph;
  for (auto [task, processor] :
       llvm::zip_equal(parts.tasks, answer->problem.assignment))
    levelled.processors[task.name] = processor;
  return levelled;
}
