//===- Evaluation.h - Scoring a data set ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An evaluation runs the manifest's forward program over every sample of a data
// set.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_EVALUATION_H
#define LAYERPIPE_RUNTIME_EVALUATION_H

#include "layerpipe/Runtime/Data/DataSet.h"
#include "layerpipe/Runtime/Executor.h"

#include <optional>

namespace layerpipe::runtime {

struct Score {
  int64_t samples = 0;
  /// This is the share of samples whose greatest prediction is right. It is
  /// empty where there is only one output, since no prediction can be wrong
  /// there.
  std::optional<double> accuracy;
  /// This is the mean of the loss over all samples, where the network has dense
  /// labels or one output: the mean squared error, or with class labels the
  /// softmax cross-entropy.
  std::optional<double> loss;
};

/// Scores the parameters on the data. The program's manifest must have an
/// evaluation. The error says that an output is not a finite number: such a
/// network has no score.
Result<Score> evaluate(const Program &program,
                       const ParameterValues &parameters, const DataSet &data);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_EVALUATION_H
