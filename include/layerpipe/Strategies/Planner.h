//===- Planner.h - From a strategy's name to a plan -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The planner runs strategies (Strategy.h) on a network. Everything that
// schedules by a strategy's name asks it: the pass --layerpipe-plan, and with
// it compiled programs, and comparisons.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_STRATEGIES_PLANNER_H
#define LAYERPIPE_STRATEGIES_PLANNER_H

#include "layerpipe/Machine/MachineDescription.h"
#include "layerpipe/Machine/NamedPins.h"
#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Splitting/JointBounds.h"
#include "layerpipe/Scheduling/Splitting/JointSchedule.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"
#include "layerpipe/Strategies/Plan.h"
#include "layerpipe/Strategies/TaskForms.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace layerpipe::strategies {

/// Plans are made for the machine that is described.
struct PlannerOptions : machine::MachineDescription {
  /// These say how `layerpipe` chooses splits: its objectives, and by how much
  /// a period may exceed its bound and still count as short enough.
  std::vector<scheduling::Objective> objectives = {};
  scheduling::Fraction tolerance = {1, 100};
  /// No layer's gradient may be later than this.
  std::optional<int64_t> maxStaleness = std::nullopt;
  /// The time limit is for all searches of one plan together; each of them
  /// begins with the seed.
  scheduling::Limits limits = {};
  /// All tasks of these layers run, whole, on these processors. Layers have the
  /// names of layerNames().
  machine::NamedPins pins = {};
};

/// Succeeds if the machine has so many processors and is legal, and if no layer
/// is placed on another one.
scheduling::Status check(const PlannerOptions &options, int64_t processors);

class Planner {
public:
  /// Begins with a network. Forms and options must outlive the planner, and
  /// forms must have passed check(), options theirs for each number of
  /// processors that is asked for. Fails on pins of layers that the network
  /// lacks.
  static scheduling::Result<Planner> create(const TaskForms &forms,
                                            const PlannerOptions &options);

  /// Returns what the strategy of that name answers. Every answer keeps the
  /// staleness limit, the memory and the pins; a strategy that can't keep these
  /// says why. Answers are kept, those of other numbers
  /// of processors only under a limit.
  ///
  /// `layerpipe-intra` is never slower than `pipedream` on as many processors.
  /// `layerpipe`, if the period is its first objective, is never slower than
  /// these two. Without limits its period may be longer within the tolerance of
  /// its bound. Under
  /// such a limit, no strategy is slower than itself on one processor less, up
  /// to 32; beyond, on some of the smaller numbers. Periods within the
  /// tolerance of the bound count as equal.
  const scheduling::Result<Outcome> &plan(std::string_view strategy,
                                          int64_t processors);

  /// Returns the outcome of `layerpipe`, and all that findParetoFront finds for
  /// each kind of splits.
  scheduling::Result<std::vector<Outcome>> planFront(int64_t processors);

  /// Returns so many bytes that no schedule of `layerpipe` sends fewer at this
  /// period. Fails, as a defect, where these are more than `moved`, which a
  /// schedule of this period sends.
  scheduling::Result<int64_t> boundTraffic(int64_t processors, int64_t period,
                                           int64_t moved) const;

  /// Returns the staleness that no schedule of the plan's tasks, whole or cut
  /// as its form allows, falls below at its period. Fails, as a defect, where
  /// the plan itself does.
  scheduling::Result<scheduling::StalenessBound>
  boundStaleness(int64_t processors, const Plan &plan) const;

  /// Returns the schedule of an outcome with a plan, on all processors of the
  /// machine.
  scheduling::Result<scheduling::StaticSchedule>
  describe(std::string_view strategy, int64_t processors,
           const Outcome &outcome) const;

  scheduling::Machine machineOf(int64_t processors) const {
    return makeMachine(options, processors);
  }

  /// Returns whether fewer processors may be faster than more: a limit may ask
  /// for a longer period on more of them, and a slow processor or link may hold
  /// up fast ones.
  bool isLimited() const;

  /// Returns the bound of whole tasks in whichever form has the lesser one.
  scheduling::PeriodBound leastBound(int64_t processors) const;

  /// Returns the bound of that graph, which is at least what is pinned to one
  /// processor.
  scheduling::PeriodBound boundOf(const scheduling::GraphBound &bound,
                                  const scheduling::TaskGraph &graph,
                                  int64_t processors) const;

  /// Returns how many processors the pins ask for, at least 1.
  int64_t leastProcessors() const;

  /// Returns the machine as searches see it. Where processors and links are
  /// equal, it has no more processors than there are parts of tasks, since the
  /// others would be idle, but those of all pins.
  scheduling::Machine searchedMachine(int64_t processors) const;

  const TaskForms &forms;
  const PlannerOptions &options;
  scheduling::GraphBound coupled;
  scheduling::GraphBound decoupled;
  /// The layers of the coupled graph, or an error where it has none, stand
  /// here.
  scheduling::Result<scheduling::LayerGraph> layers;
  std::map<int64_t, std::string> layerNames;
  /// These are the options' pins.
  scheduling::LayerPins pins;

private:
  Planner(const TaskForms &forms, const PlannerOptions &options,
          scheduling::GraphBound coupled, scheduling::GraphBound decoupled,
          std::map<int64_t, std::string> layerNames,
          scheduling::LayerPins pins);

  /// Counts the tasks, each cut into as many parts as it may be.
  static int64_t countParts(const TaskForms &forms);

  int64_t parts;
  std::map<std::pair<std::string, int64_t>, scheduling::Result<Outcome>>
      answers;
};

} // namespace layerpipe::strategies

#endif // LAYERPIPE_STRATEGIES_PLANNER_H
