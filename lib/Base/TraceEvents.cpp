//===- TraceEvents.cpp - Who did what when, as trace events ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A trace has hundreds of thousands of events. They are written as text at
// once, without a tree of JSON values.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/TraceEvents.h"

#include "layerpipe/Base/Json.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

using namespace layerpipe;
using namespace layerpipe::base;

/// Returns a JSON string literal, whatever bytes the text holds.
static std::string jsonString(std::string_view text) {
  return base::dumpJson(nlohmann::json(text));
}

static std::string_view nameOf(TraceOrigin origin) {
  return origin == TraceOrigin::predicted ? "predicted" : "measured";
}

TraceWriter::TraceWriter(const TraceInfo &info)
    : process(static_cast<int64_t>(info.origin)) {
  json = fmt::format("{{\"displayTimeUnit\":\"ns\",\"otherData\":{{"
                     "\"origin\":\"{}\",\"program\":{},\"strategy\":{},"
                     "\"time_unit\":{},\"period\":{},\"dropped_events\":{}}},"
                     "\"traceEvents\":[",
                     nameOf(info.origin), jsonString(info.program),
                     jsonString(info.strategy), jsonString(info.timeUnit),
                     info.period, info.droppedEvents);
  metadata("process_name", 0,
           fmt::format("{}: {}", nameOf(info.origin), info.program), process);
}

void TraceWriter::begin(char phase, std::string_view name,
                        std::string_view category, int64_t thread) {
  fmt::format_to(std::back_inserter(json),
                 "{}\n{{\"ph\":\"{}\",\"pid\":{},\"tid\":{},\"name\":{}",
                 json.back() == '[' ? "" : ",", phase, process, thread,
                 jsonString(name));
  if (!category.empty())
    fmt::format_to(std::back_inserter(json), ",\"cat\":{}",
                   jsonString(category));
}

/// Writes the name of a process or a thread, and its place among the others.
void TraceWriter::metadata(std::string_view what, int64_t thread,
                           std::string_view name, int64_t order) {
  begin('M', what, "", thread);
  fmt::format_to(std::back_inserter(json), ",\"args\":{{\"name\":{}}}}}",
                 jsonString(name));
  std::string_view kind = what.substr(0, what.find('_'));
  begin('M', fmt::format("{}_sort_index", kind), "", thread);
  fmt::format_to(std::back_inserter(json), ",\"args\":{{\"sort_index\":{}}}}}",
                 order);
}

void TraceWriter::addProcessor(int64_t id) {
  metadata("thread_name", id, fmt::format("processor {}", id), id);
}

void TraceWriter::addFiring(const TraceFiring &firing, const TraceSpan &span) {
  begin('X', firing.task, firing.kind, span.processor);
  fmt::format_to(std::back_inserter(json),
                 ",\"ts\":{:.3f},\"dur\":{:.3f},\"args\":{{\"iteration\":{},"
                 "\"layer\":{},\"lag\":{}}}}}",
                 span.begin, span.end - span.begin, firing.iteration,
                 firing.layer, firing.lag);
}

void TraceWriter::addWait(std::string_view task, int64_t iteration,
                          std::string_view cause, const TraceSpan &span) {
  begin('X', "wait", "wait", span.processor);
  fmt::format_to(std::back_inserter(json),
                 ",\"ts\":{:.3f},\"dur\":{:.3f},\"args\":{{\"iteration\":{},"
                 "\"task\":{},\"cause\":{}}}}}",
                 span.begin, span.end - span.begin, iteration, jsonString(task),
                 jsonString(cause));
}

void TraceWriter::flow(char phase, const TraceSpan &span, double time) {
  // The numbers of flows count across all processes of a view.
  int64_t id = flows * 2 + process - 1;
  begin(phase, "value", "value", span.processor);
  fmt::format_to(std::back_inserter(json), ",\"id\":{},\"ts\":{:.3f}{}}}", id,
                 time, phase == 'f' ? ",\"bp\":\"e\"" : "");
}

void TraceWriter::addHandOver(const TraceSpan &producer,
                              const TraceSpan &consumer) {
  // An arrow starts at the slice that holds its time. It therefore starts a
  // nanosecond before the producer ends, since the next slice may begin right
  // there.
  constexpr double nanosecond = 0.001;
  flow('s', producer, std::max(producer.begin, producer.end - nanosecond));
  flow('f', consumer, consumer.begin);
  ++flows;
}

std::string TraceWriter::finish() { return std::move(json) + "\n]}\n"; }
