//===- ManifestFlow.cpp - How values flow between tasks -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file checks rules M6 to M9 of docs/runtime.md: who writes a buffer,
// which channels that takes, and that an order of tasks reads values while they
// are there.
//
//===----------------------------------------------------------------------===//

#include "ManifestVerifier.h"

using namespace layerpipe::runtime;

void ManifestVerifier::writers() {
  for (size_t t = 0; t < manifest.tasks.size(); ++t)
    for (int64_t buffer : manifest.tasks[t].writes)
      require(writerOf.insert({buffer, t}).second,
              "M6: buffer {} has two writers", manifest.buffers[buffer].name);
  if (!index(manifest.loss, manifest.buffers.size(), "buffer", "loss"))
    return;
  auto fill = [&](int64_t buffer, const std::string &name) {
    if (index(buffer, manifest.buffers.size(), "buffer", name)) {
      require(!writerOf.count(buffer), "M6: a task writes {}", name);
      require(filled.insert(buffer).second,
              "M6: {} has the buffer of another input or labels", name);
    }
  };
  for (const Input &input : manifest.inputs)
    fill(input.buffer, input.name);
  for (const Labels &labels : manifest.labels)
    fill(labels.buffer, labels.name);
  require(writerOf.count(manifest.loss), "M6: no task writes the loss");
  for (const Task &task : manifest.tasks)
    for (const Read &read : task.reads)
      require(writerOf.count(read.buffer) || filled.count(read.buffer) ||
                  hasInitial(manifest.buffers[read.buffer]),
              "M6: task {} reads buffer {}, which nobody writes and which has "
              "no initial value",
              task.name, manifest.buffers[read.buffer].name);
}

void ManifestVerifier::needChannel(int64_t buffer, int64_t from, int64_t to) {
  if (from != to)
    needed.insert({buffer, from, to});
}

void ManifestVerifier::channels() {
  for (const Task &task : manifest.tasks)
    for (const Read &read : task.reads) {
      if (auto writer = writerOf.find(read.buffer); writer != writerOf.end())
        needChannel(read.buffer, manifest.tasks[writer->second].processor,
                    task.processor);
      else if (filled.count(read.buffer))
        needChannel(read.buffer, hostProcessor, task.processor);
    }
  needChannel(manifest.loss, manifest.tasks[writerOf[manifest.loss]].processor,
              hostProcessor);

  std::set<std::tuple<int64_t, int64_t, int64_t>> found;
  for (const ChannelDescription &channel : manifest.channels) {
    if (!index(channel.buffer, manifest.buffers.size(), "buffer", "a channel"))
      return;
    const Buffer &buffer = manifest.buffers[channel.buffer];
    auto key = std::tuple(channel.buffer, channel.from, channel.to);
    require(needed.count(key) && found.insert(key).second,
            "M7: channel {} from {} to {} is not needed, or there twice",
            buffer.name, channel.from, channel.to);
    require(channel.capacity >= 1 && channel.capacity <= buffer.slots,
            "M7: channel {} from {} to {}: capacity {} is not within 1 .. {} "
            "slots",
            buffer.name, channel.from, channel.to, channel.capacity,
            buffer.slots);
  }
  for (auto [buffer, from, to] : needed)
    require(found.count({buffer, from, to}),
            "M7: there is no channel for {} from {} to {}",
            manifest.buffers[buffer].name, from, to);
}

/// Checks M8 and M9 for one read: its value is there and not yet overwritten.
/// In a ring of two slots, for instance, the value of iteration i can be read
/// until its writer begins iteration i + 2.
void ManifestVerifier::read(const Task &task, int64_t taskIndex,
                            const Read &read, const Places &places,
                            const std::string &rule) {
  auto writer = writerOf.find(read.buffer);
  if (writer == writerOf.end() || !places.count(writer->second))
    return;
  const Task &producer = manifest.tasks[writer->second];
  const Buffer &buffer = manifest.buffers[read.buffer];
  auto at = std::pair(task.lag + read.distance, places.at(taskIndex));
  int64_t place = places.at(writer->second);
  require(std::pair(producer.lag, place) < at,
          "{}: task {} reads buffer {} before task {} writes that value", rule,
          task.name, buffer.name, producer.name);
  require(at <= std::pair(producer.lag + buffer.slots, place),
          "{}: task {} reads buffer {} after task {} has overwritten that "
          "value: {} slots are too few",
          rule, task.name, buffer.name, producer.name, buffer.slots);
}

void ManifestVerifier::order(const Places &places, const std::string &rule) {
  std::set<int64_t> exempt;
  for (const ChannelDescription &channel : manifest.channels)
    if (channel.unchecked)
      exempt.insert(channel.buffer);
  for (auto [taskIndex, place] : places)
    for (const Read &entry : manifest.tasks[taskIndex].reads)
      if (!exempt.count(entry.buffer))
        read(manifest.tasks[taskIndex], taskIndex, entry, places, rule);
}
