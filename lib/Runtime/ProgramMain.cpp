//===- ProgramMain.cpp - A compiled program from start to end -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that can fail for the user's sake happens before training starts:
// options, outputs, data, parameters. Outputs replace old files only when the
// whole run has succeeded.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/ProgramMain.h"

#include "Profile.h"
#include "Report.h"
#include "TrainingHost.h"

#include "layerpipe/Base/Numbers.h"
#include "layerpipe/Runtime/Safetensors.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>

using namespace layerpipe;
using namespace layerpipe::runtime;

/// Set by the first interrupt; a second one ends the process.
static std::atomic<bool> interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

static void watchForInterrupts() {
  struct sigaction action = {};
  action.sa_handler = [](int) { interrupted.store(true); };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

namespace {

constexpr int exitInterrupted = 130;

struct Outputs {
  std::optional<base::AtomicFile> save, saveInitial, metrics, trace, profile;
};

/// One run of the executable. Steps return false when the run is over; `error`
/// then says why.
class Session {
public:
  Session(const Program &program, const Options &options)
      : program(program), manifest(program.manifest), options(options) {}

  int run();

private:
  bool succeed(const Result<void> &result);
  void tell(const std::string &text) const;
  Result<void> openOutputs();
  Result<void> loadData();
  Result<void> loadParameters();
  Result<void> train();
  Result<void> runTraining(Executor &executor);
  Result<void> saveResults();
  Result<void> score();
  Result<void> countIterations();

  const Program &program;
  const Manifest &manifest;
  const Options &options;
  Outputs outputs;
  DataSets data;
  ParameterValues parameters;
  TraceRecorder trace;
  int64_t iterations = 0; ///< Of the whole run.
  int status = 0;
  /// What there is to tell in the end.
  std::optional<TrainingFigures> training;
  std::optional<Score> tested;
};

} // namespace

static int fail(const Error &error) {
  std::fflush(stdout);
  fmt::print(stderr, "error: {}\n", error.message);
  return error.kind == ErrorKind::User ? 1 : 3;
}

Result<void> Session::openOutputs() {
  const std::pair<const std::string *, std::optional<base::AtomicFile> *>
      files[] = {{&options.save, &outputs.save},
                 {&options.saveInitial, &outputs.saveInitial},
                 {&options.metrics, &outputs.metrics},
                 {&options.trace, &outputs.trace},
                 {&options.profile, &outputs.profile}};
  for (auto [path, file] : files) {
    if (path->empty())
      continue;
    Result<base::AtomicFile> created = base::AtomicFile::create(*path);
    if (!created)
      return created.error();
    *file = std::move(*created);
  }
  return {};
}

Result<void> Session::loadData() {
  if (options.data == "synthetic") {
    data = syntheticDataSets(manifest, options.seed);
  } else {
    Result<DataSets> sets = readDataSets(options.data, manifest);
    if (!sets)
      return sets.error();
    data = std::move(*sets);
  }
  if (options.evaluateOnly && !manifest.evaluation)
    return Error{"--eval: this program was compiled without an evaluation"};
  if (options.evaluateOnly && !data.test)
    return Error{fmt::format("--eval: {} holds no test data "
                             "(t10k-images-idx3-ubyte[.gz])",
                             options.data)};
  return {};
}

Result<void> Session::loadParameters() {
  if (options.load.empty()) {
    parameters = initialParameters(manifest, options.seed);
    if (Result<void> finite =
            checkFinite(manifest, parameters, "the initial parameters");
        !finite)
      return finite;
  } else {
    Result<TensorFile> file = readTensors(options.load);
    if (!file)
      return file.error();
    Result<ParameterValues> values =
        restoreCheckpoint(manifest, std::move(*file), options.load,
                          options.loadIgnoreUnknown ? UnknownTensors::ignored
                                                    : UnknownTensors::refused);
    if (!values)
      return values.error();
    parameters = std::move(*values);
  }
  if (!outputs.saveInitial)
    return {};
  outputs.saveInitial->write(
      serializeTensors(makeCheckpoint(manifest, parameters)));
  return outputs.saveInitial->commit();
}

Result<void> Session::countIterations() {
  int64_t perEpoch = data.training.samples / manifest.batch;
  std::optional<int64_t> count =
      options.steps ? options.steps
                    : base::boundedProduct(options.epochs, perEpoch, mostSteps);
  if (!count)
    return Error{fmt::format("--epochs {}: with {} steps each, they are more "
                             "than the {} steps that a run may have",
                             options.epochs, perEpoch,
                             base::toShortText(mostSteps))};
  iterations = *count;
  return {};
}

Result<void> Session::runTraining(Executor &executor) {
  TrainingHost host(manifest, options, data.training, iterations,
                    outputs.metrics ? &*outputs.metrics : nullptr, interrupted);
  RunOptions run;
  run.iterations = iterations;
  run.learningRate = options.learningRate;
  run.sequential = options.sequential;
  run.stallTimeout =
      std::chrono::milliseconds(int64_t(options.stallTimeout * 1000));
  run.trace = outputs.trace || outputs.profile ? &trace : nullptr;
  Result<RunSummary> summary = executor.run(run, parameters, host);
  host.finish();
  if (!summary)
    return summary.error();
  if (host.divergedAt())
    return Error{describeDivergence(manifest, options, *host.divergedAt())};
  if (summary->stopped) {
    status = exitInterrupted;
    return Error{"interrupted: nothing was saved"};
  }
  training = {iterations, host.lastLoss(), *summary, options.sequential};
  tell(describeRun(manifest, *training));
  parameters = executor.parameters();
  // The updates after the last loss are seen nowhere else.
  return checkFinite(manifest, parameters,
                     fmt::format("training diverged after its last loss; try "
                                 "a smaller --lr than {}",
                                 options.learningRate));
}

Result<void> Session::saveResults() {
  if (outputs.save)
    outputs.save->write(serializeTensors(makeCheckpoint(manifest, parameters)));
  if (outputs.trace)
    outputs.trace->write(trace.toJson(manifest));
  if (outputs.profile)
    outputs.profile->write(
        makeProfile(trace, manifest, iterations, options.profileStatistic));
  if (trace.droppedEvents() > 0)
    tell(fmt::format(
        "the trace and the profile hold the first {} tasks of each thread\n",
        TraceRecorder::capacity));
  for (auto *file :
       {&outputs.save, &outputs.metrics, &outputs.trace, &outputs.profile})
    if (*file)
      if (Result<void> done = (*file)->commit(); !done)
        return done;
  return {};
}

Result<void> Session::train() {
  if (options.evaluateOnly)
    return {};
  if (Result<void> counted = countIterations(); !counted)
    return counted;
  Result<std::unique_ptr<Executor>> executor = Executor::create(program);
  if (!executor)
    return executor.error();
  if (Result<void> done = runTraining(**executor); !done)
    return done;
  return saveResults();
}

Result<void> Session::score() {
  if (!manifest.evaluation || !data.test)
    return {};
  Result<Score> score = evaluate(program, parameters, *data.test);
  if (!score)
    return score.error();
  tell(describeScore(*score));
  tested = *score;
  return {};
}

/// For people; a script gets all of it at the end, in one object.
void Session::tell(const std::string &text) const {
  if (!options.json)
    fmt::print("{}", text);
}

bool Session::succeed(const Result<void> &result) {
  if (!result) {
    int failed = fail(result.error());
    if (status == 0)
      status = failed;
  }
  return bool(result);
}

int Session::run() {
  watchForInterrupts();
  bool good = succeed(openOutputs()) && succeed(loadData()) &&
              succeed(loadParameters()) && succeed(train()) && succeed(score());
  if (good && options.json)
    fmt::print("{}", writeRunJson(manifest, training, tested));
  if (good && std::fflush(stdout) != 0)
    return fail(Error{"can't write to standard output"});
  return status;
}

Result<Program>
layerpipe::runtime::loadProgram(std::string_view manifestText,
                                const layerpipe_task_function *functions,
                                int64_t functionCount, KernelLibrary *kernels) {
  Result<Manifest> manifest = parseManifest(manifestText, functionCount);
  if (!manifest)
    return manifest.error();
  if (manifest->kernelsLibrary != kernels->name())
    return Error{fmt::format("the program wants kernels of {}, but is linked "
                             "with those of {}",
                             manifest->kernelsLibrary, kernels->name()),
                 ErrorKind::Defect};
  return Program{std::move(*manifest), functions, kernels};
}

int layerpipe::runtime::runProgram(int argc, const char *const *argv,
                                   const Program &program) {
  std::variant<int, Options> parsed =
      parseCommandLine(argc, argv, program.manifest);
  if (auto *status = std::get_if<int>(&parsed))
    return *status;
  const Options &options = *std::get_if<Options>(&parsed);
  if (options.describe) {
    fmt::print("{}", describeProgram(program.manifest));
    return 0;
  }
  return Session(program, options).run();
}
