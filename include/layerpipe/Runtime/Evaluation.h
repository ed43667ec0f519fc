//===- Evaluation.h - Scoring a data set ------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the manifest's forward program over every sample of a data set.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_EVALUATION_H
#define LAYERPIPE_RUNTIME_EVALUATION_H

#include "layerpipe/Runtime/DataSet.h"
#include "layerpipe/Runtime/Executor.h"

#include <optional>

namespace layerpipe::runtime {

struct Score {
  int64_t samples = 0;
  /// Share of samples whose greatest prediction is right. Where there is one
  /// output only, no prediction can be wrong, and there is none.
  std::optional<double> accuracy;
  /// The mean of the loss over all samples, where the network has dense labels
  /// or one output: the mean squared error, or with class labels the softmax
  /// cross-entropy.
  std::optional<double> loss;
};

/// The program's manifest must have an evaluation. The error says that an
/// output is not a finite number: such a network has no score.
Result<Score> evaluate(const Program &program,
                       const ParameterValues &parameters, const DataSet &data);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_EVALUATION_H
