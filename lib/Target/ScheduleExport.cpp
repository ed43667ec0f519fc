//===- ScheduleExport.cpp - Scheduled graphs as schedule files ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Target/ScheduleExport.h"

#include "layerpipe/Analysis/ScheduledGraph.h"
#include "layerpipe/Schedule/ScheduleJson.h"

using namespace mlir;
using namespace layerpipe;

FailureOr<scheduling::StaticSchedule>
layerpipe::makeStaticSchedule(GraphOp graph) {
  FailureOr<ScheduledGraph> schedule = extractSchedule(graph);
  if (failed(schedule))
    return failure();
  scheduling::ScheduleInfo info;
  info.graph = graph.getSymName().str();
  info.strategy = graph.getStrategy().value_or("given").str();
  info.timeUnit = graph.getTimeUnit().value_or("cycles").str();
  if (std::optional<uint64_t> bound = graph.getLowerBound())
    info.lowerBound = *bound;
  if (std::optional<uint64_t> bound = graph.getLowerBoundSplit())
    info.lowerBoundSplit = *bound;
  info.limitedBy = graph.getLimitedBy().value_or("").str();
  scheduling::Result<scheduling::StaticSchedule> made =
      scheduling::makeStaticSchedule(schedule->problem, schedule->solution,
                                     info);
  if (!made)
    return graph.emitOpError("has no valid schedule: ") << made.message();
  if (scheduling::Status valid = scheduling::check(*made); !valid)
    return graph.emitOpError("has no valid schedule: ") << valid.message();
  return *made;
}

LogicalResult layerpipe::exportScheduleJson(GraphOp graph,
                                            llvm::raw_ostream &output) {
  FailureOr<scheduling::StaticSchedule> schedule = makeStaticSchedule(graph);
  if (failed(schedule))
    return failure();
  output << scheduling::writeScheduleJson(*schedule);
  return success();
}
