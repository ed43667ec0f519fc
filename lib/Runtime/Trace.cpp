//===- Trace.cpp - Recording when each task really ran --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file keeps the durations of tasks, and writes recorded events as a
// trace.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Trace.h"

#include "layerpipe/Base/TraceEvents.h"
#include "layerpipe/Runtime/Waiting.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

using namespace layerpipe;
using namespace layerpipe::runtime;

void TraceRecorder::prepare(size_t workers, size_t events) {
  blocks.clear();
  blocks.resize(workers);
  for (Block &block : blocks)
    block.events.reserve(std::min(events, capacity));
}

TraceRecorder::Clock::time_point TraceRecorder::origin() const {
  Clock::time_point first = Clock::time_point::max();
  for (const Block &block : blocks)
    if (!block.events.empty())
      first = std::min(first, block.events.front().times.ready);
  return first;
}

int64_t TraceRecorder::droppedEvents() const {
  int64_t sum = 0;
  for (const Block &block : blocks)
    sum += block.dropped;
  return sum;
}

std::vector<std::vector<TraceRecorder::Clock::duration>>
TraceRecorder::durations(const Manifest &manifest, int64_t first) const {
  std::vector<std::vector<Clock::duration>> byTask(manifest.tasks.size());
  for (const Block &block : blocks)
    for (const Event &event : block.events)
      if (event.iteration >= first)
        byTask[event.task].push_back(event.times.free - event.times.begin);
  return byTask;
}

namespace {

/// Turns the recorded events into trace events.
class TraceExport {
public:
  TraceExport(const Manifest &manifest, TraceRecorder::Clock::time_point origin,
              int64_t dropped)
      : manifest(manifest), origin(origin),
        writer({base::TraceOrigin::measured, manifest.name, manifest.strategy,
                manifest.timeUnit, manifest.period, dropped}),
        firings(manifest.tasks.size()) {
    for (const Processor &processor : manifest.processors)
      writer.addProcessor(processor.id);
  }

  /// Adds a firing. The iterations of a task come one after the other, from 0
  /// on.
  void add(int64_t index, int64_t iteration,
           const TraceRecorder::Times &times) {
    const Task &task = manifest.tasks[index];
    base::TraceSpan span{task.processor, micros(times.begin),
                         micros(times.end)};
    if (times.awaited >= 0)
      writer.addWait(task.name, iteration, causeOfWait(task, times.awaited),
                     {task.processor, micros(times.ready), span.begin});
    writer.addFiring({task.name, task.kind, layerOf(task), iteration, task.lag},
                     span);
    firings[index].push_back(span);
  }

  std::string finish() {
    addHandOvers();
    return writer.finish();
  }

private:
  double micros(TraceRecorder::Clock::time_point time) const {
    return std::chrono::duration<double, std::micro>(time - origin).count();
  }

  /// Returns the task's layer as a number. The manifest's layers are text for
  /// people; a task without one has 0, as in a schedule.
  static int64_t layerOf(const Task &task) {
    int64_t layer = 0;
    const std::string &text = task.layer;
    std::from_chars(text.data(), text.data() + text.size(), layer);
    return layer;
  }

  std::string_view causeOfWait(const Task &task, int64_t channel) const {
    return nameOf(causeOf(manifest.channels[channel], task.processor));
  }

  void addHandOvers();

  const Manifest &manifest;
  TraceRecorder::Clock::time_point origin;
  base::TraceWriter writer;
  /// The firings are ordered by task and iteration.
  std::vector<std::vector<base::TraceSpan>> firings;
};

/// Adds one arrow for each two firings, however many buffers of the producer
/// the consumer reads.
void TraceExport::addHandOvers() {
  std::map<int64_t, int64_t> writerOf;
  std::set<std::tuple<int64_t, int64_t, int64_t>> pairs;
  int64_t count = static_cast<int64_t>(manifest.tasks.size());
  for (int64_t task = 0; task < count; ++task)
    for (int64_t buffer : manifest.tasks[task].writes)
      writerOf[buffer] = task;
  for (int64_t task = 0; task < count; ++task)
    for (const Read &read : manifest.tasks[task].reads)
      if (auto from = writerOf.find(read.buffer);
          from != writerOf.end() && from->second != task)
        pairs.emplace(from->second, task, read.distance);
  for (const auto &[from, to, distance] : pairs) {
    int64_t made = static_cast<int64_t>(firings[from].size());
    int64_t taken = static_cast<int64_t>(firings[to].size());
    for (int64_t i = distance; i < taken && i - distance < made; ++i)
      writer.addHandOver(firings[from][i - distance], firings[to][i]);
  }
}

} // namespace

std::string TraceRecorder::toJson(const Manifest &manifest) const {
  TraceExport trace(manifest, origin(), droppedEvents());
  for (const Block &block : blocks)
    for (const Event &event : block.events)
      trace.add(event.task, event.iteration, event.times);
  return trace.finish();
}
