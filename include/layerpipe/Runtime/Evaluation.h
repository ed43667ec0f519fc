//===- Evaluation.h - Scoring a data set ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An evaluator runs the manifest's forward program over every sample of a data
// set, as often as it is asked to.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_EVALUATION_H
#define LAYERPIPE_RUNTIME_EVALUATION_H

#include "layerpipe/Runtime/Data/DataSet.h"
#include "layerpipe/Runtime/Data/Preparation.h"
#include "layerpipe/Runtime/Executor.h"

#include <memory>
#include <optional>

namespace layerpipe::runtime {

struct Score {
  int64_t samples = 0;
  /// This is the share of samples whose greatest prediction is right. It is
  /// empty where there is only one output, since no prediction can be wrong
  /// there.
  std::optional<double> accuracy;
  /// This is the share of samples whose class is among the five greatest
  /// predictions. It is empty below ten classes, where five are no choice.
  std::optional<double> topFive;
  /// This is the mean of the loss over all samples, where the network has dense
  /// labels or one output: the mean squared error, or with class labels the
  /// softmax cross-entropy.
  std::optional<double> loss;
};

class Evaluator {
public:
  /// Allocates all memory and prepares all kernels. `program` must outlive the
  /// evaluator, and its manifest must have an evaluation.
  static Result<std::unique_ptr<Evaluator>>
  create(const Program &program, const Normalization &normalization = {});
  ~Evaluator();

  /// Scores the parameters on the data, in the calling thread. The error says
  /// that an output is not a finite number: such a network has no score.
  Result<Score> score(const ParameterValues &parameters, const DataSet &data);

private:
  struct ForwardProgram;
  Evaluator(const Program &program, const Normalization &normalization,
            std::unique_ptr<ForwardProgram> forward);

  const Program &program;
  const Normalizer normalizer;
  std::unique_ptr<ForwardProgram> forward;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_EVALUATION_H
