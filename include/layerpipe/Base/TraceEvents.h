//===- TraceEvents.h - Who did what when, as trace events -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the one place that knows how a trace of tasks on processors is
// spelled in the Chrome trace event format, which Perfetto and chrome://tracing
// show. What a compiler predicts and what a program measures are two processes
// of one spelling, so that you can put both into one file:
//
//   jq -s '.[0].traceEvents += .[1].traceEvents | .[0]' predicted measured
//
// docs/runtime.md describes the fields.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_TRACEEVENTS_H
#define LAYERPIPE_BASE_TRACEEVENTS_H

#include <cstdint>
#include <string>
#include <string_view>

namespace layerpipe::base {

/// Says where the times of a trace come from. The value is the number of the
/// trace's process.
enum class TraceOrigin { predicted = 1, measured = 2 };

/// These facts concern a whole trace.
struct TraceInfo {
  TraceOrigin origin = TraceOrigin::predicted;
  std::string program;
  std::string strategy;
  /// The unit is "ns", "us" or "cycles"; the predicted period is given in it.
  std::string timeUnit;
  int64_t period = 0;
  /// This many firings are missing at the end.
  int64_t droppedEvents = 0;
};

/// A time span on a processor, in microseconds.
struct TraceSpan {
  int64_t processor = 0;
  double begin = 0, end = 0;
};

/// This is a task that ran for one iteration.
struct TraceFiring {
  std::string_view task;
  /// Names the kind of the task, such as "grad_input".
  std::string_view kind;
  /// Layers count from 1; 0 stands for a task that belongs to no layer.
  int64_t layer = 0;
  int64_t iteration = 0;
  int64_t lag = 0;
};

/// Makes the text of one trace. Names may hold any bytes; those that are not
/// UTF-8 are replaced.
class TraceWriter {
public:
  explicit TraceWriter(const TraceInfo &info);

  /// Gives a processor its row. Call it before you add events of the processor.
  void addProcessor(int64_t id);

  /// Adds a span in which a processor runs a task.
  void addFiring(const TraceFiring &firing, const TraceSpan &span);

  /// Adds a span in which a processor waits until the task can run. `cause`
  /// says for what.
  void addWait(std::string_view task, int64_t iteration, std::string_view cause,
               const TraceSpan &span);

  /// Adds an arrow for a value that goes from one firing to another. The slices
  /// of both must have been added.
  void addHandOver(const TraceSpan &producer, const TraceSpan &consumer);

  /// Returns the whole file; the writer is empty afterwards.
  std::string finish();

private:
  /// Writes the fields with which every event begins.
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
