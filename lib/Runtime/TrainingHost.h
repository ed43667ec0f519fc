//===- TrainingHost.h - Feeding a run and following its losses --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the Host of a training run. It takes batches from a data set, and
// gives losses to the metrics file and the progress display.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_TRAININGHOST_H
#define LAYERPIPE_LIB_RUNTIME_TRAININGHOST_H

#include "Progress.h"

#include "layerpipe/Base/OutputFile.h"
#include "layerpipe/Runtime/CommandLine.h"
#include "layerpipe/Runtime/Data/DataSet.h"
#include "layerpipe/Runtime/Evaluation.h"
#include "layerpipe/Runtime/Executor.h"

#include <deque>
#include <functional>
#include <optional>

namespace layerpipe::runtime {

class TrainingHost final : public Host {
public:
  /// These functions are called in between: the first keeps a state; the second
  /// scores the parameters after so many completed iterations, or has said why
  /// they have no score.
  using Keep = std::function<void(const RunState &)>;
  using Rate =
      std::function<std::optional<Score>(int64_t, const ParameterValues &)>;

  /// A run has these iterations, `end` not among them.
  struct Range {
    int64_t first, end;
  };
  /// `metrics` may be null.
  TrainingHost(const Manifest &manifest, const Options &options,
               const DataSet &data, Range iterations, base::OutputFile *metrics,
               Keep keepState, Rate rateParameters);

  void load(int64_t iteration, const HostBatch &batch) noexcept override;
  bool observe(int64_t iteration, float loss) override;
  /// Returns true until the first interrupt. Hands over metrics that are due.
  bool goesOn() override;
  void keep(const RunState &state) override { keepState(state); }
  void score(int64_t completed, const ParameterValues &parameters) override;

  void finish() { progress.finish(); }
  /// Returns the first iteration whose loss was not a finite number.
  std::optional<int64_t> divergedAt() const { return diverged; }
  float lastLoss() const { return last; }

private:
  using Clock = std::chrono::steady_clock;

  /// Tells the scores of steps whose losses are known.
  void tellScores(int64_t completed);

  const Manifest &manifest;
  const Options &options;
  const DataSet &data;
  base::OutputFile *metrics;
  Keep keepState;
  Rate rateParameters;
  Normalizer normalizer;
  Augmenter augmenter;
  int64_t first;  ///< The run begins with this iteration.
  int64_t warmUp; ///< The rate leaves out these steps, once they are over.
  int64_t stepsPerEpoch;
  /// Samples come in this order in the epoch being loaded.
  std::vector<int64_t> order;
  Progress progress;
  /// The measuring of the rate began at this time and with this step.
  Clock::time_point begin = Clock::now();
  int64_t rateBegin;
  Clock::time_point lastFlush = begin; ///< The metrics were flushed then.
  bool complained = false; ///< The user knows that metrics can't be written.
  /// These scores came before the losses of their steps.
  std::deque<std::pair<int64_t, Score>> scores;
  int64_t observed; ///< Counts losses, those before this run, too.
  std::optional<int64_t> diverged;
  float last = 0;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_TRAININGHOST_H
