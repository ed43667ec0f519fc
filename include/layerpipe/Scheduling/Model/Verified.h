//===- Verified.h - Answers that passed their check -------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Code that uses the answer of a solver has it checked first, by a `verify`
// that shares no code with the solver. An answer that is refused is a mistake
// of ours, whatever the user asked for, and its error says so:
//
//   auto answer = verified("the assignment", solveAssignment(problem),
//                          [&](const Assignment &assignment) {
//                            return verify(problem, assignment);
//                          });
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_VERIFIED_H
#define LAYERPIPE_SCHEDULING_MODEL_VERIFIED_H

#include "layerpipe/Scheduling/Model/Result.h"

#include <string>
#include <string_view>
#include <utility>

namespace layerpipe::scheduling {

/// Returns the error for a wrong answer: `solver`, as "the assignment", names
/// what answered, and `reason` is what its check found.
inline Error defectOf(std::string_view solver, const std::string &reason) {
  return {"defect of " + std::string(solver) + ", please report it: " + reason,
          Failure::defect};
}

/// Returns whether the error tells of a mistake of ours, which no caller may
/// take for a problem without an answer.
inline bool isDefect(const Error &error) {
  return error.failure == Failure::defect;
}

/// Returns the answer of `solver` where `check` accepts it, and a defect where
/// `check` refuses it. The error of a solver that has no answer is returned as
/// it is.
template <typename T, typename Check>
Result<T> verified(std::string_view solver, Result<T> answer, Check check) {
  if (!answer)
    return answer;
  if (Status valid = check(*answer); !valid)
    return defectOf(solver, valid.message());
  return answer;
}

/// Does the same for a solver that proves with an obstacle that there is no
/// answer: where it does so, `checkObstacle` judges that obstacle.
template <typename T, typename Check, typename CheckObstacle>
Result<T> verified(std::string_view solver, Result<T> answer, Check check,
                   CheckObstacle checkObstacle) {
  if (answer || answer.error().failure != Failure::infeasible)
    return verified(solver, std::move(answer), check);
  if (Status valid = checkObstacle(answer.error().obstacle); !valid)
    return defectOf(solver, valid.message());
  return answer;
}

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_VERIFIED_H
