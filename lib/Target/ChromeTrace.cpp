//===- ChromeTrace.cpp - the predicted schedule as a trace ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Target/ChromeTrace.h"
#include "layerpipe/Analysis/ScheduledGraph.h"
#include "layerpipe/Base/Json.h"

using namespace mlir;
using namespace layerpipe;
using Json = nlohmann::ordered_json;

/// How many periods of the steady state are drawn.
static constexpr int64_t kSteadyPeriods = 4;

static Json metadata(StringRef kind, int64_t thread, const std::string &name) {
  return {{"name", kind.str()},
          {"ph", "M"},
          {"pid", 1},
          {"tid", thread},
          {"args", {{"name", name}}}};
}

/// Iteration `iteration` of a task; times in microseconds of a nanosecond unit.
static Json event(TaskOp task, int64_t iteration, int64_t period) {
  int64_t lag = *task.getLag();
  int64_t start =
      (iteration + lag) * period + static_cast<int64_t>(*task.getStart());
  return {
      {"name", task.getName().str()},
      {"cat", stringifyTaskKind(task.getKind()).str()},
      {"ph", "X"},
      {"pid", 1},
      {"tid", static_cast<int64_t>(*task.getProcessor())},
      {"ts", double(start) / 1000},
      {"dur", double(*task.getTime()) / 1000},
      {"args",
       {{"iteration", iteration}, {"layer", task.getLayer()}, {"lag", lag}}}};
}

LogicalResult layerpipe::exportChromeTrace(GraphOp graph,
                                           llvm::raw_ostream &output) {
  FailureOr<ScheduledGraph> schedule = extractSchedule(graph);
  if (failed(schedule))
    return failure();
  int64_t period = schedule->solution.period;
  int64_t last = *llvm::max_element(schedule->solution.lag) + kSteadyPeriods;
  Json events = Json::array();
  events.push_back(
      metadata("process_name", 0, "predicted: " + graph.getSymName().str()));
  for (int64_t processor = 0; processor < schedule->problem.machine.processors;
       ++processor)
    events.push_back(metadata("thread_name", processor,
                              "processor " + std::to_string(processor)));
  // Firings that begin within the drawn periods, by period and then by slot.
  for (int64_t now = 0; now < last; ++now)
    for (const std::vector<int64_t> &order : schedule->solution.order)
      for (int64_t index : order)
        if (int64_t iteration = now - schedule->solution.lag[index];
            iteration >= 0)
          events.push_back(
              event(schedule->training.taskOp(index), iteration, period));
  Json trace{{"traceEvents", std::move(events)}, {"displayTimeUnit", "ns"}};
  output << base::dumpJson(trace, {.indent = 1}) << "\n";
  return success();
}
