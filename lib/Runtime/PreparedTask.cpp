//===- PreparedTask.cpp - A task ready to be called -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file resolves a task's buffers and kernels before a run.
//
//===----------------------------------------------------------------------===//

#include "PreparedTask.h"

#include "layerpipe/Base/WeightLayout.h"

#include <algorithm>
#include <cstring>

using namespace layerpipe;
using namespace layerpipe::runtime;

extern "C" void layerpipe_kernel_execute(void *kernel, void *const *args) {
  auto *bound = static_cast<BoundKernel *>(kernel);
  bound->kernel->execute(args, bound->workspace);
}

Ring layerpipe::runtime::ringOf(const Buffer &buffer, const Arena &arena) {
  return {arena.data() + buffer.offset, buffer.stride(), buffer.slots};
}

TaskRings layerpipe::runtime::ringsOf(const Task &task,
                                      const std::vector<Buffer> &buffers,
                                      const Arena &arena) {
  TaskRings rings;
  for (const Read &read : task.reads)
    rings.reads.push_back(ringOf(buffers[read.buffer], arena));
  for (int64_t buffer : task.writes)
    rings.writes.push_back(ringOf(buffers[buffer], arena));
  return rings;
}

Result<PreparedTask>
PreparedTask::prepare(const Manifest &manifest, const Task &task,
                      const TaskRings &rings, layerpipe_task_function function,
                      const Arena &scratch, KernelLibrary &library) {
  PreparedTask prepared;
  prepared.function = function;
  for (size_t read = 0; read < task.reads.size(); ++read)
    prepared.accesses.push_back({rings.reads[read], task.reads[read].distance});
  for (const Ring &ring : rings.writes)
    prepared.accesses.push_back({ring, 0});
  prepared.addresses.resize(prepared.accesses.size());
  for (int64_t offset : task.scratch)
    prepared.addresses.push_back(scratch.data() + offset);
  for (int64_t index : task.kernels) {
    Result<std::unique_ptr<Kernel>> kernel =
        library.prepare(manifest.kernels[index]);
    if (!kernel)
      return kernel.error();
    prepared.kernels.push_back(std::make_unique<BoundKernel>());
    prepared.kernels.back()->kernel = std::move(*kernel);
    prepared.handles.push_back(prepared.kernels.back().get());
  }
  return prepared;
}

size_t PreparedTask::workspaceBytes() const {
  size_t most = 0;
  for (const auto &bound : kernels)
    most = std::max(most, bound->kernel->workspaceBytes());
  return most;
}

void PreparedTask::bindWorkspace(const Arena &workspace) {
  for (const auto &bound : kernels)
    bound->workspace = workspace.data();
}

/// Returns the parameter's layout if it isn't rows. The verifier has checked
/// the text.
static std::optional<base::WeightLayout> layoutOf(const Parameter &parameter) {
  if (parameter.layout.empty())
    return std::nullopt;
  auto layout = base::WeightLayout::parse(parameter.layout, parameter.shape);
  return layout ? std::optional(std::move(*layout)) : std::nullopt;
}

static void copyFromRows(const Parameter &parameter, const float *rows,
                         std::byte *slot) {
  if (auto layout = layoutOf(parameter))
    layout->fromRows(rows, reinterpret_cast<float *>(slot));
  else
    std::memcpy(slot, rows, parameter.elements() * sizeof(float));
}

void layerpipe::runtime::copyToRows(const Parameter &parameter,
                                    const std::byte *slot, float *rows) {
  if (auto layout = layoutOf(parameter))
    layout->toRows(reinterpret_cast<const float *>(slot), rows);
  else
    std::memcpy(rows, slot, parameter.elements() * sizeof(float));
}

static void fillSlot(const Manifest &manifest, const Buffer &buffer,
                     std::byte *slot, const ParameterValues &parameters) {
  if (auto *parameter = std::get_if<ParameterInitial>(&buffer.initial))
    copyFromRows(manifest.parameters[parameter->index],
                 parameters[parameter->index].data(), slot);
  if (auto *constant = std::get_if<ConstantInitial>(&buffer.initial))
    std::fill_n(reinterpret_cast<float *>(slot), buffer.bytes / 4,
                constant->value);
}

void layerpipe::runtime::fillInitialValues(const Manifest &manifest,
                                           const std::vector<Buffer> &buffers,
                                           Arena &arena,
                                           const ParameterValues &parameters) {
  arena.clear();
  for (const Buffer &buffer : buffers)
    for (int64_t slot = 0; slot < buffer.slots; ++slot)
      fillSlot(manifest, buffer, ringOf(buffer, arena).slotOf(slot),
               parameters);
}

Result<Arena> layerpipe::runtime::allocateWorkspace(
    const std::vector<PreparedTask *> &tasks) {
  size_t bytes = 0;
  for (const PreparedTask *task : tasks)
    bytes = std::max(bytes, task->workspaceBytes());
  Result<Arena> workspace = Arena::allocate(bytes);
  if (workspace)
    for (PreparedTask *task : tasks)
      task->bindWorkspace(*workspace);
  return workspace;
}
