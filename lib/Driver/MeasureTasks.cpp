//===- MeasureTasks.cpp - The times of tasks, measured --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Driver/MeasureTasks.h"

#include "SequentialProgram.h"
#include "layerpipe/Driver/Execute.h"
#include "layerpipe/Driver/Messages.h"
#include "layerpipe/Driver/UselessOptions.h"

#include <algorithm>
#include <vector>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

/// Returns the options of the sequential program.
static ModelOptions sequentialOptions(const ModelOptions &options) {
  ModelOptions sequential = options;
  sequential.processors = 1;
  sequential.strategy = "sequential";
  sequential.costs = CostOptions();
  sequential.costs.model = "macs";
  sequential.activationGradients = "apart";
  // Trained weights need not be in a program that is only measured.
  sequential.onnx.reinitialize = true;
  // Some of the options given belong to another schedule than this one.
  std::erase_if(sequential.given, [](const std::string &option) {
    return !isTrainingOption(option);
  });
  sequential.givenSchedule.clear();
  sequential.scheduleFile.clear();
  sequential.irFile.clear();
  return sequential;
}

FailureOr<SequentialProgram>
SequentialProgram::compile(const ModelOptions &options, const std::string &tool,
                           Measuring &measuring) {
  auto program = base::TemporaryFolder::create("profile");
  if (!program)
    return failWith(program.error());
  if (compileModel(sequentialOptions(options), tool, program->file(),
                   SummaryFormat::none, measuring) != 0)
    return failure();
  return SequentialProgram(options, std::move(*program));
}

int SequentialProgram::measure(int64_t steps, const std::string &output) const {
  // Processors that compute at the same time share caches and memory. Copies of
  // the program on the other CPUs make the noise of neighbours.
  constexpr int64_t untilStopped = int64_t(1) << 40;
  std::vector<BackgroundRun> neighbours;
  for (int64_t i = 1; i < std::min(options.processors, countCpus()); ++i)
    neighbours.emplace_back(program.file(),
                            measuringArguments(untilStopped, options.pinning));
  return execute(
      program.file(),
      measuringArguments(steps, options.pinning, {"--profile", output}),
      /*quiet=*/true);
}

int layerpipe::driver::measureTasks(const ModelOptions &options,
                                    const std::string &tool, int64_t steps,
                                    const std::string &output) {
  Measuring measuring(options);
  if (failed(measuring.open()))
    return 1;
  auto program = SequentialProgram::compile(options, tool, measuring);
  return succeeded(program) ? program->measure(steps, output) : 1;
}
