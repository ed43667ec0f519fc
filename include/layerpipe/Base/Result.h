//===- Result.h - A value, or the reason why there is none ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions report what went wrong as values. An error carries the sentence for
// the person at the terminal, and whose mistake it is.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_BASE_RESULT_H
#define LAYERPIPE_BASE_RESULT_H

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace layerpipe::base {

/// Says whose mistake an error is; the executable's exit status follows from
/// it.
enum class ErrorKind {
  User,  ///< The options, data or files are bad: exit status 1.
  Defect ///< The run stalls or the program is broken: exit status 3.
};

struct Error {
  std::string message;
  ErrorKind kind = ErrorKind::User;
};

template <typename T, typename E = Error> class Result;

/// A result without a value is success, or the error that prevented it. It
/// converts to true on success.
template <typename E> class [[nodiscard]] Result<void, E> {
public:
  Result() = default;
  Result(E error) : failure(std::move(error)) {}
  static Result success() { return Result(); }

  bool ok() const { return !failure; }
  explicit operator bool() const { return ok(); }
  /// Returns the error's message, which is empty on success.
  std::string message() const { return ok() ? std::string() : error().message; }
  /// Returns the error; there must be one.
  const E &error() const { return *failure; }

private:
  std::optional<E> failure;
};

/// A result is a value, or the error that prevented it. It converts to true
/// when it holds a value; only then may it be dereferenced.
template <typename T, typename E> class [[nodiscard]] Result {
public:
  Result(T value) : storage(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : storage(std::in_place_index<1>, std::move(error)) {}
  /// Hands on the error of `failure`, which must have one.
  Result(const Result<void, E> &failure) : Result(failure.error()) {}

  bool ok() const { return storage.index() == 0; }
  explicit operator bool() const { return ok(); }
  T &operator*() { return *std::get_if<0>(&storage); }
  const T &operator*() const { return *std::get_if<0>(&storage); }
  T *operator->() { return std::get_if<0>(&storage); }
  const T *operator->() const { return std::get_if<0>(&storage); }
  /// Returns the error's message, which is empty when there is a value.
  std::string message() const { return ok() ? std::string() : error().message; }
  /// Returns the error; there must be one.
  const E &error() const { return *std::get_if<1>(&storage); }

private:
  std::variant<T, E> storage;
};

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_RESULT_H
