//===- LevelledSplits.cpp - Cuts that level processors --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LevelledSplits.h"

#include "Phases.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSolver.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <cmath>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::scheduling;

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
  Result<Assignment> whole = assignProcessors(training.graph, given.processors,
                                              AssignmentStrategy::free);
  if (whole) {
    options->starts.push_back(whole->processor);
    options->longestPeriod = whole->period;
  }
  Result<JointBound> bound = boundJointSchedule(problem);
  if (!bound)
    return graph.emitError("can't split: ") << bound.message();
  Result<JointSchedule> answer = solveJointSchedule(problem, *options);
  if (!answer)
    return graph.emitError("can't split: ") << answer.message();
  if (Status valid = verify(problem, *answer); !valid)
    return graph.emitError("defect in the split search: ") << valid.message();
  LevelledSplits levelled{std::move(answer->splits), {}, bound->period};
  const TaskGraph &parts = answer->problem.graph;
  for (auto [task, processor] :
       llvm::zip_equal(parts.tasks, answer->problem.assignment))
    levelled.processors[task.name] = processor;
  return levelled;
}
