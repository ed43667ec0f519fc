//===- InterruptTest.cpp - Tests of programs that a signal ends -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Starts the hand-written program, waits until its metrics show that it trains,
// and sends signals. What it saves must be what a run of so many steps saves.
//
//===----------------------------------------------------------------------===//

#include "TemporaryFolder.h"

#include "layerpipe/Runtime/Data/Safetensors.h"

#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace layerpipe::runtime;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

class Interrupt : public testing::Test {
protected:
  void start(const std::string &options) {
    std::istringstream words(options);
    std::vector<std::string> arguments{TINY_PROGRAM, "--data", "synthetic"};
    for (std::string word; words >> word;)
      arguments.push_back(word);
    std::vector<char *> vector;
    for (std::string &argument : arguments)
      vector.push_back(argument.data());
    vector.push_back(nullptr);
    process = fork();
    if (process != 0)
      return;
    signal(SIGINT, SIG_DFL); // Who runs tests may ignore it.
    int text = open((out / "text").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    dup2(text, STDOUT_FILENO);
    dup2(text, STDERR_FILENO);
    execv(TINY_PROGRAM, vector.data());
    _exit(127);
  }

  /// Until a reader of the file sees something; the process never ends first.
  void awaitContent(const std::string &path) {
    for (int i = 0; i < 60000 && readFile(path).empty(); ++i)
      std::this_thread::sleep_for(1ms);
    ASSERT_FALSE(readFile(path).empty());
  }

  /// As waitpid() says it.
  int finish() {
    int status = 0;
    waitpid(process, &status, 0);
    return status;
  }

  /// After "interrupted by … after".
  int64_t completedSteps() {
    std::string text = readFile(out / "text");
    size_t at = text.find(" after ");
    return at == std::string::npos ? -1 : std::stoll(text.substr(at + 7));
  }

  const std::string endless = "--steps 1000000000 ";
  TemporaryFolder out;
  pid_t process = 0;
};

} // namespace

TEST_F(Interrupt, FinishesTheStepAndSaves) {
  const std::pair<int, const char *> signals[] = {{SIGINT, "SIGINT"},
                                                  {SIGTERM, "SIGTERM"}};
  for (auto [signal, name] : signals)
    for (std::string mode : {"", "--sequential ", "--save-every 7 "}) {
      start(endless + mode + "--save " + (out / "w") + " --metrics " +
            (out / "m") + " --trace " + (out / "t") + " --profile " +
            (out / "p"));
      awaitContent(out / "m");
      kill(process, signal);
      int status = finish();
      ASSERT_TRUE(WIFEXITED(status));
      EXPECT_EQ(WEXITSTATUS(status), 128 + signal);
      EXPECT_THAT(readFile(out / "text"),
                  HasSubstr("interrupted by " + std::string(name) + " after "));
      EXPECT_THAT(
          readFile(out / "text"),
          HasSubstr("steps: the parameters are saved in " + (out / "w")));
      const int64_t steps = completedSteps();
      ASSERT_GT(steps, 0);
      std::istringstream metrics(readFile(out / "m"));
      int64_t lines = 0;
      for (std::string line; std::getline(metrics, line);)
        ++lines;
      EXPECT_EQ(lines, steps);
      EXPECT_FALSE(readFile(out / "t").empty());
      // text, w, m and t: no profile of a few steps, no temporary file.
      EXPECT_EQ(out.fileCount(), 4u);
      const std::string saved = readFile(out / "w");
      start("--steps " + std::to_string(steps) + " --save " + (out / "w"));
      EXPECT_EQ(finish(), 0);
      EXPECT_EQ(readFile(out / "w"), saved);
      unlink((out / "m").c_str());
    }
}

TEST_F(Interrupt, SecondSignalEndsAtOnceAndLeavesNothing) {
  start(endless + "--trace " + (out / "t") + " --metrics " + (out / "m"));
  awaitContent(out / "m");
  kill(process, SIGSTOP); // Both arrive before the program goes on.
  kill(process, SIGTERM);
  kill(process, SIGINT);
  kill(process, SIGCONT);
  int status = finish();
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(out.fileCount(), 2u); // text, m
}

/// `timeout` sends each signal twice, to the process and to its group.
TEST_F(Interrupt, SameSignalTwiceAtOnceIsOne) {
  start(endless + "--save " + (out / "w") + " --metrics " + (out / "m"));
  awaitContent(out / "m");
  kill(process, SIGTERM);
  kill(process, SIGTERM);
  int status = finish();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + SIGTERM);
  EXPECT_TRUE(readTensors(out / "w"));
}

TEST_F(Interrupt, OtherSignalsLeaveNoTemporaryFile) {
  for (int signal : {SIGHUP, SIGQUIT, SIGUSR1, SIGALRM, SIGXCPU}) {
    start(endless + "--save " + (out / "w") + " --trace " + (out / "t") +
          " --metrics " + (out / "m"));
    awaitContent(out / "m");
    kill(process, signal);
    int status = finish();
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(WTERMSIG(status), signal);
    EXPECT_EQ(out.fileCount(), 2u); // text, m
    unlink((out / "m").c_str());
  }
}

TEST_F(Interrupt, SaveEveryKeepsWholeSteps) {
  start(endless + "--save-every 5 --save " + (out / "w"));
  awaitContent(out / "w");
  kill(process, SIGKILL);
  finish();
  // Whatever step it was, the file is whole.
  EXPECT_TRUE(readTensors(out / "w"));
}
