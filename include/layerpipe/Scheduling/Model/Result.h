//===- Result.h - Errors as values ------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The success or failure of checkers and solvers. No exception crosses the
// interface of the scheduling core; a failure carries one message made for
// people, which names the place, what is wrong, and what would be right.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_RESULT_H
#define LAYERPIPE_SCHEDULING_MODEL_RESULT_H

#include "layerpipe/Scheduling/Model/Obstacle.h"

#include <string>
#include <utility>
#include <variant>

namespace layerpipe::scheduling {

enum class Failure {
  /// The input is wrong, or the solver declines it.
  input,
  /// There is no answer, and `obstacle` says why.
  infeasible,
  /// None was found, and none was ruled out.
  out_of_time
};

/// Why something failed, in words for the user.
struct Error {
  std::string message;
  Failure failure = Failure::input;
  Obstacle obstacle = {};
};

/// Success, or an error. Converts to true on success.
class [[nodiscard]] Status {
public:
  static Status success() { return Status(); }
  Status(Error error) : failed(true), content(std::move(error)) {}

  bool ok() const { return !failed; }
  explicit operator bool() const { return ok(); }
  /// Empty on success.
  const std::string &message() const { return content.message; }
  /// Only after a failure.
  const Error &error() const { return content; }

private:
  Status() = default;
  bool failed = false;
  Error content;
};

/// A value, or the error that prevented it. Converts to true when it holds a
/// value; only then may it be dereferenced.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : content(std::move(value)) {}
  Result(Error error) : content(std::move(error)) {}
  /// From a failed status.
  Result(const Status &failure) : content(failure.error()) {}

  bool ok() const { return std::holds_alternative<T>(content); }
  explicit operator bool() const { return ok(); }
  T &operator*() { return *std::get_if<T>(&content); }
  const T &operator*() const { return *std::get_if<T>(&content); }
  T *operator->() { return std::get_if<T>(&content); }
  const T *operator->() const { return std::get_if<T>(&content); }
  /// Empty on success.
  std::string message() const { return ok() ? std::string() : error().message; }
  /// Only after a failure.
  const Error &error() const { return *std::get_if<Error>(&content); }

private:
  std::variant<T, Error> content;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_RESULT_H
