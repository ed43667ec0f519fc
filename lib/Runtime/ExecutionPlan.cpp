//===- ExecutionPlan.cpp - The manifest, wired up -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds an ExecutionPlan from a verified manifest.
//
//===----------------------------------------------------------------------===//

#include "ExecutionPlan.h"

#include <cstring>
#include <map>

using namespace layerpipe::runtime;

namespace {

/// A wiring knows which channels a task reads and writes.
class Wiring {
public:
  Wiring(const Manifest &manifest, ExecutionPlan &plan)
      : manifest(manifest), plan(plan) {}

  /// Makes the channels, and gives each task those that it goes through.
  Result<void> connect(Transport &transport);

  /// Returns where the task finds its values: those of another processor lie
  /// where their channel puts them.
  TaskRings ringsOf(const Task &task) const;

private:
  void findEnds();
  void findReaders(const Task &task, PlannedTask &planned);
  void findWrites(const Task &task, PlannedTask &planned) const;

  const Manifest &manifest;
  ExecutionPlan &plan;
  /// The key is (buffer, to).
  std::map<std::pair<int64_t, int64_t>, size_t> incoming;
  std::multimap<int64_t, size_t> outgoing; ///< The key is a buffer.
  /// Each channel has the distances of its readers here.
  std::vector<std::vector<int64_t>> distances;
};

} // namespace

void Wiring::findEnds() {
  for (size_t c = 0; c < manifest.channels.size(); ++c) {
    const auto &channel = manifest.channels[c];
    incoming[{channel.buffer, channel.to}] = c;
    outgoing.insert({channel.buffer, c});
    if (channel.from == hostProcessor)
      plan.inputChannels.push_back(c);
    if (channel.to == hostProcessor)
      plan.lossChannel = c;
  }
}

void Wiring::findReaders(const Task &task, PlannedTask &planned) {
  for (const Read &read : task.reads) {
    auto it = incoming.find({read.buffer, task.processor});
    if (it == incoming.end())
      continue;
    std::vector<int64_t> &readers = distances[it->second];
    planned.reads.push_back({it->second, readers.size(), read.distance});
    readers.push_back(read.distance);
  }
}

void Wiring::findWrites(const Task &task, PlannedTask &planned) const {
  for (int64_t buffer : task.writes) {
    auto [begin, end] = outgoing.equal_range(buffer);
    for (auto it = begin; it != end; ++it)
      planned.writes.push_back(it->second);
    for (size_t p = 0; p < manifest.parameters.size(); ++p)
      if (manifest.parameters[p].buffer == buffer)
        planned.parameters.push_back(p);
    for (size_t s = 0; s < plan.stateValues.size(); ++s)
      if (plan.stateValues[s].buffer == buffer)
        planned.states.push_back(s);
  }
}

Result<void> Wiring::connect(Transport &transport) {
  findEnds();
  distances.resize(manifest.channels.size());
  distances[plan.lossChannel] = {0}; // The host reads this itself.
  for (size_t t = 0; t < manifest.tasks.size(); ++t) {
    plan.tasks[t].lag = manifest.tasks[t].lag;
    findReaders(manifest.tasks[t], plan.tasks[t]);
    findWrites(manifest.tasks[t], plan.tasks[t]);
  }
  for (size_t c = 0; c < manifest.channels.size(); ++c) {
    const ChannelDescription &description = manifest.channels[c];
    Result<std::unique_ptr<Channel>> channel = transport.connect(
        description, ringOf(manifest.buffers[description.buffer], plan.arena),
        std::move(distances[c]));
    if (!channel)
      return channel.error();
    plan.channels.push_back(std::move(*channel));
  }
  return {};
}

TaskRings Wiring::ringsOf(const Task &task) const {
  TaskRings rings =
      layerpipe::runtime::ringsOf(task, manifest.buffers, plan.arena);
  for (size_t read = 0; read < task.reads.size(); ++read) {
    auto it = incoming.find({task.reads[read].buffer, task.processor});
    if (it != incoming.end())
      rings.reads[read] = plan.channels[it->second]->consumerRing();
  }
  return rings;
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

static Result<void> prepareTasks(const Program &program, const Wiring &wiring,
                                 ExecutionPlan &plan) {
  const Manifest &manifest = program.manifest;
  for (size_t t = 0; t < manifest.tasks.size(); ++t) {
    const Task &task = manifest.tasks[t];
    Result<PreparedTask> prepared = PreparedTask::prepare(
        manifest, task, wiring.ringsOf(task), program.functions[task.function],
        plan.scratch[task.processor], *program.kernels);
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

/// Calls this for each arena of the plan.
template <typename Function>
static void forEachArena(const ExecutionPlan &plan, Function function) {
  function(plan.arena);
  for (const std::vector<Arena> *arenas : {&plan.scratch, &plan.workspaces})
    for (const Arena &one : *arenas)
      function(one);
}

int64_t ExecutionPlan::memoryBytes() const {
  int64_t bytes = 0;
  forEachArena(*this, [&](const Arena &one) { bytes += one.size(); });
  return bytes;
}

std::optional<int64_t> ExecutionPlan::residentBytes() const {
  std::optional<int64_t> bytes = 0;
  forEachArena(*this, [&](const Arena &one) {
    std::optional<int64_t> more = one.residentBytes();
    bytes = bytes && more ? std::optional(*bytes + *more) : std::nullopt;
  });
  return bytes;
}

Result<ExecutionPlan> ExecutionPlan::create(const Program &program,
                                            Transport &transport) {
  const Manifest &manifest = program.manifest;
  ExecutionPlan plan;
  plan.manifest = &manifest;
  Result<Arena> arena = Arena::allocate(manifest.arenaBytes);
  if (!arena)
    return arena.error();
  plan.arena = std::move(*arena);
  if (Result<void> done = allocateScratch(plan); !done)
    return done.error();
  plan.tasks.resize(manifest.tasks.size());
  plan.stateValues = stateValuesOf(manifest);
  Wiring wiring(manifest, plan);
  if (Result<void> done = wiring.connect(transport); !done)
    return done.error();
  if (Result<void> done = prepareTasks(program, wiring, plan); !done)
    return done.error();
  for (const Input &input : manifest.inputs)
    plan.inputs.push_back(ringOf(manifest.buffers[input.buffer], plan.arena));
  for (const Labels &labels : manifest.labels)
    plan.labels.push_back(ringOf(manifest.buffers[labels.buffer], plan.arena));
  plan.loss = plan.channels[plan.lossChannel]->consumerRing();
  return plan;
}

//===----------------------------------------------------------------------===//
// States
//===----------------------------------------------------------------------===//

/// Returns where a state value lies while iteration `next` comes next.
static std::byte *placeOf(const ExecutionPlan &plan, const StateValue &value,
                          int64_t next) {
  return ringOf(plan.manifest->buffers[value.buffer], plan.arena)
      .slotOf(next - value.age);
}

ParameterValues layerpipe::runtime::readParameters(const ExecutionPlan &plan,
                                                   int64_t completed) {
  ParameterValues values;
  for (const Parameter &parameter : plan.manifest->parameters) {
    Ring ring = ringOf(plan.manifest->buffers[parameter.buffer], plan.arena);
    copyToRows(parameter, ring.slotOf(completed - 1),
               values.emplace_back(parameter.elements()).data());
  }
  return values;
}

RunState layerpipe::runtime::readState(const ExecutionPlan &plan,
                                       int64_t completed) {
  RunState state{completed, readParameters(plan, completed), {}};
  for (const StateValue &value : plan.stateValues) {
    const int64_t bytes = plan.manifest->buffers[value.buffer].bytes;
    std::memcpy(state.values.emplace_back(bytes / sizeof(float)).data(),
                placeOf(plan, value, completed), bytes);
  }
  return state;
}

void layerpipe::runtime::writeState(ExecutionPlan &plan,
                                    const RunState &state) {
  const Manifest &manifest = *plan.manifest;
  fillInitialValues(manifest, manifest.buffers, plan.arena, state.parameters);
  for (size_t s = 0; s < plan.stateValues.size(); ++s)
    std::memcpy(placeOf(plan, plan.stateValues[s], state.completed),
                state.values[s].data(), state.values[s].size() * sizeof(float));
}
