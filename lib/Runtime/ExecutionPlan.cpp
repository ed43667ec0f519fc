//===- ExecutionPlan.cpp - The manifest, wired up -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds an ExecutionPlan from a verified manifest.
//
//===----------------------------------------------------------------------===//

#include "ExecutionPlan.h"

#include <map>

using namespace layerpipe::runtime;

/// Finds, for each read and write of each task, the channel it goes through,
/// and makes the channels with their readers.
static void connect(const Manifest &manifest, ExecutionPlan &plan) {
  // The key is (buffer, to).
  std::map<std::pair<int64_t, int64_t>, size_t> incoming;
  std::multimap<int64_t, size_t> outgoing; // The key is a buffer.
  for (size_t c = 0; c < manifest.channels.size(); ++c) {
    const auto &channel = manifest.channels[c];
    incoming[{channel.buffer, channel.to}] = c;
    outgoing.insert({channel.buffer, c});
    if (channel.from == hostProcessor)
      plan.inputChannels.push_back(c);
    if (channel.to == hostProcessor)
      plan.lossChannel = c;
  }
  std::vector<std::vector<int64_t>> distances(manifest.channels.size());
  distances[plan.lossChannel] = {0}; // The host reads this itself.
  for (size_t t = 0; t < manifest.tasks.size(); ++t) {
    const Task &task = manifest.tasks[t];
    PlannedTask &planned = plan.tasks[t];
    planned.lag = task.lag;
    for (const Read &read : task.reads) {
      auto it = incoming.find({read.buffer, task.processor});
      if (it == incoming.end())
        continue;
      std::vector<int64_t> &readers = distances[it->second];
      planned.reads.push_back({it->second, readers.size(), read.distance});
      readers.push_back(read.distance);
    }
    for (int64_t buffer : task.writes) {
      auto [begin, end] = outgoing.equal_range(buffer);
      for (auto it = begin; it != end; ++it)
        planned.writes.push_back(it->second);
      for (size_t p = 0; p < manifest.parameters.size(); ++p)
        if (manifest.parameters[p].buffer == buffer)
          planned.parameters.push_back(p);
    }
  }
  for (size_t c = 0; c < manifest.channels.size(); ++c)
    plan.channels.push_back(std::make_unique<Channel>(
        manifest.channels[c].capacity, manifest.channels[c].unchecked,
        std::move(distances[c])));
}

/// Allocates one scratch memory for each processor.
static Result<void> allocateScratch(ExecutionPlan &plan) {
  for (const Processor &processor : plan.manifest->processors) {
    Result<Arena> scratch = Arena::allocate(processor.scratchBytes);
    if (!scratch)
      return scratch.error();
    plan.scratch.push_back(std::move(*scratch));
  }
  return {};
}

static Result<void> prepareTasks(const Program &program, ExecutionPlan &plan) {
  const Manifest &manifest = program.manifest;
  plan.tasks.resize(manifest.tasks.size());
  for (size_t t = 0; t < manifest.tasks.size(); ++t) {
    const Task &task = manifest.tasks[t];
    Result<PreparedTask> prepared = PreparedTask::prepare(
        manifest, task, manifest.buffers, program.functions[task.function],
        plan.arena, plan.scratch[task.processor], *program.kernels);
    if (!prepared)
      return Error{"task " + task.name + ": " + prepared.error().message,
                   prepared.error().kind};
    plan.tasks[t].prepared = std::move(*prepared);
  }
  for (const Processor &processor : manifest.processors) {
    std::vector<PreparedTask *> own;
    for (int64_t slot : processor.slots)
      own.push_back(&plan.tasks[slot].prepared);
    Result<Arena> workspace = allocateWorkspace(own);
    if (!workspace)
      return workspace.error();
    plan.workspaces.push_back(std::move(*workspace));
  }
  return {};
}

Result<ExecutionPlan> ExecutionPlan::create(const Program &program) {
  const Manifest &manifest = program.manifest;
  ExecutionPlan plan;
  plan.manifest = &manifest;
  Result<Arena> arena = Arena::allocate(manifest.arenaBytes);
  if (!arena)
    return arena.error();
  plan.arena = std::move(*arena);
  if (Result<void> done = allocateScratch(plan); !done)
    return done.error();
  if (Result<void> done = prepareTasks(program, plan); !done)
    return done.error();
  connect(manifest, plan);
  plan.input = Ring(manifest.buffers[manifest.input.buffer], plan.arena);
  plan.labels = Ring(manifest.buffers[manifest.labels.buffer], plan.arena);
  plan.loss = Ring(manifest.buffers[manifest.loss], plan.arena);
  return plan;
}
