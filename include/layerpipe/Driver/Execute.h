//===- Execute.h - Running a compiled program -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_EXECUTE_H
#define LAYERPIPE_DRIVER_EXECUTE_H

#include "layerpipe/Base/TemporaryFolder.h"

#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace layerpipe::driver {

/// Makes this process the program, whose file is removed first. Signals reach
/// it, and its status is seen, without anybody in between. `name` is what it
/// calls itself. Returns, with an error and 1, only if that fails.
int becomeProgram(base::TemporaryFolder program, const std::string &name,
                  const std::vector<std::string> &arguments);

/// Runs the program and waits. It shares this process's output; `quiet` drops
/// its standard output. Returns its exit status, or 1 with an error if it can't
/// be started, or 128 + N with an error if signal N ends it. When this process
/// ends first, the program gets a SIGTERM.
int execute(const std::string &program,
            const std::vector<std::string> &arguments, bool quiet = false);

/// Returns --pin with its value, or nothing if that is empty.
std::vector<std::string> pinArguments(const std::string &pinning);

/// Returns the arguments of a program that runs on made-up data, and doesn't
/// learn, so that nothing can diverge. `pinning` is as for pinArguments; `more`
/// follow.
std::vector<std::string> measuringArguments(int64_t steps,
                                            const std::string &pinning,
                                            std::vector<std::string> more = {});

/// Returns how many CPUs this process may use.
int64_t countCpus();

/// Runs a program silently beside this one, until the object goes or this
/// process ends.
class BackgroundRun {
public:
  /// Starts the program. There is no error if it can't be started, since a
  /// neighbour that is missing only makes less noise.
  BackgroundRun(const std::string &program,
                const std::vector<std::string> &arguments);
  BackgroundRun(BackgroundRun &&other) noexcept;
  BackgroundRun(const BackgroundRun &) = delete;
  BackgroundRun &operator=(const BackgroundRun &) = delete;
  BackgroundRun &operator=(BackgroundRun &&) = delete;
  ~BackgroundRun();

private:
  pid_t process;
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_EXECUTE_H
