//===- GreedyOrder.cpp - Orders from decisions over time ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GreedyOrder.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace layerpipe::scheduling {
namespace {

using enum ActionKind;

constexpr int64_t never = std::numeric_limits<int64_t>::max();

class GreedyScheduler {
public:
  GreedyScheduler(const GreedyContext &context, const GreedyPolicy &policy);

  std::optional<PipelineOrder> run();

private:
  struct Processor {
    int64_t free = 0;
    int64_t held = 0;
    int64_t idle = 0;
    int64_t skeletonAt = 0;
    bool started = false;
    ActionKind last = weight_gradient;
    std::deque<PipelineAction> owed;
  };
  struct Input {
    int64_t lacking = 0;
    int64_t arrival = 0;
  };
  /// Something to run, and when it can start.
  struct Offer {
    PipelineAction action;
    int64_t arrival = never;
  };

  int64_t cellOf(int64_t stage, int64_t microbatch) const {
    return stage * problem.microbatches + microbatch;
  }
  const std::vector<int64_t> &microbatchesOf(int64_t stage) const {
    return context.microbatches[problem.stages[stage].pipeline];
  }
  bool isCoupled(int64_t stage) const;
  void makeInputs();
  Offer offerForward(int64_t stage) const;
  Offer offerGradient(int64_t stage) const;
  Offer offerNextOf(const PipelineOrder &skeleton, int64_t processor) const;
  bool mayStart(const PipelineAction &forwardAction) const;
  int64_t committed(int64_t processor, const PipelineAction &next) const;
  bool isBetter(const Offer &a, const Offer &b, int64_t now) const;
  void collect(int64_t processor, int64_t now, Offer &forwards,
               Offer &gradients) const;
  bool delays(const PipelineAction &action, int64_t now, int64_t next,
              int64_t percent) const;
  std::optional<PipelineAction> choose(int64_t processor, int64_t now);
  std::optional<PipelineAction> fillGap(int64_t processor, int64_t now,
                                        int64_t next);
  void start(const PipelineAction &action, int64_t processor, int64_t now);
  void announce(int64_t edge, const PipelineAction &action, int64_t end);
  void arrive(Input &input, int64_t time, int64_t processor);

  const GreedyContext &context;
  const GreedyPolicy &policy;
  const PipelineProblem &problem;
  std::vector<Processor> processors;
  std::vector<Input> forwardInputs;
  std::vector<Input> gradientInputs;
  /// Count what each stage has run.
  std::vector<int64_t> forwards;
  std::vector<int64_t> gradients;
  int64_t mostIdle = 0;
  int64_t left = 0;
  /// Has times at which a processor may have something to decide.
  using Event = std::pair<int64_t, int64_t>;
  std::priority_queue<Event, std::vector<Event>, std::greater<Event>> events;
  PipelineOrder order;
};

GreedyScheduler::GreedyScheduler(const GreedyContext &context,
                                 const GreedyPolicy &policy)
    : context(context), policy(policy), problem(context.problem),
      processors(problem.machine.processors),
      forwards(problem.stages.size(), 0), gradients(problem.stages.size(), 0) {
  order.processors.resize(processors.size());
  makeInputs();
}

bool GreedyScheduler::isCoupled(int64_t stage) const {
  const PipelineStage &one = problem.stages[stage];
  bool faster =
      one.backwardTime &&
      *one.backwardTime < one.inputGradientTime + one.weightGradientTime;
  return policy.coupling == Coupling::always ||
         (policy.coupling == Coupling::where_faster && faster);
}

void GreedyScheduler::makeInputs() {
  int64_t stages = problem.stages.size();
  forwardInputs.resize(stages * problem.microbatches);
  gradientInputs.resize(stages * problem.microbatches);
  for (int64_t stage = 0; stage < stages; ++stage) {
    int64_t into = context.edgesInto.of(stage).size();
    int64_t from = context.edgesFrom.of(stage).size();
    for (int64_t microbatch : microbatchesOf(stage)) {
      forwardInputs[cellOf(stage, microbatch)].lacking = into;
      gradientInputs[cellOf(stage, microbatch)].lacking = from + 1;
    }
    left += static_cast<int64_t>(microbatchesOf(stage).size()) *
            (isCoupled(stage) ? 2 : 3);
    if (into == 0)
      events.emplace(0, problem.stages[stage].processor);
  }
}

/// Returns what microbatches that have not been in all of the processor's
/// stages hold and what the oldest of them still needs, if `next` starts. All
/// older ones can end and free what they hold; so as long as this fits
/// everywhere, the oldest can, too.
int64_t GreedyScheduler::committed(int64_t processor,
                                   const PipelineAction &next) const {
  auto stages = context.stagesOn.of(processor);
  auto done = [&](int64_t stage) {
    return forwards[stage] + (stage == next.stage ? 1 : 0);
  };
  int64_t bytes = 0;
  for (int64_t stage : stages) {
    int64_t oldest = done(stage), newest = oldest;
    for (int64_t other : stages)
      if (problem.stages[other].pipeline == problem.stages[stage].pipeline) {
        oldest = std::min(oldest, done(other));
        newest = std::max(newest, done(other));
      }
    int64_t count =
        newest > oldest ? std::max<int64_t>(1, done(stage) - oldest) : 0;
    bytes += count * context.mostBytes[stage];
  }
  return bytes;
}

bool GreedyScheduler::mayStart(const PipelineAction &action) const {
  int64_t stage = action.stage;
  int64_t processor = problem.stages[stage].processor;
  if (!policy.inFlight.empty() &&
      forwards[stage] - gradients[stage] >= policy.inFlight[stage])
    return false;
  if (problem.machine.memory.empty())
    return true;
  int64_t room = context.room[processor];
  int64_t held =
      processors[processor].held + context.costs.bytesAtStart(action);
  return held <= room && committed(processor, action) <= room;
}

GreedyScheduler::Offer GreedyScheduler::offerForward(int64_t stage) const {
  const std::vector<int64_t> &list = microbatchesOf(stage);
  int64_t at = forwards[stage];
  if (at == static_cast<int64_t>(list.size()))
    return {};
  PipelineAction action{stage, forward, list[at]};
  const Input &input = forwardInputs[cellOf(stage, list[at])];
  if (input.lacking > 0 || !mayStart(action))
    return {};
  return {action, input.arrival};
}

GreedyScheduler::Offer GreedyScheduler::offerGradient(int64_t stage) const {
  int64_t at = gradients[stage];
  if (at == forwards[stage])
    return {};
  int64_t microbatch = microbatchesOf(stage)[at];
  const Input &input = gradientInputs[cellOf(stage, microbatch)];
  if (input.lacking > 0)
    return {};
  return {{stage, isCoupled(stage) ? backward : input_gradient, microbatch},
          input.arrival};
}

GreedyScheduler::Offer
GreedyScheduler::offerNextOf(const PipelineOrder &skeleton,
                             int64_t processor) const {
  const auto &row = skeleton.processors[processor];
  int64_t at = processors[processor].skeletonAt;
  if (at == static_cast<int64_t>(row.size()))
    return {};
  PipelineAction action = row[at];
  int64_t cell = cellOf(action.stage, action.microbatch);
  const Input &input =
      action.kind == forward ? forwardInputs[cell] : gradientInputs[cell];
  if (input.lacking > 0 || (action.kind == forward && !mayStart(action)))
    return {};
  return {action, input.arrival};
}

/// Returns whether the first of two offers of one kind comes before the second.
bool GreedyScheduler::isBetter(const Offer &a, const Offer &b,
                               int64_t now) const {
  if (b.arrival == never || a.arrival == never)
    return a.arrival != never;
  if (a.arrival > now || b.arrival > now)
    return a.arrival < b.arrival;
  int64_t first = context.rank[a.action.stage];
  int64_t second = context.rank[b.action.stage];
  bool isForward = a.action.kind == forward;
  if (isForward && policy.stageChoice == StageChoice::first)
    return first < second;
  if (isForward && policy.stageChoice == StageChoice::last)
    return first > second;
  return std::pair(a.action.microbatch, -first) <
         std::pair(b.action.microbatch, -second);
}

void GreedyScheduler::collect(int64_t processor, int64_t now,
                              Offer &bestForward, Offer &bestGradient) const {
  auto consider = [&](const Offer &offer, Offer &best) {
    if (isBetter(offer, best, now))
      best = offer;
  };
  if (policy.skeleton) {
    Offer next = offerNextOf(*policy.skeleton, processor);
    consider(next, next.action.kind == forward ? bestForward : bestGradient);
    return;
  }
  for (int64_t stage : context.stagesOn.of(processor)) {
    consider(offerForward(stage), bestForward);
    consider(offerGradient(stage), bestGradient);
  }
}

/// Returns whether something that arrives at `next` would wait for too many per
/// cent of the action's time, if that starts now.
bool GreedyScheduler::delays(const PipelineAction &action, int64_t now,
                             int64_t next, int64_t percent) const {
  int64_t time = context.costs.timeOf(action);
  return next != never && now + time > next + time * percent / 100;
}

/// Decides on a weight gradient where nothing else is ready before `next`.
std::optional<PipelineAction>
GreedyScheduler::fillGap(int64_t processor, int64_t now, int64_t next) {
  const Processor &state = processors[processor];
  if (state.owed.empty())
    return std::nullopt;
  const PipelineAction &oldest = state.owed.front();
  bool fits = !delays(oldest, now, next, policy.delayPercent);
  bool levels = policy.levelsIdleTime && next != never &&
                state.idle + (next - now) > mostIdle;
  if (!fits && !levels)
    return std::nullopt;
  return oldest;
}

std::optional<PipelineAction> GreedyScheduler::choose(int64_t processor,
                                                      int64_t now) {
  Offer nextForward, nextGradient;
  collect(processor, now, nextForward, nextGradient);
  bool forwardReady = nextForward.arrival <= now;
  bool gradientReady = nextGradient.arrival <= now;
  if (forwardReady && gradientReady) {
    bool forwardFirst = policy.preference == Preference::forward ||
                        (policy.preference == Preference::in_turn &&
                         processors[processor].last != forward);
    return forwardFirst ? nextForward.action : nextGradient.action;
  }
  if (gradientReady)
    return nextGradient.action;
  if (forwardReady && !delays(nextForward.action, now, nextGradient.arrival,
                              policy.forwardDelayPercent))
    return nextForward.action;
  int64_t next = forwardReady
                     ? nextGradient.arrival
                     : std::min(nextForward.arrival, nextGradient.arrival);
  auto filler = fillGap(processor, now, next);
  if (!filler && next != never)
    events.emplace(next, processor);
  return filler;
}

void GreedyScheduler::arrive(Input &input, int64_t time, int64_t processor) {
  input.arrival = std::max(input.arrival, time);
  if (--input.lacking == 0)
    events.emplace(std::max(input.arrival, processors[processor].free),
                   processor);
}

void GreedyScheduler::announce(int64_t edge, const PipelineAction &action,
                               int64_t end) {
  bool isForward = action.kind == forward;
  const StageEdge &ends = problem.edges[edge];
  int64_t reader = isForward ? ends.to : ends.from;
  const EdgeCosts &sent = context.costs.edge(edge, action.microbatch);
  int64_t cell = cellOf(reader, action.microbatch);
  arrive(isForward ? forwardInputs[cell] : gradientInputs[cell],
         end + sent.transferTime + sent.latency,
         problem.stages[reader].processor);
}

void GreedyScheduler::start(const PipelineAction &action, int64_t processor,
                            int64_t now) {
  Processor &state = processors[processor];
  if (state.started)
    state.idle += now - state.free;
  mostIdle = std::max(mostIdle, state.idle);
  state.started = true;
  int64_t end = now + context.costs.timeOf(action);
  state.free = end;
  state.held += context.costs.bytesAtStart(action);
  state.held -= context.costs.bytesAtEnd(action);
  order.processors[processor].push_back(action);
  --left;
  events.emplace(end, processor);
  if (action.kind == weight_gradient) {
    state.owed.pop_front();
    return;
  }
  state.last = action.kind;
  if (policy.skeleton)
    ++state.skeletonAt;
  if (action.kind == forward) {
    ++forwards[action.stage];
    arrive(gradientInputs[cellOf(action.stage, action.microbatch)], end,
           processor);
    for (int64_t edge : context.edgesFrom.of(action.stage))
      announce(edge, action, end);
    return;
  }
  ++gradients[action.stage];
  if (action.kind == input_gradient)
    state.owed.push_back({action.stage, weight_gradient, action.microbatch});
  for (int64_t edge : context.edgesInto.of(action.stage))
    announce(edge, action, end);
}

std::optional<PipelineOrder> GreedyScheduler::run() {
  while (!events.empty()) {
    auto [now, processor] = events.top();
    events.pop();
    if (processors[processor].free > now)
      continue;
    if (auto action = choose(processor, now))
      start(*action, processor, now);
  }
  if (left != 0)
    return std::nullopt;
  return std::move(order);
}

} // namespace

std::optional<PipelineOrder> makeGreedyOrder(const GreedyContext &context,
                                             const GreedyPolicy &policy) {
  return GreedyScheduler(context, policy).run();
}

} // namespace layerpipe::scheduling
