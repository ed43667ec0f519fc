//===- ExecutionPlan.h - The manifest, wired up -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory, channels and prepared tasks of a program: what a task waits for,
// publishes and releases is looked up here once, so that workers only follow
// pointers.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_EXECUTIONPLAN_H
#define LAYERPIPE_LIB_RUNTIME_EXECUTIONPLAN_H

#include "PreparedTask.h"

#include "layerpipe/Runtime/Channel.h"

#include <memory>
#include <vector>

namespace layerpipe::runtime {

/// A read that comes through a channel.
struct ChannelRead {
  size_t channel; ///< Index into ExecutionPlan::channels.
  size_t reader;  ///< Which of the channel's readers it is.
  int64_t distance;
};

struct PlannedTask {
  PreparedTask prepared;
  std::vector<ChannelRead> reads;
  std::vector<size_t> writes;     ///< Channels of the buffers that it writes.
  std::vector<size_t> parameters; ///< That it writes, as in the manifest.
  int64_t lag = 0;
};

struct ExecutionPlan {
  static Result<ExecutionPlan> create(const Program &program);

  const Manifest *manifest = nullptr;
  Arena arena;
  std::vector<Arena> scratch;    ///< Per processor.
  std::vector<Arena> workspaces; ///< Per processor.
  std::vector<PlannedTask> tasks;
  std::vector<std::unique_ptr<Channel>> channels; ///< As in the manifest.
  std::vector<size_t> inputChannels;              ///< That the loader feeds.
  size_t lossChannel = 0;
  Ring input, labels, loss;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_EXECUTIONPLAN_H
