//===- SynchronousBound.cpp - What no order can beat ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/SynchronousBound.h"

#include "PipelinePaths.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

namespace layerpipe::scheduling {
namespace {

/// This computes the bounds of one processor after the other.
class BoundSearch {
public:
  BoundSearch(const PipelineProblem &problem, SynchronousObjective objective)
      : problem(problem), objective(objective), paths(problem),
        stagesOf(problem.machine.processors), room(problem.machine.memory) {
    // Limits on problems keep all activations together below this.
    if (room.empty())
      room.assign(stagesOf.size(), std::numeric_limits<int64_t>::max() / 2);
    std::vector<bool> hasInput(problem.stages.size(), false);
    std::vector<bool> isRead(problem.stages.size(), false);
    int64_t pipelines = 1;
    for (const StageEdge &edge : problem.edges)
      hasInput[edge.to] = isRead[edge.from] = true;
    for (const PipelineStage &stage : problem.stages)
      pipelines = std::max(pipelines, stage.pipeline + 1);
    sources = std::count(hasInput.begin(), hasInput.end(), false);
    hasOneSink = std::count(isRead.begin(), isRead.end(), false) == pipelines;
    int64_t stages = problem.stages.size();
    for (int64_t stage = 0; stage < stages; ++stage) {
      room[problem.stages[stage].processor] -=
          problem.stages[stage].residentBytes;
      if (paths.range(stage).microbatches > 0)
        stagesOf[problem.stages[stage].processor].push_back(stage);
    }
  }

  Result<SynchronousBound> run();

private:
  using Reason = SynchronousBound::Reason;

  int64_t roomOn(int64_t processor) const { return room[processor]; }
  Status checkRoom(int64_t processor) const;
  int64_t idleBeforeFirstGradient(int64_t processor) const;
  int64_t mostForwardsBefore(int64_t processor) const;
  int64_t idleBeforeLastGradient(int64_t stage) const;
  int64_t idleAtEnds(int64_t processor) const;
  int64_t roundTrips(int64_t processor) const;
  int64_t weightsAfterLastGradient(int64_t processor) const;
  void add(int64_t value, Reason reason, int64_t processor);
  void addAll(int64_t processor);

  const PipelineProblem &problem;
  SynchronousObjective objective;
  PipelinePaths paths;
  std::vector<std::vector<int64_t>> stagesOf;
  /// Has what activations may take.
  std::vector<int64_t> room;
  int64_t sources = 0;
  bool hasOneSink = true;
  SynchronousBound best;
};

/// Returns ⌊room / bytes⌋, at most `most`.
int64_t fitting(int64_t room, int64_t bytes, int64_t most) {
  return bytes == 0 ? most : std::min(room / bytes, most);
}

/// The first microbatch of a pipeline that ends is in all of a processor's
/// stages at once, if the pipeline has one last stage; it is in each of them
/// otherwise.
Status BoundSearch::checkRoom(int64_t processor) const {
  std::map<int64_t, int64_t> needed;
  int64_t most = 0;
  for (int64_t stage : stagesOf[processor]) {
    int64_t bytes = paths.range(stage).activationBytes;
    int64_t &sum = needed[problem.stages[stage].pipeline];
    sum = hasOneSink ? sum + bytes : bytes;
    most = std::max(most, sum);
  }
  if (most <= roomOn(processor))
    return Status::success();
  Error error{fmt::format("a microbatch takes {} bytes of processor {}'s "
                          "memory, of which {} are left for activations",
                          most, processor,
                          std::max<int64_t>(roomOn(processor), 0)),
              Failure::infeasible};
  error.obstacle.kind = Obstacle::Kind::memory;
  error.obstacle.processor = processor;
  return error;
}

/// Returns the most time of forward actions whose activations fit the memory,
/// where parts of a microbatch may fit too if there are several stages.
int64_t BoundSearch::mostForwardsBefore(int64_t processor) const {
  std::vector<int64_t> stages = stagesOf[processor];
  int64_t room = roomOn(processor);
  if (stages.size() == 1) {
    const StageRange &range = paths.range(stages[0]);
    return range.mostForward *
           fitting(room, range.activationBytes, range.microbatches);
  }
  std::sort(stages.begin(), stages.end(), [&](int64_t a, int64_t b) {
    const StageRange &first = paths.range(a), &second = paths.range(b);
    if (first.activationBytes == 0 || second.activationBytes == 0)
      return first.activationBytes < second.activationBytes;
    return Wide(first.mostForward) * second.activationBytes >
           Wide(second.mostForward) * first.activationBytes;
  });
  int64_t time = 0;
  for (int64_t stage : stages) {
    const StageRange &range = paths.range(stage);
    Wide bytes = Wide(range.activationBytes) * range.microbatches;
    if (bytes > room)
      return time + static_cast<int64_t>(ceilDiv(Wide(room) * range.mostForward,
                                                 range.activationBytes));
    room -= static_cast<int64_t>(bytes);
    time += range.mostForward * range.microbatches;
  }
  return time;
}

/// Nothing runs on a processor before it has run the first of its stages, from
/// which the others may be reached.
int64_t BoundSearch::idleBeforeFirstGradient(int64_t processor) const {
  const std::vector<int64_t> &stages = stagesOf[processor];
  int64_t first = *std::min_element(
      stages.begin(), stages.end(),
      [&](int64_t a, int64_t b) { return paths.before(a) < paths.before(b); });
  std::vector<int64_t> forwards = paths.forwardsFrom(first);
  int64_t least = std::numeric_limits<int64_t>::max();
  for (int64_t stage : stages) {
    int64_t trip = paths.roundTrip(stage) - paths.range(stage).gradient;
    least = std::min(least, trip + std::max<int64_t>(0, forwards[stage]));
  }
  return std::max<int64_t>(0, least - mostForwardsBefore(processor));
}

/// Looks at the time between the last forward action and the input gradient of
/// the same microbatch. Of the other microbatches, x may lack both gradients
/// then and y their weight gradient, as long as they fit the memory.
int64_t BoundSearch::idleBeforeLastGradient(int64_t stage) const {
  const StageRange &range = paths.range(stage);
  int64_t room = roomOn(problem.stages[stage].processor);
  int64_t others = range.microbatches - 1, most = 0;
  for (int64_t x = 0; x <= others; ++x) {
    int64_t left = room - (x + 1) * range.activationBytes;
    if (left < 0)
      break;
    int64_t y = fitting(left, range.weightGradientBytes, others - x);
    most = std::max(most, x * range.mostBackward + y * range.mostWeights);
  }
  int64_t wait = paths.roundTrip(stage) - range.forward - range.gradient;
  return std::max<int64_t>(0, wait - most);
}

int64_t BoundSearch::idleAtEnds(int64_t processor) const {
  int64_t first = idleBeforeFirstGradient(processor);
  if (stagesOf[processor].size() > 1)
    return first;
  int64_t stage = stagesOf[processor].front();
  const StageRange &range = paths.range(stage);
  int64_t last = idleBeforeLastGradient(stage);
  // The last forward action comes after the first gradient if not all
  // microbatches fit the memory at once.
  int64_t atOnce =
      fitting(roomOn(processor), range.activationBytes, range.microbatches);
  return atOnce < range.microbatches ? first + last : std::max(first, last);
}

/// The forward action number n + k starts no earlier than the n-th microbatch
/// has left the memory, if k fit.
int64_t BoundSearch::roundTrips(int64_t processor) const {
  if (stagesOf[processor].size() > 1)
    return 0;
  int64_t stage = stagesOf[processor].front();
  const StageRange &range = paths.range(stage);
  int64_t atOnce =
      fitting(roomOn(processor), range.activationBytes, range.microbatches);
  int64_t rounds = (range.microbatches + atOnce - 1) / atOnce;
  int64_t trip = paths.roundTrip(stage);
  return range.weightGradientBytes == range.activationBytes
             ? rounds * (trip + range.weights)
             : rounds * trip + range.weights;
}

/// Returns the most time of weight gradients after the last input gradient.
int64_t BoundSearch::weightsAfterLastGradient(int64_t processor) const {
  const std::vector<int64_t> &stages = stagesOf[processor];
  int64_t time = 0;
  for (int64_t stage : stages) {
    const StageRange &range = paths.range(stage);
    int64_t most = range.microbatches;
    if (stages.size() == 1)
      most =
          std::min(most, 1 + fitting(roomOn(processor) - range.activationBytes,
                                     range.weightGradientBytes, most));
    time += most * range.mostWeights;
  }
  return time;
}

void BoundSearch::add(int64_t value, Reason reason, int64_t processor) {
  if (value > best.value)
    best = {value, reason, processor};
}

void BoundSearch::addAll(int64_t processor) {
  const std::vector<int64_t> &stages = stagesOf[processor];
  int64_t work = 0, before = std::numeric_limits<int64_t>::max();
  int64_t after = before;
  bool isSpan = objective == SynchronousObjective::span;
  for (int64_t stage : stages) {
    work += paths.range(stage).work;
    before = std::min(before, paths.before(stage));
    after = std::min(after, isSpan ? paths.afterInFirstStages(stage)
                                   : paths.after(stage));
  }
  // A span has no time before its first action.
  int64_t waited = isSpan ? 0 : before;
  int64_t ends = idleAtEnds(processor);
  add(waited + work, waited > 0 ? Reason::path : Reason::work, processor);
  add(waited + work + ends, waited > 0 ? Reason::path : Reason::idle_ends,
      processor);
  add(waited + roundTrips(processor), Reason::round_trips, processor);
  // All follows the first action of a network with one first stage, and that
  // stage's last action follows all input gradients.
  if (sources == 1 || !isSpan)
    add(before + work + ends - weightsAfterLastGradient(processor) + after,
        Reason::path, processor);
}

Result<SynchronousBound> BoundSearch::run() {
  for (int64_t id = 0; id < problem.machine.processors; ++id) {
    if (stagesOf[id].empty())
      continue;
    if (Status status = checkRoom(id); !status)
      return status;
    addAll(id);
  }
  return best;
}

} // namespace

Result<SynchronousBound> boundOf(const PipelineProblem &problem,
                                 SynchronousObjective objective) {
  if (Status status = check(problem); !status)
    return status;
  return BoundSearch(problem, objective).run();
}

std::string describe(const PipelineProblem &problem,
                     const SynchronousBound &bound) {
  constexpr std::array<std::string_view, 4> reasons = {
      "which is all work of processor {}",
      "which is all work of processor {} and its waits for the first gradient "
      "and the last",
      "because the memory of processor {} takes few microbatches at a time",
      "which is the path to processor {} and back, and its work between"};
  return fmt::format(
      "at least {} {}, {}", bound.value, problem.timeUnit,
      fmt::format(fmt::runtime(reasons[static_cast<size_t>(bound.reason)]),
                  bound.processor));
}

} // namespace layerpipe::scheduling
