//===- Executor.h - Running a static program on threads ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One pinned thread per processor goes through its slots, period by period. A
// loader thread feeds inputs and labels; the calling thread receives the losses
// and watches that something moves. There is no queue, no lock and no
// allocation during the run.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_EXECUTOR_H
#define LAYERPIPE_RUNTIME_EXECUTOR_H

#include "layerpipe/Runtime/Channel.h"
#include "layerpipe/Runtime/HostBatch.h"
#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/ProgramABI.h"
#include "layerpipe/Runtime/RunState.h"
#include "layerpipe/Runtime/StepSizes.h"
#include "layerpipe/Runtime/Trace.h"
#include "layerpipe/Runtime/Waiting.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace layerpipe::runtime {

/// A program joins what the object file defines and the manifest, read and
/// verified.
struct Program {
  Manifest manifest;
  const layerpipe_task_function *functions = nullptr;
  KernelLibrary *kernels = nullptr;
  /// Holds f32 in row-major order for each parameter that the manifest gives
  /// values.
  const void *const *parameterValues = nullptr;
};

/// A host is the world outside the program.
class Host {
public:
  virtual ~Host() = default;

  /// Fills one batch. The loader thread calls this, iteration after iteration.
  virtual void load(int64_t iteration, const HostBatch &batch) noexcept = 0;

  /// Receives a loss, in order, on the thread that called run(). Returning
  /// false stops the run at once.
  virtual bool observe(int64_t iteration, float loss) = 0;

  /// Is asked on the same thread at least a hundred times a second. Returning
  /// false ends the run after the iterations that have begun.
  virtual bool goesOn() { return true; }

  /// Receives a state as often as RunOptions::keepInterval says, on the thread
  /// that called run(): whole where RunOptions::keepsState asks for it, and
  /// else the parameters alone. Training goes on meanwhile.
  virtual void keep([[maybe_unused]] const RunState &state) {}

  /// Receives W(completed) in the same way as often as
  /// RunOptions::scoreInterval says. Losses wait until this returns, and so do
  /// the processors once the losses' buffer is full.
  virtual void score([[maybe_unused]] int64_t completed,
                     [[maybe_unused]] const ParameterValues &parameters) {}
};

struct RunOptions {
  /// The run ends behind so many iterations, which count from 0 on even if it
  /// goes on from a state.
  int64_t iterations = 0;
  /// If this is not null, the run goes on from this state. The program's
  /// manifest must be one withStateKept().
  const RunState *resumed = nullptr;
  /// Those of `iterations` iterations.
  StepSizes stepSizes;
  /// If this is true, one thread executes the whole program in the manifest's
  /// `sequential` order, with the same tasks, kernels and buffers.
  bool sequential = false;
  /// The run ends with a report when every thread has waited for so long and
  /// nothing has moved. A task may take longer.
  std::chrono::milliseconds stallTimeout{60000};
  TraceRecorder *trace = nullptr;
  /// The host keeps the parameters after each multiple of so many iterations,
  /// except the last; 0 means never.
  int64_t keepInterval = 0;
  /// The host keeps states, not only parameters. The program's manifest must be
  /// one withStateKept().
  bool keepsState = false;
  /// The host scores them after each multiple of so many, likewise.
  int64_t scoreInterval = 0;
  /// The threads of the processors run on these CPUs, one each. An empty list
  /// means that they run anywhere.
  std::vector<int> cpus;
  /// If this is true, other programs use the same CPUs, so a thread that waits
  /// soon leaves its own.
  bool mayCrowd = false;
  /// All that tasks draw at random depends on it.
  uint64_t seed = 1;
};

/// Returns how many iterations at the beginning of a run measurements leave
/// out, while libraries load code and caches fill.
int64_t warmUpIterations(int64_t iterations);

struct RunSummary {
  bool stopped = false;   ///< Says that it stopped at once, as observe() asked.
  int64_t iterations = 0; ///< Counts completed ones, unless it was stopped.
  double seconds = 0;
  /// This is the time in seconds per iteration, between the warm-up and the
  /// time when the first tasks have no iterations left; it is 0 when nothing
  /// lies between.
  double period = 0;
  /// Each thread that ran tasks has its waits between these two moments here.
  std::vector<ThreadWaits> waits;
};

class Executor {
public:
  /// Allocates all memory and prepares all kernels. `program` and `transport`
  /// must outlive the executor.
  static Result<std::unique_ptr<Executor>>
  create(const Program &program, Transport &transport = sharedMemory());
  ~Executor();

  /// Runs iterations 0 … N − 1 from these parameters, or those that a state has
  /// left, or fewer if the host says so, and returns. The error is a stall or a
  /// broken order, and says who waits for what; or it says that threads can't
  /// be started.
  Result<RunSummary> run(const RunOptions &options,
                         const ParameterValues &initial, Host &host);

  /// Returns W(N) of the last run of N completed iterations, if that was not
  /// stopped.
  ParameterValues parameters() const;

  /// Returns the state behind the last run, likewise, of a program whose
  /// manifest is one withStateKept().
  RunState finalState() const;

  /// Returns the bytes of all buffers, scratch memory and workspaces.
  int64_t memoryBytes() const;
  /// Returns how many of these lie in memory; none if the system doesn't tell.
  std::optional<int64_t> residentBytes() const;

private:
  struct State;
  explicit Executor(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_EXECUTOR_H
