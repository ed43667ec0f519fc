//===- Execute.cpp - Running a compiled program ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execute.h"

#include "Command.h"

#include <cstdio>
#include <utility>

#include <sched.h>
#include <signal.h>

using namespace layerpipe::driver;

namespace {

/// While it lives this thread, and what it starts, runs on one CPU. LLVM's own
/// affinity masks work on Windows only.
class OnCpu {
public:
  explicit OnCpu(std::optional<int64_t> index) {
    if (!index || sched_getaffinity(0, sizeof(before), &before) != 0)
      return;
    int64_t left = *index % CPU_COUNT(&before);
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
      if (CPU_ISSET(cpu, &before) && left-- == 0)
        CPU_SET(cpu, &one);
    changed = sched_setaffinity(0, sizeof(one), &one) == 0;
  }
  ~OnCpu() {
    if (changed)
      sched_setaffinity(0, sizeof(before), &before);
  }

private:
  cpu_set_t before;
  bool changed = false;
};

} // namespace

static std::vector<llvm::StringRef>
commandOf(const std::string &program,
          const std::vector<std::string> &arguments) {
  std::vector<llvm::StringRef> command{program};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

int layerpipe::driver::execute(const std::string &program,
                               const std::vector<std::string> &arguments,
                               bool quiet, std::optional<int64_t> cpu) {
  // What was printed before stands before what the program prints.
  std::fflush(stdout);
  std::optional<llvm::StringRef> same, nowhere = "";
  std::string error;
  OnCpu pinned(cpu);
  int status = llvm::sys::ExecuteAndWait(
      program, commandOf(program, arguments), std::nullopt,
      {same, quiet ? nowhere : same, same}, 0, 0, &error);
  if (status < 0) {
    printError("the compiled program was stopped: " +
               (error.empty() ? "it crashed" : error));
    return 1;
  }
  return status;
}

std::vector<std::string>
layerpipe::driver::measuringArguments(int64_t steps,
                                      std::vector<std::string> more) {
  std::vector<std::string> arguments = {
      "--data", "synthetic", "--lr", "0", "--steps", std::to_string(steps)};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

int64_t layerpipe::driver::countCpus() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

BackgroundRun::BackgroundRun(const std::string &program,
                             const std::vector<std::string> &arguments,
                             int64_t cpu) {
  std::optional<llvm::StringRef> nowhere = "";
  OnCpu pinned(cpu);
  process = llvm::sys::ExecuteNoWait(program, commandOf(program, arguments),
                                     std::nullopt, {nowhere, nowhere, nowhere});
}

BackgroundRun::BackgroundRun(BackgroundRun &&other) noexcept
    : process(std::exchange(other.process, llvm::sys::ProcessInfo())) {}

BackgroundRun::~BackgroundRun() {
  if (process.Pid == llvm::sys::ProcessInfo::InvalidPid)
    return;
  kill(process.Pid, SIGKILL);
  llvm::sys::Wait(process, std::nullopt);
}
