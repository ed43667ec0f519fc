//===- Plan.cpp - A strategy, or a schedule file, applied -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ApplySchedule.h"
#include "OrderSums.h"
#include "Phases.h"
#include "layerpipe/Analysis/GraphMachine.h"
#include "layerpipe/Analysis/GraphPins.h"
#include "layerpipe/Machine/MachineOptions.h"
#include "layerpipe/Schedule/ScheduleJson.h"
#include "layerpipe/Strategies/FreePlans.h"
#include "layerpipe/Strategies/Planner.h"
#include "layerpipe/Strategies/Strategy.h"
#include "layerpipe/Transforms/NetworkForms.h"
#include "layerpipe/Transforms/NoAnswer.h"
#include "layerpipe/Transforms/Passes.h"
#include "llvm/Support/MemoryBuffer.h"

#include <cmath>
#include <optional>

namespace layerpipe {
#define GEN_PASS_DEF_PLAN
#include "layerpipe/Transforms/Passes.h.inc"
} // namespace layerpipe

using namespace mlir;
using namespace layerpipe;
using scheduling::StaticSchedule;
using strategies::TaskForm;

namespace {
struct PlanPass : public layerpipe::impl::PlanBase<PlanPass> {
  using PlanBase::PlanBase;
  void runOnOperation() override;

private:
  struct Planned {
    /// Nobody knows the form of a file's schedule before it is looked for.
    std::optional<TaskForm> form;
    StaticSchedule schedule;
    /// With pins, this is the shortest period that is known without them.
    std::optional<int64_t> freePeriod = std::nullopt;
  };
  LogicalResult readPins(GraphOp graph) const;
  FailureOr<std::optional<int64_t>>
  findFreePeriod(GraphOp graph, const NetworkForms &forms,
                 const strategies::PlannerOptions &options,
                 int64_t pinned) const;
  FailureOr<machine::MachineDescription> readMachine(GraphOp graph) const;
  FailureOr<strategies::PlannerOptions>
  readOptions(GraphOp graph, const machine::MachineDescription &machine) const;
  FailureOr<Planned> plan(GraphOp graph, const NetworkForms &forms,
                          const machine::MachineDescription &machine) const;
  FailureOr<Planned> readFile(GraphOp graph) const;
  LogicalResult apply(GraphOp graph, NetworkForms &forms,
                      const FormOptions &options, const Planned &planned,
                      machine::MachineDescription machine) const;
};
} // namespace

/// Returns the machine of the options or, without any, that of the graph.
FailureOr<machine::MachineDescription>
PlanPass::readMachine(GraphOp graph) const {
  machine::MachineOptions options{
      bandwidth, latency, {speeds.begin(), speeds.end()}, memoryLimit};
  if (!options.any())
    return describeMachine(graph.getMachine());
  if (graph.getMachine())
    return graph.emitError("has a machine already: leave out the options "
                           "bandwidth, latency, speeds and memory-limit");
  if (!schedule.empty() && !options.speeds.empty())
    return graph.emitError("speeds: the schedule says how fast its processors "
                           "are");
  auto machine = machine::describeMachine(options);
  if (!machine)
    return graph.emitError() << machine.message();
  return *machine;
}

/// Adds the pins of the options to those of the graph.
LogicalResult PlanPass::readPins(GraphOp graph) const {
  if (place.empty())
    return success();
  auto placed = machine::parsePins({place.begin(), place.end()});
  if (!placed)
    return graph.emitError("place: ") << placed.message();
  auto pins = machine::joinPins(pinsOf(graph), *placed);
  if (!pins)
    return graph.emitError("place: ") << pins.message();
  setPins(graph, *pins);
  return success();
}

FailureOr<strategies::PlannerOptions>
PlanPass::readOptions(GraphOp graph,
                      const machine::MachineDescription &machine) const {
  strategies::PlannerOptions options{machine};
  auto order = scheduling::parseObjectives(objectives.getValue());
  if (!order)
    return graph.emitError("objectives: ") << order.message();
  options.objectives = *order;
  if (failed(requireWithin<double>(graph, "tolerance", tolerance,
                                   limits::tolerance)))
    return failure();
  constexpr int64_t scale = 1'000'000;
  options.tolerance = {std::llround(tolerance / 100 * double(scale)), scale};
  if (maxStaleness >= 0)
    options.maxStaleness = maxStaleness;
  options.pins = pinsOf(graph);
  if (scheduling::Status valid = strategies::check(options, processors); !valid)
    return graph.emitError() << valid.message();
  return options;
}

FailureOr<std::optional<int64_t>>
PlanPass::findFreePeriod(GraphOp graph, const NetworkForms &forms,
                         const strategies::PlannerOptions &options,
                         int64_t pinned) const {
  if (options.pins.empty())
    return std::optional<int64_t>();
  auto plans = strategies::FreePlans::create(forms.tasks(), options);
  if (!plans)
    return emitNoAnswer(graph, "can't plan: ", plans.error());
  auto period = plans->periodOf(strategy.getValue(), processors, pinned);
  if (!period)
    return emitNoAnswer(graph, "can't plan: ", period.error());
  return std::optional(*period);
}

/// Runs the strategy. Whether the schedule is right is judged again when it is
/// applied.
FailureOr<PlanPass::Planned>
PlanPass::plan(GraphOp graph, const NetworkForms &forms,
               const machine::MachineDescription &machine) const {
  auto known = strategies::parseStrategy(strategy.getValue());
  if (!known)
    return graph.emitError() << known.message();
  if (!known->schedulable)
    return graph.emitError("strategy ")
           << strategy << " yields costs, but no schedule";
  FailureOr<strategies::PlannerOptions> options = readOptions(graph, machine);
  if (failed(options))
    return failure();
  auto planner = strategies::Planner::create(forms.tasks(), *options);
  if (!planner)
    return emitNoAnswer(graph, "can't plan: ", planner.error());
  const auto &outcome = planner->plan(strategy.getValue(), processors);
  if (!outcome)
    return emitNoAnswer(graph, "can't plan: ", outcome.error());
  auto schedule = planner->describe(strategy.getValue(), processors, *outcome);
  if (!schedule)
    return emitNoAnswer(graph, "can't plan: ", schedule.error());
  FailureOr<std::optional<int64_t>> free =
      findFreePeriod(graph, forms, *options, schedule->period);
  if (failed(free))
    return failure();
  return Planned{outcome->plan->form, std::move(*schedule), *free};
}

/// Reads a schedule of this network from a file.
FailureOr<PlanPass::Planned> PlanPass::readFile(GraphOp graph) const {
  auto file = llvm::MemoryBuffer::getFile(schedule.getValue());
  if (!file)
    return graph.emitError("can't read the schedule '")
           << schedule << "': " << file.getError().message();
  auto read = scheduling::readScheduleJson((*file)->getBuffer().str());
  if (!read)
    return graph.emitError("the schedule '")
           << schedule << "': " << read.message();
  if (scheduling::Status valid = scheduling::check(*read); !valid)
    return graph.emitError("the schedule '")
           << schedule << "': " << valid.message();
  return Planned{std::nullopt, std::move(*read)};
}

/// Applies a schedule. Its edges say in which order gradients are added up.
LogicalResult PlanPass::apply(GraphOp graph, NetworkForms &forms,
                              const FormOptions &options,
                              const Planned &planned,
                              machine::MachineDescription machine) const {
  if (orderGradientSums(graph, orderOf(planned.schedule))) {
    FailureOr<NetworkForms> ordered = NetworkForms::make(graph, options);
    if (failed(ordered))
      return failure();
    forms = std::move(*ordered);
  }
  FailureOr<TaskForm> form =
      planned.form ? *planned.form : findForm(graph, forms, planned.schedule);
  if (failed(form))
    return failure();
  if (failed(applySchedule(graph, forms, *form, planned.schedule,
                           std::move(machine))))
    return failure();
  if (planned.freePeriod)
    graph.setFreePeriod(*planned.freePeriod);
  return success();
}

void PlanPass::runOnOperation() {
  GraphOp graph = getOperation();
  if (failed(requirePhase(graph, {Phase::training},
                          "plan after --layerpipe-differentiate")) ||
      failed(requireNoTasks(graph)))
    return signalPassFailure();
  if (failed(readPins(graph)))
    return signalPassFailure();
  FormOptions options{
      {costModel, profile, gigaflops, gigabytesPerSecond}, split, splitQuantum};
  FailureOr<NetworkForms> forms = NetworkForms::make(graph, options);
  if (failed(forms))
    return signalPassFailure();
  FailureOr<machine::MachineDescription> machine = readMachine(graph);
  if (failed(machine))
    return signalPassFailure();
  FailureOr<Planned> planned =
      schedule.empty() ? plan(graph, *forms, *machine) : readFile(graph);
  if (failed(planned) ||
      failed(apply(graph, *forms, options, *planned, std::move(*machine))))
    signalPassFailure();
}
