//===- ChromeTrace.cpp - the predicted schedule as a trace ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Target/ChromeTrace.h"
#include "layerpipe/Schedule/ScheduleTrace.h"
#include "layerpipe/Target/ScheduleExport.h"

using namespace mlir;
using namespace layerpipe;

LogicalResult layerpipe::exportChromeTrace(GraphOp graph,
                                           llvm::raw_ostream &output) {
  FailureOr<scheduling::StaticSchedule> schedule = makeStaticSchedule(graph);
  if (failed(schedule))
    return failure();
  output << scheduling::writeScheduleTrace(*schedule);
  return success();
}
