//===- Worker.cpp - A thread that goes through its slots ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the steady state of a run: wait, compute, publish, release. Prologue
// and epilogue are the periods in which some tasks have no iteration to work
// on.
//
//===----------------------------------------------------------------------===//

#include "Worker.h"

#include "ThreadSetup.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

using namespace layerpipe::runtime;

Worker::Worker(RunContext &context, size_t index, std::vector<int64_t> tasks,
               int cpu)
    : context(context), index(index), order(std::move(tasks)), cpu(cpu),
      waits(context.plan.channels.size()) {
  auto byLag = [&](int64_t a, int64_t b) {
    return context.plan.tasks[a].lag < context.plan.tasks[b].lag;
  };
  if (order.empty())
    return;
  auto [first, last] = std::minmax_element(order.begin(), order.end(), byLag);
  firstLag = context.plan.tasks[*first].lag;
  lastLag = context.plan.tasks[*last].lag;
}

/// Returns whether the thread may wait for the channel, and begins to measure
/// the wait. In a sequential run, a wait between two processors would last for
/// ever, since the only thread is the one that waits.
bool Worker::mayWait(size_t channel, Activity::State state) noexcept {
  waitBegin = Clock::now();
  activity.channel.store(channel, std::memory_order_relaxed);
  activity.state.store(state, std::memory_order_relaxed);
  if (!context.options.sequential || isWithHost(channel))
    return true;
  context.brokenOrder.store(true);
  context.stop.store(true);
  return false;
}

bool Worker::isWithHost(size_t channel) const noexcept {
  const ChannelDescription &description =
      context.plan.manifest->channels[channel];
  return description.from == hostProcessor || description.to == hostProcessor;
}

/// Returns how to wait for a channel. A thread that waits for the host soon
/// leaves the core to it, if the host may need it.
WaitPolicy Worker::policyFor(size_t channel) const noexcept {
  static constexpr std::chrono::nanoseconds brief =
      std::chrono::microseconds(1);
  const int64_t place = context.hostPlace.load(std::memory_order_relaxed);
  const bool mayShare =
      place == RunContext::anyWorker || place == int64_t(index);
  return {isWithHost(channel) && mayShare ? brief : context.spin,
          &context.stop};
}

void Worker::finishWaiting(size_t channel) noexcept {
  activity.state.store(Activity::Running, std::memory_order_relaxed);
  const Clock::duration time = Clock::now() - waitBegin;
  waits.add(channel, time);
  if (!isWithHost(channel))
    activity.waited.store(activity.waited.load(std::memory_order_relaxed) +
                              std::chrono::nanoseconds(time).count(),
                          std::memory_order_relaxed);
  if (longestChannel < 0 || time > longestWait) {
    longestChannel = int64_t(channel);
    longestWait = time;
  }
}

bool Worker::awaitValues(const PlannedTask &planned,
                         int64_t iteration) noexcept {
  for (const ChannelRead &read : planned.reads) {
    Channel &channel = *context.plan.channels[read.channel];
    int64_t wanted = iteration - read.distance;
    if (wanted < 0 || channel.hasValue(wanted))
      continue;
    if (!mayWait(read.channel, Activity::AwaitsValue) ||
        channel.waitForValue(wanted, policyFor(read.channel)) !=
            WaitResult::Reached)
      return false;
    finishWaiting(read.channel);
  }
  return true;
}

bool Worker::awaitCapacity(const PlannedTask &planned,
                           int64_t iteration) noexcept {
  for (size_t index : planned.writes) {
    Channel &channel = *context.plan.channels[index];
    if (channel.hasCapacity(iteration))
      continue;
    if (!mayWait(index, Activity::AwaitsCapacity) ||
        channel.waitForCapacity(iteration, policyFor(index)) !=
            WaitResult::Reached)
      return false;
    finishWaiting(index);
  }
  return true;
}

bool Worker::execute(int64_t task, int64_t iteration) noexcept {
  PlannedTask &planned = context.plan.tasks[task];
  activity.task.store(task, std::memory_order_relaxed);
  activity.iteration.store(iteration, std::memory_order_relaxed);
  TraceRecorder *trace = context.options.trace;
  TraceRecorder::Times times;
  longestChannel = -1;
  if (trace)
    times.ready = TraceRecorder::Clock::now();
  if (context.stop.load(std::memory_order_relaxed) ||
      !awaitValues(planned, iteration) || !awaitCapacity(planned, iteration))
    return false;

  if (trace) {
    times.begin = TraceRecorder::Clock::now();
    times.awaited = longestChannel;
    if (longestChannel < 0)
      times.ready = times.begin;
  }
  planned.prepared.call(
      {context.options.stepSizes.at(iteration), context.options.seed},
      iteration);
  if (trace)
    times.end = TraceRecorder::Clock::now();
  context.kept.recordIfDue(planned, iteration, context.stop);
  context.scored.recordIfDue(planned, iteration, context.stop);

  for (size_t channel : planned.writes)
    context.plan.channels[channel]->publish(iteration);
  for (const ChannelRead &read : planned.reads)
    if (iteration + 1 == end)
      context.plan.channels[read.channel]->releaseAll(read.reader, end);
    else
      context.plan.channels[read.channel]->release(read.reader, iteration);
  if (trace) {
    times.free = TraceRecorder::Clock::now();
    trace->record(index, task, iteration, times);
  }
  activity.progress.store(activity.progress.load(std::memory_order_relaxed) + 1,
                          std::memory_order_relaxed);
  return true;
}

void Worker::learnEnd() noexcept {
  while ((end = context.end.load()) == RunContext::undecided)
    std::this_thread::yield();
}

/// Learns where the run ends. Either the host sees which iterations begin here,
/// or this thread sees that the end is being decided, and waits for it: both
/// store before they load, and all four accesses are sequentially consistent.
void Worker::beginPeriod(int64_t period) noexcept {
  begun.store(period - firstLag + 1);
  int64_t known = end;
  learnEnd();
  if (end == known)
    return;
  // Tasks that are through already did not know that it was the last time.
  for (int64_t task : order)
    if (period - context.plan.tasks[task].lag >= end)
      for (const ChannelRead &read : context.plan.tasks[task].reads)
        context.plan.channels[read.channel]->releaseAll(read.reader, end);
}

bool Worker::runPeriod(int64_t period) noexcept {
  for (int64_t task : order) {
    int64_t iteration = period - context.plan.tasks[task].lag;
    if (iteration >= context.first && iteration < end &&
        !execute(task, iteration))
      return false;
  }
  return true;
}

void Worker::run() noexcept {
  if (cpu >= 0)
    pinToCpu(cpu);
  flushDenormals();
  context.kernels.prepareThread();
  learnEnd();
  const int64_t steady =
      context.first +
      std::max(firstLag +
                   warmUpIterations(context.options.iterations - context.first),
               lastLag);
  // A thread without tasks begins nothing.
  for (int64_t period = context.first + firstLag;
       !order.empty() && period < end + lastLag; ++period) {
    beginPeriod(period);
    if (period == steady)
      waits.begin();
    if (!runPeriod(period))
      return;
    if (period + 1 == end + firstLag) // All tasks had something to do.
      waits.end(std::max<int64_t>(0, period + 1 - steady));
  }
  activity.state.store(Activity::Finished);
}

static std::string endName(int64_t processor) {
  return processor == hostProcessor ? "the host"
                                    : fmt::format("processor {}", processor);
}

std::string layerpipe::runtime::describeActivity(const ExecutionPlan &plan,
                                                 const Activity &activity) {
  const Manifest &manifest = *plan.manifest;
  int state = activity.state.load();
  if (state == Activity::Finished)
    return "has finished";
  std::string text = fmt::format("task {}, iteration {}, ",
                                 manifest.tasks[activity.task.load()].name,
                                 activity.iteration.load());
  if (state == Activity::Running)
    return text + "is running";
  size_t index = activity.channel.load();
  const ChannelDescription &description = manifest.channels[index];
  const std::string &buffer = manifest.buffers[description.buffer].name;
  const Channel &channel = *plan.channels[index];
  if (state == Activity::AwaitsValue)
    return text + fmt::format("waits for {} from {} ({} values published)",
                              buffer, endName(description.from),
                              channel.publishedCount());
  return text + fmt::format("waits until {} releases {} (capacity {}, {} "
                            "values published, {} released)",
                            endName(description.to), buffer,
                            description.capacity, channel.publishedCount(),
                            channel.releasedCount());
}
