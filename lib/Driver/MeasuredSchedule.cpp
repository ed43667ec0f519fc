//===- MeasuredSchedule.cpp - Schedules from measured times ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MeasuredSchedule.h"

#include "CostsFile.h"
#include "InPlace.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "SequentialProgram.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Driver/Execute.h"
#include "layerpipe/Driver/MeasureTasks.h"
#include "layerpipe/Driver/Messages.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

#include <algorithm>
#include <chrono>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;
using runtime::MeasuredProgram;
using runtime::NamedTimes;

using Scheduled = FailureOr<OwningOpRef<ModuleOp>>;

namespace {

class MeasuredSchedule {
public:
  MeasuredSchedule(const SchedulingQuestion &question,
                   PipelineOptions &pipeline, Measuring &measuring)
      : question(question), pipeline(pipeline), measuring(measuring),
        inPlace(question.options.processors > 1 &&
                question.options.processors <= countCpus()),
        asked(!question.options.costs.model.empty()) {}

  Scheduled run();

private:
  std::string key();
  Scheduled runPipeline();
  Scheduled repeat(const MeasuredProgram &known);
  FailureOr<NamedTimes> measureTasks(const SequentialProgram &program);
  Scheduled measureAnew(const std::string &key);
  Scheduled count(const std::string &why);

  SchedulingQuestion question;
  PipelineOptions &pipeline;
  Measuring &measuring;
  /// Processors that share a CPU would measure their turns.
  const bool inPlace;
  const bool asked; ///< The user wants measured costs.
  CostsFile costs;
};

} // namespace

/// Names the network and all options on which the answer depends. The step size
/// is none of them.
std::string MeasuredSchedule::key() {
  std::string text;
  llvm::raw_string_ostream stream(text);
  question.forward.print(stream);
  PipelineOptions decisive;
  decisive.copyOptionValuesFrom(pipeline);
  decisive.learningRate = "";
  decisive.costModel = "measure";
  decisive.print(stream);
  stream << " kernels=" << question.options.kernels
         << " pin=" << question.options.pinning << " in-place=" << inPlace
         << " sanitizer=" << question.options.sanitizer;
  llvm::SHA256 hash;
  hash.update(text);
  return llvm::toHex(hash.final(), /*LowerCase=*/true);
}

Scheduled MeasuredSchedule::runPipeline() {
  OwningOpRef<ModuleOp> scheduled(question.forward.clone());
  PassManager passes(question.forward.getContext());
  buildLayerpipePipeline(passes, pipeline);
  if (failed(passes.run(*scheduled)))
    return failure();
  return std::move(scheduled);
}

/// Makes the answer of known times. Fails silently where they don't fit, as
/// those that another version of layerpipe has left.
Scheduled MeasuredSchedule::repeat(const MeasuredProgram &known) {
  MLIRContext *context = question.forward.getContext();
  ScopedDiagnosticHandler silence(context,
                                  [](Diagnostic &) { return success(); });
  if (failed(costs.use(known.planned, pipeline)))
    return failure();
  Scheduled scheduled = runPipeline();
  if (failed(scheduled) || known.measured.empty())
    return scheduled;
  if (failed(costs.use(known.measured, pipeline)))
    return failure();
  PassManager passes(context);
  addCostPass(passes.nest<GraphOp>(), pipeline);
  if (failed(passes.run(**scheduled)))
    return failure();
  return scheduled;
}

/// Counts costs, unless the user has asked for measured ones.
Scheduled MeasuredSchedule::count(const std::string &why) {
  printNote(why + ": costs are counts of multiply-accumulates "
                  "(--cost-model macs)");
  pipeline.costModel = "macs";
  pipeline.profile = "";
  return runPipeline();
}

/// Runs the program and returns its tasks' times.
FailureOr<NamedTimes>
MeasuredSchedule::measureTasks(const SequentialProgram &program) {
  auto file = base::TemporaryFolder::create("profile.json");
  if (!file)
    return failWith(file.error());
  // A first guess is enough for tasks that are measured in place. A tenth of
  // the time is for it.
  constexpr int64_t guessSteps = 20, fewestSteps = 3;
  const double nanoseconds = measuring.budgetSeconds() * 1e9 / 10;
  const auto iteration =
      double(std::max<int64_t>(measuring.iterationNanoseconds(), 1));
  const int64_t most = inPlace ? guessSteps : defaultProfileSteps;
  const double fitting = std::min(nanoseconds / iteration, double(most));
  const int64_t steps = measuring.wasLate()
                            ? fewestSteps
                            : std::max(int64_t(fitting), fewestSteps);
  const auto begin = std::chrono::steady_clock::now();
  const int status = program.measure(steps, file->file());
  measuring.spend(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
          .count());
  if (status != 0)
    return failure();
  return readTimes(file->file());
}

Scheduled MeasuredSchedule::measureAnew(const std::string &key) {
  auto program =
      SequentialProgram::compile(question.options, question.tool, measuring);
  if (failed(program))
    return failure();
  if (measuring.wasLate() && !asked)
    return count("there was no time to measure all kernels");
  FailureOr<NamedTimes> times = measureTasks(*program);
  if (failed(times) && !asked)
    return count("the tasks can't be measured");
  if (failed(times) || failed(costs.use(*times, pipeline)))
    return failure();
  InPlaceAnswer answer{nullptr, *times, {}};
  if (inPlace && (asked || measuring.timeLeft() > 0)) {
    auto found = scheduleInPlace(question, pipeline, measuring, *times);
    if (failed(found))
      return failure();
    answer = std::move(*found);
  } else {
    Scheduled scheduled = runPipeline();
    if (failed(scheduled))
      return failure();
    answer.scheduled = std::move(*scheduled);
  }
  // Better kernels have other times.
  if (!measuring.wasLate())
    measuring.keepProgram(
        {key, std::move(answer.planned), std::move(answer.measured)});
  return std::move(answer.scheduled);
}

Scheduled MeasuredSchedule::run() {
  const std::string question = key();
  if (const MeasuredProgram *known = measuring.findProgram(question)) {
    Scheduled repeated = repeat(*known);
    if (succeeded(repeated))
      return repeated;
  }
  return measureAnew(question);
}

Scheduled
layerpipe::driver::scheduleMeasured(const SchedulingQuestion &question,
                                    PipelineOptions &pipeline,
                                    Measuring &measuring) {
  return MeasuredSchedule(question, pipeline, measuring).run();
}
