//===- TraceEvents.h - Who did what when, as trace events -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The one place that knows how a trace of tasks on processors is spelled in the
// Chrome trace event format, which Perfetto and chrome://tracing show. What a
// compiler predicts and what a program measures are two processes of one
// spelling, so that both can stand in one file:
//
//   jq -s '.[0].traceEvents += .[1].traceEvents | .[0]' predicted measured
//
// docs/runtime.md has the fields.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_TRACEEVENTS_H
#define LAYERPIPE_BASE_TRACEEVENTS_H

#include <cstdint>
#include <string>
#include <string_view>

namespace layerpipe::base {

/// Where the times of a trace come from; the number of its process.
enum class TraceOrigin { predicted = 1, measured = 2 };

/// What a trace is about.
struct TraceInfo {
  TraceOrigin origin = TraceOrigin::predicted;
  std::string program;
  std::string strategy;
  /// "ns", "us" or "cycles", and the predicted period in that unit.
  std::string timeUnit;
  int64_t period = 0;
  /// How many of the last firings are missing.
  int64_t droppedEvents = 0;
};

/// A time span on a processor, in microseconds.
struct TraceSpan {
  int64_t processor = 0;
  double begin = 0, end = 0;
};

/// A task that runs for one iteration.
struct TraceFiring {
  std::string_view task;
  /// A kind of task, such as "grad_input".
  std::string_view kind;
  /// From 1; 0 for a task that belongs to no layer.
  int64_t layer = 0;
  int64_t iteration = 0;
  int64_t lag = 0;
};

/// Makes the text of one trace. Names may hold any bytes: what is no UTF-8 is
/// replaced.
class TraceWriter {
public:
  explicit TraceWriter(const TraceInfo &info);

  /// Gives a processor its row, before the events on it.
  void addProcessor(int64_t id);

  /// The task runs.
  void addFiring(const TraceFiring &firing, const TraceSpan &span);

  /// The processor waits until the task can run.
  void addWait(std::string_view task, int64_t iteration, const TraceSpan &span);

  /// A value goes from one firing to another: an arrow between their slices,
  /// which must have been added.
  void addHandOver(const TraceSpan &producer, const TraceSpan &consumer);

  /// The whole file; the writer is empty afterwards.
  std::string finish();

private:
  /// What begins every event.
  void begin(char phase, std::string_view name, std::string_view category,
             int64_t thread);
  void flow(char phase, const TraceSpan &span, double time);
  void metadata(std::string_view what, int64_t thread, std::string_view name,
                int64_t order);

  int64_t process;
  int64_t flows = 0;
  std::string json;
};

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_TRACEEVENTS_H
