//===- FixedOrder.cpp - A schedule's order with other times ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Cyclic/FixedOrder.h"

#include "Activities.h"
#include "layerpipe/Scheduling/Constraints/DifferenceConstraints.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace layerpipe::scheduling {
namespace {

/// An arc says that time(to) + periods·period ≥ time(from) + delay, where times
/// count from the start of one period.
struct OrderArc {
  int64_t from = -1;
  int64_t to = -1;
  int64_t delay = 0;
  int64_t periods = 0;
};

class InOrder {
public:
  InOrder(const CyclicProblem &problem, const CyclicSolution &given)
      : given(given), problem(problem) {}

  Result<CyclicSolution> run();

private:
  Status checkGiven() const;
  Status findTransfers();
  int64_t lagOf(int64_t activity) const;
  std::string describe(int64_t activity) const;
  Status keepDependences();
  void keepOrder(const std::vector<int64_t> &order);
  void keepLinks();
  Status sortActivities();
  std::optional<Wide> findTimes(int64_t tried);
  Status findLeastPeriod();
  CyclicSolution makeAnswer() const;

  const CyclicSolution &given;
  /// This is the problem with the given distances.
  CyclicProblem problem;
  ActivityGraph graph;
  /// Each activity that is a transfer has the given one here.
  std::vector<const Transfer *> transferOf;
  std::vector<OrderArc> arcs;
  /// These are the activities in an order that arcs within a period agree with.
  std::vector<int64_t> sequence;
  /// This is the shortest period known to do, or 0 for none, with its times,
  /// counted from the start of one period.
  int64_t period = 0;
  std::vector<Wide> times;
};

/// Checks that each processor's order lists its tasks.
Status InOrder::checkGiven() const {
  size_t tasks = problem.graph.tasks.size();
  if (given.start.size() != tasks || given.lag.size() != tasks ||
      given.distance.size() != problem.graph.edges.size() ||
      given.order.size() != size_t(problem.machine.processors))
    return Error{"the schedule whose order is to be kept is of another graph "
                 "or machine"};
  std::vector<int64_t> listed(tasks, -1);
  for (size_t processor = 0; processor < given.order.size(); ++processor)
    for (int64_t task : given.order[processor]) {
      if (task < 0 || task >= int64_t(tasks) || listed[task] != -1)
        return Error{fmt::format("the order of processor {} lists task {}, "
                                 "which {}",
                                 processor, task,
                                 task < 0 || task >= int64_t(tasks)
                                     ? "does not exist"
                                     : "is listed before")};
      listed[task] = int64_t(processor);
    }
  for (size_t task = 0; task < tasks; ++task) {
    if (given.lag[task] < -maxLag || given.lag[task] > maxLag)
      return Error{fmt::format("task {} has lag {}, beyond ±{}",
                               describeTask(problem.graph, int64_t(task)),
                               given.lag[task], maxLag)};
    if (listed[task] != problem.assignment[task])
      return Error{fmt::format("task {} runs on processor {}, but is in the "
                               "order of {}",
                               describeTask(problem.graph, int64_t(task)),
                               problem.assignment[task], listed[task])};
  }
  return Status::success();
}

/// Finds the given transfer behind every activity that is one.
Status InOrder::findTransfers() {
  std::map<std::pair<int64_t, int64_t>, const Transfer *> known;
  for (const Transfer &transfer : given.transfers)
    known[{transfer.value, transfer.toProcessor}] = &transfer;
  transferOf.assign(graph.activities.size(), nullptr);
  for (size_t index = 0; index < graph.transfers.size(); ++index) {
    int64_t activity = graph.transferActivity[index];
    if (activity < 0)
      continue;
    const Transfer &transfer = graph.transfers[index];
    const std::string &value = problem.graph.values[transfer.value].name;
    auto found = known.find({transfer.value, transfer.toProcessor});
    if (found == known.end())
      return Error{fmt::format("the schedule whose order is to be kept has no "
                               "transfer of '{}' to processor {}",
                               value, transfer.toProcessor)};
    transferOf[activity] = found->second;
    if (int64_t late = found->second->lag; late < -maxLag || late > maxLag)
      return Error{fmt::format("the transfer of '{}' has lag {}, beyond ±{}",
                               value, late, maxLag)};
  }
  return Status::success();
}

/// Returns the lag of the activity as it was given.
int64_t InOrder::lagOf(int64_t activity) const {
  return transferOf[activity] ? transferOf[activity]->lag : given.lag[activity];
}

std::string InOrder::describe(int64_t activity) const {
  if (const Transfer *transfer = transferOf[activity])
    return fmt::format("the transfer of '{}'",
                       problem.graph.values[transfer->value].name);
  return describeTask(problem.graph, activity);
}

Status InOrder::keepDependences() {
  for (const Dependence &dependence : graph.dependences) {
    int64_t periods =
        dependence.distance + lagOf(dependence.to) - lagOf(dependence.from);
    if (periods < 0)
      return Error{fmt::format("the schedule whose order is to be kept runs {} "
                               "in a period before its operand's",
                               describe(dependence.to))};
    arcs.push_back({dependence.from, dependence.to, dependence.delay, periods});
  }
  return Status::success();
}

/// Adds one round on a processor or link: from each activity to the next, and
/// from the last to the first of the next period.
void InOrder::keepOrder(const std::vector<int64_t> &order) {
  for (size_t place = 0; place < order.size(); ++place) {
    bool last = place + 1 == order.size();
    arcs.push_back({order[place], order[last ? 0 : place + 1],
                    graph.activities[order[place]].duration, last ? 1 : 0});
  }
}

void InOrder::keepLinks() {
  std::map<int64_t, std::vector<int64_t>> links;
  for (size_t activity = 0; activity < transferOf.size(); ++activity)
    if (transferOf[activity])
      links[graph.activities[activity].resource].push_back(
          static_cast<int64_t>(activity));
  for (auto &[link, order] : links) {
    std::sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
      return std::pair(transferOf[a]->start, a) <
             std::pair(transferOf[b]->start, b);
    });
    keepOrder(order);
  }
}

Status InOrder::sortActivities() {
  std::vector<Arc> within;
  for (const OrderArc &arc : arcs)
    if (arc.periods == 0)
      within.push_back({arc.from, arc.to});
  sequence = topologicalOrder(graph.activities.size(), within, graph.rank);
  if (sequence.size() == graph.activities.size())
    return Status::success();
  return Error{"in the schedule whose order is to be kept, the orders and the "
               "edges within one period wait for each other"};
}

/// Takes the times of this period. Where it is too short, returns the longer
/// period that a cycle of arcs needs.
std::optional<Wide> InOrder::findTimes(int64_t tried) {
  std::vector<Constraint> constraints;
  for (const OrderArc &arc : arcs)
    constraints.push_back(
        {arc.from, arc.to, Wide(arc.delay) - Wide(arc.periods) * tried});
  ConstraintSolution solution = solveConstraints(
      constraints, std::vector<Wide>(graph.activities.size(), 0), sequence);
  if (solution.feasible()) {
    period = tried;
    times = std::move(solution.value);
    return std::nullopt;
  }
  Wide delay = 0, periods = 0;
  for (int64_t index : solution.contradiction) {
    delay += arcs[index].delay;
    periods += arcs[index].periods;
  }
  return ceilDiv(delay, periods);
}

/// Finds the least period. Periods below `low` are ruled out, by the busiest
/// resource and then by cycles; `period` is long enough. Short cycles are found
/// first and would raise `low` in small steps, so longer periods are tried in
/// between. With a busiest resource of 100, for instance, a cycle of ratio 103
/// raises `low` to 103, and 105 is tried next; if it does, 103 and 104 are
/// left.
Status InOrder::findLeastPeriod() {
  constexpr Wide longest = Wide(2) * maxTotalTime;
  Wide low = std::max<int64_t>(
      1, *std::max_element(graph.load.begin(), graph.load.end()));
  Wide step = low / 64 + 1;
  while (period == 0 || low < period) {
    if (low > longest)
      return Error{fmt::format("in this order the period exceeds {}",
                               static_cast<int64_t>(longest))};
    std::optional<Wide> needed = findTimes(static_cast<int64_t>(low));
    if (!needed)
      break;
    low = *needed;
    Wide middle =
        period == 0 ? std::min(low + step, longest) : low + (period - low) / 2;
    step *= 2;
    if (middle > low)
      low = findTimes(static_cast<int64_t>(middle)).value_or(low);
  }
  return Status::success();
}

/// Makes the answer. Within each processor's round, tasks that moved into a
/// later period come first.
CyclicSolution InOrder::makeAnswer() const {
  Placement placement;
  placement.period = period;
  std::vector<Wide> moved;
  for (size_t activity = 0; activity < times.size(); ++activity) {
    Wide periods = floorDiv(times[activity], period);
    moved.push_back(periods);
    placement.lag.push_back(lagOf(int64_t(activity)) +
                            static_cast<int64_t>(periods));
    placement.start.push_back(
        static_cast<int64_t>(times[activity] - periods * period));
  }
  CyclicSolution answer = makeSolution(problem, graph, placement);
  answer.order = given.order;
  for (std::vector<int64_t> &order : answer.order) {
    auto later = std::find_if(order.begin(), order.end(), [&](int64_t task) {
      return moved[task] > moved[order.front()];
    });
    std::rotate(order.begin(), later, order.end());
  }
  return answer;
}

Result<CyclicSolution> InOrder::run() {
  if (Status status = checkGiven(); !status)
    return status;
  for (size_t edge = 0; edge < given.distance.size(); ++edge)
    problem.graph.edges[edge].distance = given.distance[edge];
  problem.delays = Delays::given;
  if (Status status = check(problem); !status)
    return status;
  graph = makeActivities(problem);
  if (Status status = findTransfers(); !status)
    return status;
  if (Status status = keepDependences(); !status)
    return status;
  for (const std::vector<int64_t> &order : given.order)
    keepOrder(order);
  keepLinks();
  if (Status status = sortActivities(); !status)
    return status;
  if (Status status = findLeastPeriod(); !status)
    return status;
  return makeAnswer();
}

} // namespace

Result<CyclicSolution> scheduleInOrder(const CyclicProblem &problem,
                                       const CyclicSolution &given) {
  if (Status status = check(problem); !status)
    return status;
  return InOrder(problem, given).run();
}

} // namespace layerpipe::scheduling
