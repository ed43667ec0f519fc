//===- Execute.cpp - Running a compiled program ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LLVM's own functions for running programs neither tell a child when its
// parent ends, nor tell which signal ended the child.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/Execute.h"

#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Driver/Messages.h"

#include <fmt/format.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace layerpipe;
using namespace layerpipe::driver;

/// Returns the argv of a program; it points into its parameters.
static std::vector<char *>
argumentVector(const std::string &name,
               const std::vector<std::string> &arguments) {
  std::vector<char *> vector{const_cast<char *>(name.c_str())};
  for (const std::string &argument : arguments)
    vector.push_back(const_cast<char *>(argument.c_str()));
  vector.push_back(nullptr);
  return vector;
}

static int cannotStart(int number) {
  printError(fmt::format("the compiled program can't be started: {}",
                         std::strerror(number)));
  return 1;
}

int layerpipe::driver::becomeProgram(
    base::TemporaryFolder program, const std::string &name,
    const std::vector<std::string> &arguments) {
  // Text that this process has printed must stand before the program's.
  if (auto printed = base::finishStandardOutput(); !printed) {
    printError(printed.error().message);
    return 1;
  }
  int descriptor = open(program.file().c_str(), O_RDONLY | O_CLOEXEC);
  int number = errno;
  {
    base::TemporaryFolder removed = std::move(program);
  }
  if (descriptor < 0)
    return cannotStart(number);
  fexecve(descriptor, argumentVector(name, arguments).data(), environ);
  return cannotStart(errno);
}

/// Says which standard streams a child keeps.
enum class Streams { All, Errors, None };

/// Starts a program that gets the signal `ending` when this thread ends.
/// Returns the process, or -1 and sets errno.
static pid_t start(const std::string &program,
                   const std::vector<std::string> &arguments, Streams streams,
                   int ending) {
  std::vector<char *> vector = argumentVector(program, arguments);
  std::fflush(stdout);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child != 0)
    return child;
  // Only async-signal-safe functions may be called between fork and exec.
  prctl(PR_SET_PDEATHSIG, ending);
  if (getppid() != parent)
    _exit(1);
  int nowhere = open("/dev/null", O_RDWR);
  if (streams != Streams::All)
    dup2(nowhere, STDOUT_FILENO);
  if (streams == Streams::None)
    dup2(nowhere, STDERR_FILENO);
  close(nowhere);
  execv(program.c_str(), vector.data());
  constexpr int notExecuted = 127;
  _exit(notExecuted);
}

/// Waits until the process ends, and returns what waitpid() says of it.
static int waitFor(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

int layerpipe::driver::execute(const std::string &program,
                               const std::vector<std::string> &arguments,
                               bool quiet) {
  pid_t process = start(program, arguments,
                        quiet ? Streams::Errors : Streams::All, SIGTERM);
  if (process < 0)
    return cannotStart(errno);
  int status = waitFor(process);
  if (!WIFSIGNALED(status))
    return WEXITSTATUS(status);
  printError(fmt::format("the compiled program was ended by signal {} ({})",
                         WTERMSIG(status), strsignal(WTERMSIG(status))));
  constexpr int endedBySignal = 128; // Shells say it so.
  return endedBySignal + WTERMSIG(status);
}

std::vector<std::string>
layerpipe::driver::pinArguments(const std::string &pinning) {
  if (pinning.empty())
    return {};
  return {"--pin", pinning};
}

std::vector<std::string>
layerpipe::driver::measuringArguments(int64_t steps, const std::string &pinning,
                                      std::vector<std::string> more) {
  std::vector<std::string> arguments = {
      "--data", "synthetic", "--test",  "off",
      "--lr",   "0",         "--steps", std::to_string(steps)};
  for (std::string &argument : pinArguments(pinning))
    arguments.push_back(std::move(argument));
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

int64_t layerpipe::driver::countCpus() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

BackgroundRun::BackgroundRun(const std::string &program,
                             const std::vector<std::string> &arguments)
    : process(start(program, arguments, Streams::None, SIGKILL)) {}

BackgroundRun::BackgroundRun(BackgroundRun &&other) noexcept
    : process(std::exchange(other.process, -1)) {}

BackgroundRun::~BackgroundRun() {
  if (process < 0)
    return;
  kill(process, SIGKILL);
  waitFor(process);
}
