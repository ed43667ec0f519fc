//===- Executor.h - Running a static program on threads ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One pinned thread per processor goes through its slots, period by period. A
// loader thread feeds input and labels, the calling thread receives the losses
// and watches that something moves. During the run there is no queue, no lock
// and no allocation.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_EXECUTOR_H
#define LAYERPIPE_RUNTIME_EXECUTOR_H

#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/ProgramABI.h"
#include "layerpipe/Runtime/Trace.h"

#include <chrono>
#include <memory>
#include <vector>

namespace layerpipe::runtime {

/// A program: what the object file defines, the manifest read and verified.
struct Program {
  Manifest manifest;
  const layerpipe_task_function *functions = nullptr;
  KernelLibrary *kernels = nullptr;
};

/// One value per parameter, in the manifest's order.
using ParameterValues = std::vector<std::vector<float>>;

/// The world outside the program.
class Host {
public:
  virtual ~Host() = default;

  /// Fills one batch; called by the loader thread, iteration after iteration.
  virtual void load(int64_t iteration, void *input, void *labels) noexcept = 0;

  /// Receives a loss, in order, on the thread that called run(). False stops
  /// the run at once.
  virtual bool observe(int64_t iteration, float loss) = 0;

  /// Asked on the same thread at least a hundred times a second. False ends the
  /// run after the iterations that have begun.
  virtual bool goesOn() { return true; }

  /// Receives W(completed) as often as RunOptions::keepInterval says, on the
  /// thread that called run(). Meanwhile training goes on.
  virtual void keep([[maybe_unused]] int64_t completed,
                    [[maybe_unused]] const ParameterValues &parameters) {}
};

struct RunOptions {
  int64_t iterations = 0;
  float learningRate = 0;
  /// One thread executes the whole program in the manifest's `sequential`
  /// order, with the same tasks, kernels and buffers.
  bool sequential = false;
  /// When every thread has waited for so long and nothing has moved, the run
  /// ends with a report. A task may take longer.
  std::chrono::milliseconds stallTimeout{60000};
  TraceRecorder *trace = nullptr;
  /// The host keeps the parameters after each multiple of so many iterations,
  /// but the last; 0: never.
  int64_t keepInterval = 0;
  /// Where the threads of the processors run, one CPU each; empty: anywhere.
  std::vector<int> cpus;
  /// Other programs use the same CPUs: a thread that waits soon leaves its one.
  bool mayCrowd = false;
};

/// The iterations at the beginning of a run of `iterations` that measurements
/// leave out, while libraries load code and caches fill.
int64_t warmUpIterations(int64_t iterations);

struct RunSummary {
  bool stopped = false;   ///< At once: observe() asked for it.
  int64_t iterations = 0; ///< Completed ones, if it was not stopped.
  double seconds = 0;
  /// Seconds per iteration between the warm-up and the time when the first
  /// tasks have no iterations left; 0 when nothing lies between.
  double period = 0;
};

class Executor {
public:
  /// Allocates all memory and prepares all kernels. `program` must outlive the
  /// executor.
  static Result<std::unique_ptr<Executor>> create(const Program &program);
  ~Executor();

  /// Runs iterations 0 .. N - 1 from these parameters, or fewer if the host
  /// says so, and returns. The error is a stall or a broken order, and says who
  /// waits for what, or threads that can't be started.
  Result<RunSummary> run(const RunOptions &options,
                         const ParameterValues &initial, Host &host);

  /// W(N) of the last run of N completed iterations, if it was not stopped.
  ParameterValues parameters() const;

private:
  struct State;
  explicit Executor(std::unique_ptr<State> state);
  std::unique_ptr<State> state;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_EXECUTOR_H
