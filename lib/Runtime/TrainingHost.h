//===- TrainingHost.h - Feeding a run and following its losses --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The Host of a training run: batches from a data set, losses to the metrics
// file and the progress display.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_TRAININGHOST_H
#define LAYERPIPE_LIB_RUNTIME_TRAININGHOST_H

#include "Progress.h"

#include "layerpipe/Base/OutputFile.h"
#include "layerpipe/Runtime/CommandLine.h"
#include "layerpipe/Runtime/DataSet.h"
#include "layerpipe/Runtime/Executor.h"

#include <functional>
#include <optional>

namespace layerpipe::runtime {

class TrainingHost final : public Host {
public:
  /// What becomes of the parameters after so many completed iterations.
  using Keep = std::function<void(int64_t, const ParameterValues &)>;

  /// `metrics` may be null.
  TrainingHost(const Manifest &manifest, const Options &options,
               const DataSet &data, int64_t iterations,
               base::OutputFile *metrics, Keep keepParameters);

  void load(int64_t iteration, void *input, void *labels) noexcept override;
  bool observe(int64_t iteration, float loss) override;
  /// Until the first interrupt. Hands over metrics that are due.
  bool goesOn() override;
  void keep(int64_t completed, const ParameterValues &parameters) override {
    keepParameters(completed, parameters);
  }

  void finish() { progress.finish(); }
  /// The first iteration whose loss was not a finite number.
  std::optional<int64_t> divergedAt() const { return diverged; }
  float lastLoss() const { return last; }

private:
  using Clock = std::chrono::steady_clock;

  const Manifest &manifest;
  const Options &options;
  const DataSet &data;
  base::OutputFile *metrics;
  Keep keepParameters;
  int64_t warmUp; ///< Steps that the rate leaves out, once they are over.
  int64_t stepsPerEpoch;
  std::vector<int64_t> order; ///< Of the samples in the epoch being loaded.
  Progress progress;
  /// When and with which step the measuring of the rate began.
  Clock::time_point begin = Clock::now();
  int64_t rateBegin = 0;
  Clock::time_point lastFlush = begin; ///< Of the metrics.
  bool complained = false;             ///< That metrics can't be written.
  std::optional<int64_t> diverged;
  float last = 0;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_TRAININGHOST_H
