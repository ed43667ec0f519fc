//===- Trace.cpp - Recording when each task really ran --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes recorded events in the Chrome trace format.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Trace.h"

#include "layerpipe/Base/Json.h"

#include <fmt/format.h>

#include <algorithm>

using namespace layerpipe;
using namespace layerpipe::runtime;

/// A JSON string literal; bytes that are not UTF-8 are replaced.
static std::string quoted(const std::string &text) {
  return base::dumpJson(nlohmann::json(text));
}

void TraceRecorder::prepare(size_t workers, size_t events) {
  blocks.clear();
  blocks.resize(workers);
  for (Block &block : blocks)
    block.events.reserve(std::min(events, capacity));
  origin = Clock::now();
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
        byTask[event.task].push_back(event.free - event.begin);
  return byTask;
}

std::string TraceRecorder::toJson(const Manifest &manifest) const {
  auto micros = [](Clock::duration duration) {
    return std::chrono::duration<double, std::micro>(duration).count();
  };
  std::string json = fmt::format(
      "{{\"displayTimeUnit\":\"ms\",\"otherData\":{{\"program\":{},"
      "\"dropped_events\":{}}},\"traceEvents\":[\n"
      "{{\"ph\":\"M\",\"pid\":0,\"name\":\"process_name\",\"args\":{{"
      "\"name\":{}}}}}",
      quoted(manifest.name), droppedEvents(), quoted(manifest.name));
  for (const Processor &processor : manifest.processors)
    json += fmt::format(",\n{{\"ph\":\"M\",\"pid\":0,\"tid\":{0},\"name\":"
                        "\"thread_name\",\"args\":{{\"name\":\"processor "
                        "{0}\"}}}}",
                        processor.id);
  for (const Block &block : blocks)
    for (const Event &event : block.events) {
      const Task &task = manifest.tasks[event.task];
      json += fmt::format(
          ",\n{{\"ph\":\"X\",\"pid\":0,\"tid\":{},\"name\":{},\"cat\":{},"
          "\"ts\":{:.3f},\"dur\":{:.3f},\"args\":{{\"iteration\":{},"
          "\"layer\":{}}}}}",
          task.processor, quoted(task.name), quoted(task.kind),
          micros(event.begin - origin), micros(event.end - event.begin),
          event.iteration, quoted(task.layer));
    }
  return json + "\n]}\n";
}
