//===- Execute.h - Running a compiled program -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_EXECUTE_H
#define LAYERPIPE_TOOLS_LAYERPIPE_EXECUTE_H

#include "llvm/Support/Program.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::driver {

/// Runs the program and waits. It shares this process's output; `quiet` drops
/// its standard output. Returns its exit status, 1 (with an error) if it can't
/// be started or is stopped by a signal. On one CPU where one is named: the
/// n-th that this process may use.
int execute(const std::string &program,
            const std::vector<std::string> &arguments, bool quiet = false,
            std::optional<int64_t> cpu = std::nullopt);

/// Arguments of a program that runs on made-up data, and doesn't learn, so that
/// nothing can diverge; `more` follow.
std::vector<std::string> measuringArguments(int64_t steps,
                                            std::vector<std::string> more = {});

/// How many CPUs this process may use.
int64_t countCpus();

/// A program that runs silently beside this one, on a CPU of its own, until the
/// object goes.
class BackgroundRun {
public:
  /// Whether it could be started shows when it is waited for; a neighbour that
  /// is missing only makes less noise.
  BackgroundRun(const std::string &program,
                const std::vector<std::string> &arguments, int64_t cpu);
  BackgroundRun(BackgroundRun &&other) noexcept;
  BackgroundRun(const BackgroundRun &) = delete;
  BackgroundRun &operator=(const BackgroundRun &) = delete;
  BackgroundRun &operator=(BackgroundRun &&) = delete;
  ~BackgroundRun();

private:
  llvm::sys::ProcessInfo process;
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_EXECUTE_H
