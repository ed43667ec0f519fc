//===- RunState.cpp - What a run needs to go on ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/RunState.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

using namespace layerpipe::runtime;

/// Returns for each buffer the greatest distance at which tasks read it, and 0
/// for those that no task writes, which keep what they begin with.
static std::vector<int64_t> agesOf(const Manifest &manifest) {
  std::vector<int64_t> ages(manifest.buffers.size(), 0);
  std::vector<bool> written(manifest.buffers.size(), false);
  for (const Task &task : manifest.tasks) {
    for (const Read &read : task.reads)
      ages[read.buffer] = std::max(ages[read.buffer], read.distance);
    for (int64_t buffer : task.writes)
      written[buffer] = true;
  }
  for (size_t buffer = 0; buffer < ages.size(); ++buffer)
    if (!written[buffer])
      ages[buffer] = 0;
  return ages;
}

std::vector<StateValue>
layerpipe::runtime::stateValuesOf(const Manifest &manifest) {
  std::vector<int64_t> ages = agesOf(manifest);
  // The latest value of such a buffer is a parameter.
  for (const Parameter &parameter : manifest.parameters)
    if (ages[parameter.buffer] == 1)
      ages[parameter.buffer] = 0;
  std::vector<StateValue> values;
  for (size_t buffer = 0; buffer < ages.size(); ++buffer)
    for (int64_t age = 1; age <= ages[buffer]; ++age)
      values.push_back({int64_t(buffer), age});
  return values;
}

/// Returns whether the host fills this buffer.
static bool isFromHost(const Manifest &manifest, int64_t buffer) {
  auto fills = [&](const auto &stream) { return stream.buffer == buffer; };
  return std::any_of(manifest.inputs.begin(), manifest.inputs.end(), fills) ||
         std::any_of(manifest.labels.begin(), manifest.labels.end(), fills);
}

/// Fails where the state of a run of these tasks can't be kept.
static Result<void> checkReads(const Manifest &manifest,
                               const std::vector<int64_t> &ages) {
  for (const Task &task : manifest.tasks)
    for (const Read &read : task.reads) {
      const Buffer &buffer = manifest.buffers[read.buffer];
      const bool fromHost = isFromHost(manifest, read.buffer);
      const bool inPlace = read.distance == buffer.slots &&
                           std::find(task.writes.begin(), task.writes.end(),
                                     read.buffer) != task.writes.end();
      if (fromHost && read.distance > 0)
        return Error{fmt::format("the state of a run of {} can't be kept: task "
                                 "{} reads {} of earlier iterations",
                                 manifest.name, task.name, buffer.name)};
      if (inPlace && ages[read.buffer] > buffer.slots)
        return Error{fmt::format("the state of a run of {} can't be kept: task "
                                 "{} changes {} in place, which others read "
                                 "later",
                                 manifest.name, task.name, buffer.name)};
    }
  return {};
}

/// Returns which buffers lie where another one lies, too. They take turns as
/// long as all tasks go on, but some have no turn any more when a run ends.
static std::vector<bool> findShared(const Manifest &manifest) {
  std::vector<size_t> order(manifest.buffers.size());
  std::iota(order.begin(), order.end(), size_t(0));
  auto begin = [&](size_t index) { return manifest.buffers[index].offset; };
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return begin(a) < begin(b); });
  std::vector<bool> shared(order.size(), false);
  int64_t end = 0; // The buffers so far end here, the last of them `furthest`.
  size_t furthest = 0;
  for (size_t index : order) {
    const Buffer &buffer = manifest.buffers[index];
    if (begin(index) < end)
      shared[index] = shared[furthest] = true;
    if (int64_t own = buffer.offset + buffer.slots * buffer.stride();
        own > end) {
      end = own;
      furthest = index;
    }
  }
  return shared;
}

Result<Manifest> layerpipe::runtime::withStateKept(Manifest manifest) {
  const std::vector<int64_t> ages = agesOf(manifest);
  if (Result<void> kept = checkReads(manifest, ages); !kept)
    return kept.error();
  const std::vector<bool> shared = findShared(manifest);
  for (size_t index = 0; index < ages.size(); ++index) {
    Buffer &buffer = manifest.buffers[index];
    if (ages[index] == 0 || (ages[index] <= buffer.slots && !shared[index]))
      continue;
    buffer.slots = std::max(buffer.slots, ages[index]);
    buffer.offset = (manifest.arenaBytes + bufferAlignment - 1) /
                    bufferAlignment * bufferAlignment;
    manifest.arenaBytes = buffer.offset + buffer.slots * buffer.stride();
  }
  return manifest;
}
