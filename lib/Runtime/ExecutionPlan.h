//===- ExecutionPlan.h - The manifest, wired up -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plan has memory, channels and prepared tasks of a program. Whatever a task
// waits for, publishes and releases is looked up here once, so that workers
// only follow pointers.
//
// A plan is that of one rank, a process: its arena is this rank's memory, and
// no task reads a value of another processor but where its channel puts it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_EXECUTIONPLAN_H
#define LAYERPIPE_LIB_RUNTIME_EXECUTIONPLAN_H

#include "PreparedTask.h"

#include "layerpipe/Runtime/Channel.h"

#include <memory>
#include <vector>

namespace layerpipe::runtime {

/// This is a read that comes through a channel.
struct ChannelRead {
  size_t channel; ///< It indexes ExecutionPlan::channels.
  size_t reader;  ///< It tells which of the channel's readers this is.
  int64_t distance;
};

struct PlannedTask {
  PreparedTask prepared;
  std::vector<ChannelRead> reads;
  std::vector<size_t> writes; ///< The task's buffers go into these channels.
  /// The task writes these, numbered as in the manifest.
  std::vector<size_t> parameters;
  /// The task writes the buffers of these state values, numbered as by
  /// stateValuesOf().
  std::vector<size_t> states;
  int64_t lag = 0;
};

struct ExecutionPlan {
  static Result<ExecutionPlan> create(const Program &program,
                                      Transport &transport);

  /// Returns the bytes of all arenas.
  int64_t memoryBytes() const;
  /// Returns how many of these lie in memory; none if the system doesn't tell.
  std::optional<int64_t> residentBytes() const;

  const Manifest *manifest = nullptr;
  Arena arena; ///< The buffers of the rank's processors lie here.
  std::vector<Arena> scratch;    ///< Each processor has one.
  std::vector<Arena> workspaces; ///< Each processor has one.
  std::vector<PlannedTask> tasks;
  /// They are numbered as in the manifest.
  std::vector<std::unique_ptr<Channel>> channels;
  std::vector<size_t> inputChannels; ///< The loader feeds these.
  size_t lossChannel = 0;
  /// These are the manifest's.
  std::vector<StateValue> stateValues;
  /// The loader fills these, in the manifest's order.
  std::vector<Ring> inputs, labels;
  Ring loss;
};

/// Returns the parameters behind `completed` iterations.
ParameterValues readParameters(const ExecutionPlan &plan, int64_t completed);

/// Returns the whole state behind them, from a plan whose rings hold it.
RunState readState(const ExecutionPlan &plan, int64_t completed);

/// Lets the rings hold the state.
void writeState(ExecutionPlan &plan, const RunState &state);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_EXECUTIONPLAN_H
