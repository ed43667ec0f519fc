//===- Result.h - Errors as values ------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is the success or failure of checkers and solvers. No exception crosses
// the interface of the scheduling core. A failure carries one message made for
// people, which names the place, what is wrong, and what would be right.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_RESULT_H
#define LAYERPIPE_SCHEDULING_MODEL_RESULT_H

#include "layerpipe/Base/Result.h"
#include "layerpipe/Scheduling/Model/Obstacle.h"

#include <string>

namespace layerpipe::scheduling {

enum class Failure {
  /// The input is wrong, or the solver declines it.
  input,
  /// There is no answer, and `obstacle` says why.
  infeasible,
  /// No answer was found, and none was ruled out.
  out_of_time,
  /// There is an answer, and its check refused it: the mistake is ours.
  defect
};

/// This says why a checker or a solver failed, in words for the user.
struct Error {
  std::string message;
  Failure failure = Failure::input;
  Obstacle obstacle = {};
};

using Status = base::Result<void, Error>;

template <typename T> using Result = base::Result<T, Error>;

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_RESULT_H
