//===- PreparedTask.h - A task ready to be called ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A prepared task is a task of the manifest with everything that its function
// needs: addresses of its ring slots, prepared kernels, their workspace.
// Calling it allocates nothing. Training and evaluation both execute their
// tasks through it.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_PREPAREDTASK_H
#define LAYERPIPE_LIB_RUNTIME_PREPAREDTASK_H

#include "Arena.h"

#include "layerpipe/Runtime/Executor.h"
#include "layerpipe/Runtime/ProgramABI.h"
#include "layerpipe/Runtime/Ring.h"

#include <memory>
#include <vector>

namespace layerpipe::runtime {

/// A kernel handle points to this.
struct BoundKernel {
  std::unique_ptr<Kernel> kernel;
  void *workspace = nullptr;
};

/// Returns the ring of a buffer in its arena.
Ring ringOf(const Buffer &buffer, const Arena &arena);

/// A task finds what it reads and writes in these rings, in the manifest's
/// order.
struct TaskRings {
  std::vector<Ring> reads, writes;
};

/// Returns the rings of a task whose buffers all lie in one arena.
TaskRings ringsOf(const Task &task, const std::vector<Buffer> &buffers,
                  const Arena &arena);

class PreparedTask {
public:
  /// Resolves addresses and prepares kernels; bindWorkspace() must follow.
  static Result<PreparedTask> prepare(const Manifest &manifest,
                                      const Task &task, const TaskRings &rings,
                                      layerpipe_task_function function,
                                      const Arena &scratch,
                                      KernelLibrary &library);

  size_t workspaceBytes() const;
  void bindWorkspace(const Arena &workspace);

  void call(const layerpipe_run_numbers &numbers, int64_t iteration) noexcept {
    for (size_t i = 0; i < accesses.size(); ++i)
      addresses[i] = accesses[i].ring.slotOf(iteration - accesses[i].distance);
    function(addresses.data(), handles.data(), &numbers, iteration);
  }

private:
  struct Access {
    Ring ring;
    int64_t distance;
  };

  layerpipe_task_function function = nullptr;
  std::vector<Access> accesses; ///< Reads come first, then writes.
  /// Those of the accesses come first, then scratch areas.
  std::vector<void *> addresses;
  std::vector<std::unique_ptr<BoundKernel>> kernels;
  std::vector<void *> handles;
};

/// Zeroes the arena and fills buffers with their initial values, parameters in
/// their layouts.
void fillInitialValues(const Manifest &manifest,
                       const std::vector<Buffer> &buffers, Arena &arena,
                       const ParameterValues &parameters);

/// Copies a parameter that lies in its layout into rows.
void copyToRows(const Parameter &parameter, const std::byte *slot, float *rows);

/// Allocates one workspace for all kernels of `tasks`, which one thread
/// executes.
Result<Arena> allocateWorkspace(const std::vector<PreparedTask *> &tasks);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_PREPAREDTASK_H
