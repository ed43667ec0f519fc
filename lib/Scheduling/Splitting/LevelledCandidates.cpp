//===- LevelledCandidates.cpp - Splits that are worth a schedule ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LevelledCandidates.h"

#include "FractionalStages.h"
#include "Levelling.h"
#include "Ranking.h"
#include "Segments.h"
#include "StageFills.h"
#include "layerpipe/Scheduling/Assignment/Assignment.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace layerpipe::scheduling {

/// Returns how long the busiest link is busy. Each value counts once for each
/// processor that reads it.
static int64_t busiestLink(const TaskGraph &graph,
                           const std::vector<int64_t> &assignment,
                           const Machine &machine) {
  std::set<std::pair<int64_t, int64_t>> seen;
  std::map<std::pair<int64_t, int64_t>, int64_t> busy;
  int64_t most = 0;
  for (const Edge &edge : graph.edges) {
    int64_t from = assignment[edge.from], to = assignment[edge.to];
    if (from < 0 || from == to || !seen.emplace(edge.value, to).second)
      continue;
    int64_t &time = busy[std::minmax(from, to)];
    time += transferTime(machine, from, to, graph.values[edge.value].bytes);
    most = std::max(most, time);
  }
  return most;
}

/// Returns the loads to which starts are levelled, from the accepted one
/// upwards. Links are not part of a load; where they count, a longer load may
/// give the shorter period in the end. On fewer processors than the problem
/// has, the limits come from the work that each of them must do. With a bound
/// of 100 and 101 accepted, for instance,
///
///   all processors get the limits 101, 102, 110 and 150,
///   and half of them, which need 200 each, 201, 202 and 210.
std::vector<int64_t>
LevelledCandidates::loadLimits(const Machine &machine) const {
  std::vector<Wide> limits = {accepted};
  for (int64_t perMille : {1020, 1100, 1500})
    limits.push_back(ceilDiv(Wide(bound.period) * perMille, 1000));
  Wide least = timeOnAll(machine, totalTime(problem.graph));
  if (machine.processors < problem.machine.processors)
    for (int64_t perMille : {1001, 1010, 1050})
      limits.push_back(ceilDiv(least * perMille, 1000));
  std::erase_if(limits, [&](Wide limit) {
    return limit < least || limit < accepted || limit > Wide(2) * maxTotalTime;
  });
  std::sort(limits.begin(), limits.end());
  limits.erase(std::unique(limits.begin(), limits.end()), limits.end());
  return {limits.begin(), limits.end()};
}

/// Adds a candidate, whose load is that of the busiest processor or link.
void LevelledCandidates::add(std::vector<Split> splits,
                             std::vector<int64_t> assignment, int64_t load,
                             Wide communication, bool stages) {
  if (copiesValues(problem.machine)) {
    TaskGraph graph = splitTasks(problem.graph, problem.rules, splits).graph;
    load = std::max(load, busiestLink(graph, assignment, problem.machine));
  }
  candidates.push_back(
      {std::move(splits), std::move(assignment), load, communication, stages});
}

void LevelledCandidates::add(const SplitState &state, bool stages) {
  add(state.splits(), state.assignment(), state.period(), state.communication(),
      stages);
}

/// Returns the state of these placements.
static SplitState makeState(const SplitModel &model,
                            const std::vector<TaskPlacement> &placements) {
  std::vector<int64_t> first;
  for (const TaskPlacement &placement : placements)
    first.push_back(placement.parts.front().processor);
  SplitState state(model, first);
  for (size_t task = 0; task < placements.size(); ++task)
    if (placements[task].rule >= 0)
      state.change(static_cast<int64_t>(task), placements[task]);
  return state;
}

Candidate
LevelledCandidates::makeWhole(const std::vector<int64_t> &assignment) const {
  SplitModel model(problem.graph, problem.rules, problem.machine, problem.pins);
  std::vector<int64_t> pinned = assignment;
  applyPins(problem.pins, problem.graph, pinned);
  SplitState state(model, pinned);
  return {{}, pinned, state.period(), state.communication()};
}

/// Levels a state to looser limits first, where fewer bytes are needed, then to
/// the limit itself: to 1100, 1033, 1011, 1003, 1001 and then 1000, if
/// `looserPerMille` is 100. Returns false if the limit is not reached.
bool LevelledCandidates::levelInSteps(const SplitModel &model,
                                      SplitState &state, int64_t limit,
                                      int64_t looserPerMille) {
  for (int64_t perMille = looserPerMille; perMille > 0; perMille /= 3) {
    Wide looser = Wide(limit) * (1000 + perMille) / 1000;
    Levelling search(model, state, static_cast<int64_t>(looser), deadline);
    if (search.level())
      search.saveBytes();
  }
  Levelling search(model, state, limit, deadline);
  if (!search.level())
    return false;
  search.saveBytes();
  return true;
}

/// Levels a start to every limit when links count, otherwise to the first one
/// that is reached.
void LevelledCandidates::levelFrom(const SplitModel &model,
                                   const std::vector<TaskPlacement> &start,
                                   const std::vector<int64_t> &limits) {
  bool links = copiesValues(problem.machine);
  for (int64_t limit : limits) {
    bool reached = false;
    for (int64_t looserPerMille : {0, 100}) {
      if (deadline.passed())
        return;
      if (links && looserPerMille > 0)
        continue; // There are looser limits among `limits`.
      SplitState state = makeState(model, start);
      if (!levelInSteps(model, state, limit, looserPerMille))
        continue;
      reached = true;
      add(state, false);
      if (isLarge())
        break;
    }
    if (reached && !links)
      return;
  }
}

std::vector<std::vector<TaskPlacement>>
LevelledCandidates::starts(const SplitModel &model, int64_t limit) const {
  std::vector<std::vector<TaskPlacement>> starts;
  auto addStart = [&](std::vector<int64_t> assignment) {
    applyPins(problem.pins, problem.graph, assignment);
    std::vector<TaskPlacement> placements;
    for (int64_t processor : assignment)
      placements.push_back({-1, {{1, processor}}});
    starts.push_back(std::move(placements));
  };
  starts.push_back(makeSegments(model, limit));
  AssignmentProblem assignment{problem.graph, model.machine,
                               pinsOfTasks(problem.pins, problem.graph)};
  for (AssignmentStrategy strategy :
       {AssignmentStrategy::contiguous_tasks, AssignmentStrategy::free}) {
    AssignmentOptions choice;
    choice.strategy = strategy;
    choice.limits = options.limits;
    if (Result<Assignment> found = solveAssignment(assignment, choice))
      addStart(found->processor);
  }
  if (model.processors == problem.machine.processors)
    for (const std::vector<int64_t> &given : options.starts)
      addStart(given);
  return starts;
}

/// Adds fractional stages as they are, those with the least staleness and the
/// fewest bytes between processors. Where none reach the limit, those with the
/// least load are levelled, which moves only what is too much. Returns whether
/// some reached it.
bool LevelledCandidates::addStages(const SplitModel &model, int64_t limit) {
  const size_t kept = isLarge() ? 1 : 4;
  std::vector<std::tuple<Wide, Wide, size_t>> order;
  std::vector<SplitState> states;
  FractionalStages fractional(model);
  auto collect = [&](const std::vector<TaskPlacement> &stages) {
    states.push_back(makeState(model, stages));
    order.emplace_back(pipelineStaleness(model, stages),
                       states.back().communication(), states.size() - 1);
  };
  for (StageFill fill : uniformFills(isLarge()))
    if (auto stages = fractional.make(limit, fill))
      collect(*stages);
  std::sort(order.begin(), order.end());
  bool above =
      order.empty() || std::get<0>(order.front()) > exactStaleness(model);
  if (!isLarge() && above) {
    for (const std::vector<StageFill> &fills : searchFills(fractional, limit))
      collect(*fractional.make(limit, fills));
    std::sort(order.begin(), order.end());
  }
  for (size_t place = 0; place < std::min(kept, order.size()); ++place)
    add(states[std::get<2>(order[place])], true);
  if (states.empty())
    levelStages(model, fractional, limit);
  return !states.empty();
}

void LevelledCandidates::levelStages(const SplitModel &model,
                                     const FractionalStages &fractional,
                                     int64_t limit) {
  StageFill fill;
  std::optional<int64_t> least = fractional.leastLimit(limit, 2 * limit, fill);
  if (!least)
    return;
  SplitState state = makeState(model, *fractional.make(*least, fill));
  add(state, true);
  if (Levelling(model, state, limit, deadline).level())
    add(state, true);
}

void LevelledCandidates::collect(int64_t processors) {
  if (processors < processorsOf(problem.pins))
    return;
  Machine machine = firstProcessors(problem.machine, processors);
  SplitModel model(problem.graph, problem.rules, machine, problem.pins);
  std::vector<int64_t> limits = loadLimits(machine);
  if (limits.empty())
    return;
  bool all = processors == problem.machine.processors;
  bool reached = addStages(
      model, all ? accepted : acceptedPeriod(options, limits.front()));
  // The stages of a large graph are good enough, unless links count.
  if (reached && isLarge() && !copiesValues(problem.machine))
    return;
  for (const std::vector<TaskPlacement> &start : starts(model, limits.front()))
    levelFrom(model, start, limits);
}

void LevelledCandidates::placeByMemory(const Candidate &candidate,
                                       Fraction share) {
  AssignmentProblem parts{
      splitTasks(problem.graph, problem.rules, candidate.splits).graph,
      problem.machine};
  parts.pins = pinsOfTasks(problem.pins, parts.graph);
  for (int64_t &bytes : parts.machine.memory)
    bytes = std::max<int64_t>(
        static_cast<int64_t>(Wide(bytes) * share.numerator / share.denominator),
        1);
  AssignmentOptions choice;
  choice.limits = options.limits;
  if (!candidate.assignment.empty())
    choice.starts = {candidate.assignment};
  Result<Assignment> found = solveAssignment(parts, choice);
  if (found)
    add(candidate.splits, found->processor, found->period,
        found->communicationBytes);
}

std::vector<Candidate> LevelledCandidates::take() {
  auto key = [&](const Candidate &candidate) {
    return std::tuple(std::max(candidate.load, accepted),
                      candidate.communication, candidate.load,
                      candidate.assignment);
  };
  auto cuts = [](const Candidate &candidate) {
    std::vector<std::pair<int64_t, std::vector<int64_t>>> all;
    for (const Split &split : candidate.splits)
      all.emplace_back(split.rule, split.cuts);
    return all;
  };
  std::sort(candidates.begin(), candidates.end(),
            [&](const Candidate &a, const Candidate &b) {
              return std::pair(key(a), cuts(a)) < std::pair(key(b), cuts(b));
            });
  auto last = std::unique(candidates.begin(), candidates.end(),
                          [&](const Candidate &a, const Candidate &b) {
                            return key(a) == key(b) && cuts(a) == cuts(b);
                          });
  candidates.erase(last, candidates.end());
  return std::exchange(candidates, {});
}

} // namespace layerpipe::scheduling
