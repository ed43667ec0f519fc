//===- NetworkForms.cpp - A network in all forms of its tasks -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Transforms/NetworkForms.h"

#include "Phases.h"
#include "layerpipe/Analysis/SplitRules.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

using namespace mlir;
using namespace layerpipe;
using strategies::TaskForm;

static FailureOr<NetworkForm> makeForm(GraphOp graph, TaskForm form,
                                       const CostModelOptions &costs) {
  NetworkForm network;
  network.graph = OwningOpRef<GraphOp>(graph.clone());
  GraphOp copy = *network.graph;
  if ((form != TaskForm::coupled && failed(decoupleGradients(copy))) ||
      failed(formTasks(copy, form == TaskForm::divisible)) ||
      failed(estimateCosts(copy, costs)))
    return failure();
  FailureOr<TrainingGraph> training = extractTrainingGraph(copy);
  if (failed(training))
    return failure();
  network.training = std::move(*training);
  return network;
}

/// Returns the split rules of the kinds that may be cut.
static FailureOr<std::vector<scheduling::SplitRule>>
findRules(GraphOp graph, const TrainingGraph &training,
          const FormOptions &options) {
  auto kinds = scheduling::parseSplitKinds(options.split);
  if (!kinds)
    return graph.emitError("unknown kinds to split '")
           << options.split
           << "'; there are none, grad_input, gradients and all";
  if (failed(requireWithin(graph, "quantum", options.splitQuantum,
                           limits::quantum)))
    return failure();
  std::vector<scheduling::SplitRule> rules = extractSplitRules(training);
  // Kernels block channels, not samples.
  for (scheduling::SplitRule &rule : rules)
    if (rule.axis != scheduling::SplitAxis::batch)
      rule.quantum = options.splitQuantum;
  return selectRules(training.graph, std::move(rules), *kinds);
}

FailureOr<NetworkForms> NetworkForms::make(GraphOp graph,
                                           const FormOptions &options) {
  NetworkForms made;
  for (TaskForm form :
       {TaskForm::coupled, TaskForm::decoupled, TaskForm::divisible}) {
    FailureOr<NetworkForm> network = makeForm(graph, form, options.costs);
    if (failed(network))
      return failure();
    made[form] = std::move(*network);
  }
  strategies::TaskForms &forms = made.forms;
  NetworkForm &divisible = made[TaskForm::divisible];
  auto rules = findRules(graph, divisible.training, options);
  if (failed(rules))
    return failure();
  forms.name = graph.getSymName().str();
  forms.timeUnit = divisible.graph->getTimeUnit().value_or("cycles").str();
  forms.coupled = made[TaskForm::coupled].training.graph;
  forms.decoupled = made[TaskForm::decoupled].training.graph;
  forms.divisible = divisible.training.graph;
  forms.rules = std::move(*rules);
  return made;
}
