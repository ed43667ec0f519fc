//===- ProgramSummary.h - What the compiler tells of a program --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_PROGRAMSUMMARY_H
#define LAYERPIPE_LIB_DRIVER_PROGRAMSUMMARY_H

#include "Sched/IR/SchedDialect.h"
#include "layerpipe/Machine/NamedPins.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace layerpipe::driver {

/// These are the layers that are placed and, where the planner placed the
/// others, the shortest period that is known without pins.
struct PinCost {
  machine::NamedPins pins = {};
  std::optional<int64_t> freePeriod = std::nullopt;
};

/// These are a compiled program's figures. Those that `layerpipe compare` has,
/// too, mean the same (docs/compare.md).
struct ProgramSummary {
  std::string name;
  std::string strategy;
  int64_t tasks = 0;
  int64_t processors = 0;
  /// Counts the processors that have a task.
  int64_t processorsUsed = 0;
  std::string timeUnit;
  int64_t period = 0;
  int64_t lowerBound = 0;
  /// This is empty for a sched.program that was compiled without its graph.
  std::string limitedBy;
  PinCost pins;
  /// This is the time of all tasks, one after the other, divided by the period.
  double speedup = 0;
  /// This is the busy time of all processors divided by processors · period.
  double utilization = 0;
  /// Each layer that has parameters has its staleness here.
  std::map<int64_t, int64_t> staleness;
  int64_t buffers = 0;
  int64_t arenaBytes = 0;
  /// The buffers would take so much if none shared its memory with another.
  int64_t unsharedBytes = 0;
};

/// Returns the figures of a program whose buffers have been placed.
ProgramSummary summarize(sched::ProgramOp program, const std::string &limitedBy,
                         const PinCost &pins);

/// Writes the figures for people, one a line.
std::string formatText(const ProgramSummary &summary);

/// Writes the figures for scripts, as one object with raw numbers. `executable`
/// is the file's name.
std::string formatJson(const ProgramSummary &summary,
                       const std::string &executable);

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_PROGRAMSUMMARY_H
