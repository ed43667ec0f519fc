//===- NetworkForms.cpp - A network in all forms of its tasks -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Transforms/NetworkForms.h"

#include "OrderSums.h"
#include "Phases.h"
#include "layerpipe/Analysis/SplitRules.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <map>
#include <memory>

using namespace mlir;
using namespace layerpipe;
using strategies::TaskForm;

static FailureOr<NetworkForm> makeForm(OwningOpRef<GraphOp> copy, TaskForm form,
                                       const CostModelOptions &costs) {
  NetworkForm network;
  network.graph = std::move(copy);
  GraphOp graph = *network.graph;
  if ((form != TaskForm::coupled && failed(decoupleGradients(graph))) ||
      failed(formTasks(graph, form == TaskForm::divisible)) ||
      failed(estimateCosts(graph, costs)))
    return failure();
  FailureOr<TrainingGraph> training = extractTrainingGraph(graph);
  if (failed(training))
    return failure();
  network.training = std::move(*training);
  return network;
}

/// Returns a function that makes the coupled form in stages. Errors are
/// reported at the op, too.
static strategies::StagedGraph coupledInStages(GraphOp graph,
                                               const CostModelOptions &costs) {
  auto training = std::make_shared<OwningOpRef<GraphOp>>(graph.clone());
  return [training, costs](const std::map<int64_t, int64_t> &stages)
             -> scheduling::Result<scheduling::TaskGraph> {
    OwningOpRef<GraphOp> copy((*training)->clone());
    orderGradientSums(*copy, {stages});
    FailureOr<NetworkForm> network =
        makeForm(std::move(copy), TaskForm::coupled, costs);
    if (failed(network))
      return scheduling::Error{
          "gradients can't be added up in the order of the stages"};
    return std::move(network->training.graph);
  };
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
    FailureOr<NetworkForm> network =
        makeForm(OwningOpRef<GraphOp>(graph.clone()), form, options.costs);
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
  forms.coupledInStages = coupledInStages(graph, options.costs);
  return made;
}
