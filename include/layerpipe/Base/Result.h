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

/// A Result holds a `T` or an Error.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : storage(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : storage(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return storage.index() == 0; }
  T &operator*() { return *std::get_if<0>(&storage); }
  const T &operator*() const { return *std::get_if<0>(&storage); }
  T *operator->() { return std::get_if<0>(&storage); }
  const T *operator->() const { return std::get_if<0>(&storage); }
  const Error &error() const { return *std::get_if<1>(&storage); }

private:
  std::variant<T, Error> storage;
};

/// This Result says that something succeeded, or holds an Error.
template <> class [[nodiscard]] Result<void> {
public:
  Result() = default;
  Result(Error error) : failure(std::move(error)) {}

  explicit operator bool() const { return !failure; }
  const Error &error() const { return *failure; }

private:
  std::optional<Error> failure;
};

} // namespace layerpipe::base

#endif // LAYERPIPE_BASE_RESULT_H
