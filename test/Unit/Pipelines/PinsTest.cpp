//===- PinsTest.cpp - Every strategy with layers that are placed ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random networks with random pins. LAYERPIPE_RANDOM_NETWORKS, "1000" or
// "500-1000", asks for other networks than the usual 40 and 10.
//
//===----------------------------------------------------------------------===//

#include "PlannedNetworks.h"
#include "layerpipe/Scheduling/Model/Verified.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"
#include "layerpipe/Strategies/FreePlans.h"

#include <random>
#include <string>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using strategies::Outcome;
using strategies::Planner;
using strategies::PlannerOptions;

namespace {

constexpr const char *strategyNames[] = {"sequential", "pipedream",
                                         "layerpipe-intra", "layerpipe"};

class PinsTest : public PlannedNetworks {
protected:
  PinsTest() : PlannedNetworks(/*maxLayers=*/5) {}
};

/// Places about half of the layers, at least one: anywhere or, for odd seeds,
/// in the order of the processors.
machine::NamedPins drawPins(uint64_t seed,
                            const std::map<int64_t, std::string> &names,
                            int64_t processors) {
  std::mt19937_64 random(seed);
  machine::NamedPins pins;
  int64_t count = 0;
  for (const auto &[number, name] : names) {
    int64_t inOrder = count++ * processors / int64_t(names.size());
    if (pins.empty() || random() % 2 == 0)
      pins[name] =
          seed % 2 == 0 ? int64_t(random() % uint64_t(processors)) : inOrder;
  }
  return pins;
}

/// Says which task of a placed layer is elsewhere, or cut.
std::string brokenPin(const machine::NamedPins &pins,
                      const std::map<int64_t, std::string> &names,
                      const Outcome &outcome) {
  const scheduling::CyclicProblem &problem = outcome.plan->problem;
  for (size_t task = 0; task < problem.graph.tasks.size(); ++task) {
    const scheduling::Task &made = problem.graph.tasks[task];
    auto name = names.find(made.layer);
    if (name == names.end() || problem.assignment[task] < 0)
      continue;
    auto pin = pins.find(name->second);
    if (pin != pins.end() &&
        (made.part || problem.assignment[task] != pin->second))
      return made.name;
  }
  return "";
}

/// Writes the pins as the option `place` of a pass.
std::string optionOf(const machine::NamedPins &pins) {
  std::string text = "place=";
  for (const auto &[layer, processor] : pins)
    text += (text.back() == '=' ? "" : ",") + layer + "=" +
            std::to_string(processor);
  return text;
}

} // namespace

TEST_F(PinsTest, EveryStrategyKeepsThemOrSaysWhyNot) {
  std::map<std::string, int64_t> kept, dearer;
  for (auto [seed, end] = seeds(40); seed < end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OwningOpRef<ModuleOp> training = makeTraining(seed);
    auto forms = NetworkForms::make(onlyGraph(*training), formOptions());
    ASSERT_TRUE(succeeded(forms));
    auto names = scheduling::layerNames(forms->tasks().coupled);
    int64_t processors = 1 + int64_t(seed % 4);
    PlannerOptions options;
    options.pins = drawPins(seed, names, processors);
    if (seed % 5 == 1)
      options.maxStaleness = int64_t(seed % 3);
    if (seed % 5 == 2)
      options.links.others = {{50, 1}, 20};
    auto planner = Planner::create(forms->tasks(), options);
    ASSERT_TRUE(planner) << planner.message();
    auto free = strategies::FreePlans::create(forms->tasks(), options);
    ASSERT_TRUE(free) << free.message();
    for (std::string name : strategyNames) {
      SCOPED_TRACE(name);
      const auto &outcome = planner->plan(name, processors);
      ASSERT_TRUE(outcome || !scheduling::isDefect(outcome.error()))
          << outcome.message();
      if (name.starts_with("layerpipe"))
        ASSERT_TRUE(outcome) << outcome.message();
      if (!outcome)
        continue;
      EXPECT_EQ(brokenPin(options.pins, names, *outcome), "");
      int64_t period = outcome->plan->solution.period;
      EXPECT_LE(outcome->bound.value, period);
      auto without = free->periodOf(name, processors, period);
      ASSERT_TRUE(without) << without.message();
      EXPECT_LE(*without, period);
      auto bound = planner->boundStaleness(processors, *outcome->plan);
      EXPECT_TRUE(bound) << bound.message();
      auto schedule = planner->describe(name, processors, *outcome);
      EXPECT_TRUE(schedule) << schedule.message();
      ++kept[name];
      dearer[name] += *without < period;
    }
  }
  for (const char *name : strategyNames)
    EXPECT_GT(kept[name], 0) << name;
  EXPECT_GT(dearer["layerpipe"], 0);
}

TEST_F(PinsTest, TrainingIsThatOfTheSchedule) {
  for (auto [seed, end] = seeds(10); seed < end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OwningOpRef<ModuleOp> training = makeTraining(seed);
    auto forms = NetworkForms::make(onlyGraph(*training), formOptions());
    ASSERT_TRUE(succeeded(forms));
    machine::NamedPins pins =
        drawPins(seed, scheduling::layerNames(forms->tasks().coupled), 3);
    for (std::string name : {"layerpipe-intra", "layerpipe"}) {
      OwningOpRef<ModuleOp> copy = training->clone();
      ASSERT_TRUE(
          runPasses(*copy, "layerpipe-plan{processors=3 split-quantum=1 "
                           "strategy=" +
                               name + " " + optionOf(pins) +
                               "},layerpipe-verify-schedule"));
      EXPECT_TRUE(onlyGraph(*copy).getPins());
      EXPECT_TRUE(onlyGraph(*copy).getFreePeriod());
      EXPECT_TRUE(trainsAlike(*training, onlyGraph(*copy), seed));
    }
  }
}

/// Stages that are placed where they are anyway stay as they are.
TEST_F(PinsTest, OfThePlacesOfPipedreamCostNothing) {
  for (auto [seed, end] = seeds(20); seed < end; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OwningOpRef<ModuleOp> training = makeTraining(seed);
    auto forms = NetworkForms::make(onlyGraph(*training), formOptions());
    ASSERT_TRUE(succeeded(forms));
    PlannerOptions none;
    auto planner = Planner::create(forms->tasks(), none);
    ASSERT_TRUE(planner);
    const auto &free = planner->plan("pipedream", 3);
    ASSERT_TRUE(free) << free.message();
    PlannerOptions options;
    for (size_t task = 0; task < free->plan->problem.graph.tasks.size(); ++task)
      if (int64_t id = free->plan->problem.assignment[task]; id >= 0)
        if (int64_t layer = free->plan->problem.graph.tasks[task].layer;
            layer > 0)
          options.pins[planner->layerNames.at(layer)] = id;
    auto pinned = Planner::create(forms->tasks(), options);
    ASSERT_TRUE(pinned) << pinned.message();
    const auto &outcome = pinned->plan("pipedream", 3);
    ASSERT_TRUE(outcome) << outcome.message();
    EXPECT_EQ(outcome->plan->solution.period, free->plan->solution.period);
    EXPECT_EQ(strategies::maxStaleness(*outcome->plan),
              strategies::maxStaleness(*free->plan));
  }
}
