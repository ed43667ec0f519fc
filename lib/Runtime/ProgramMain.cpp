//===- ProgramMain.cpp - A compiled program from start to end -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that can fail through the user's mistake happens before training
// starts: options, outputs, data, parameters. Outputs replace old files only
// when the whole run has succeeded.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/ProgramMain.h"

#include "ParameterFiles.h"
#include "Placement.h"
#include "Profile.h"
#include "Report.h"
#include "TrainingHost.h"

#include "layerpipe/Base/Destination.h"
#include "layerpipe/Base/Numbers.h"
#include "layerpipe/Base/Signals.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Runtime/Data/Checkpoint.h"

#include <fmt/format.h>

#include <csignal>

using namespace layerpipe;
using namespace layerpipe::runtime;

namespace {

struct Outputs {
  std::optional<base::OutputFile> metrics, trace, profile;
};

/// This is one run of the executable. A step returns false when the run is
/// over; `error` then says why.
class Session {
public:
  Session(const Program &program, const Options &options)
      : program(program), manifest(this->program.manifest), options(options),
        files(this->program, this->options) {}

  int run();

private:
  bool succeed(const Result<void> &result);
  Result<void> checkFiles() const;
  void tell(const std::string &text) const;
  Result<void> openOutputs();
  Result<void> loadData();
  Result<void> loadParameters();
  Result<void> train();
  Result<void> place(RunOptions &run);
  Result<void> runTraining(Executor &executor, const MemoryGrowth &growth);
  Result<void> keepWholeState();
  std::optional<Score> rateParameters(int64_t completed,
                                      const ParameterValues &values);
  Result<void> prepareEvaluation();
  Result<void> saveResults();
  Result<void> closeMetrics();
  void sayInterrupted();
  Result<void> score();
  Result<void> countIterations();

  Program program;
  const Manifest &manifest;
  Options options;
  ParameterFiles files;
  Outputs outputs;
  DataSets data;
  /// This is where training begins, and then what it came to. It is whole where
  /// --resume has read it or --save-state will write it, and else it has
  /// parameters only.
  RunState state;
  /// Exists where test data are scored.
  std::unique_ptr<Evaluator> evaluator;
  TraceRecorder trace;
  int64_t iterations = 0; ///< Counts those of the whole run.
  Placement placement;
  int64_t completed = 0; ///< Counts steps.
  int status = 0;
  /// These figures are told in the end.
  std::optional<TrainingFigures> training;
  std::optional<Score> tested;
};

} // namespace

static int fail(const Error &error) {
  base::complain("error: {}\n", error.message);
  return error.kind == ErrorKind::User ? 1 : 3;
}

/// Checks that no output overwrites an input or another output. Only --save may
/// replace the file that was loaded: training goes on where it was.
Result<void> Session::checkFiles() const {
  base::CommandFiles files;
  for (const std::string &path : dataFiles(options.data, manifest))
    files.addInput("the data", path);
  Result<void> added = files.addOutput("--save", options.save);
  if (added)
    added = files.addOutput("--save-state", options.saveState);
  files.addInput("--load", options.load);
  files.addInput("--resume", options.resume);
  const std::pair<const char *, const std::string *> outputs[] = {
      {"--save-initial", &options.saveInitial},
      {"--metrics", &options.metrics},
      {"--trace", &options.trace},
      {"--profile", &options.profile}};
  for (auto [option, path] : outputs)
    if (added)
      added = files.addOutput(option, *path);
  return added;
}

/// Opens the outputs, except the metrics, which replace an old file at once and
/// wait until training starts.
Result<void> Session::openOutputs() {
  if (Result<void> checked = checkFiles(); !checked)
    return checked;
  const std::pair<const std::string *, std::optional<base::OutputFile> *>
      traced[] = {{&options.trace, &outputs.trace},
                  {&options.profile, &outputs.profile}};
  for (auto [path, file] : traced) {
    if (path->empty())
      continue;
    Result<base::OutputFile> created = base::OutputFile::create(*path);
    if (!created)
      return created.error();
    *file = std::move(*created);
  }
  return files.open();
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
  return prepareEvaluation();
}

/// Prepares the scoring of test data, if there are such and somebody wants to
/// know.
Result<void> Session::prepareEvaluation() {
  const char *asking = options.evaluateOnly       ? "--eval"
                       : options.evalInterval > 0 ? "--eval-every"
                                                  : nullptr;
  if (asking && !manifest.evaluation)
    return Error{fmt::format(
        "{}: this program was compiled without an evaluation", asking)};
  if (asking && !data.test)
    return Error{fmt::format("{}: {} holds no test data ({})", asking,
                             options.data, testDataNames(manifest))};
  if (!manifest.evaluation || !data.test || !options.test)
    return {};
  Result<std::unique_ptr<Evaluator>> created =
      Evaluator::create(program, options.normalization);
  if (!created)
    return created.error();
  evaluator = std::move(*created);
  return {};
}

/// Makes room for whole states where they are read or written.
Result<void> Session::keepWholeState() {
  if (options.saveState.empty() && options.resume.empty())
    return {};
  Result<Manifest> kept = withStateKept(std::move(program.manifest));
  if (!kept)
    return kept.error();
  program.manifest = std::move(*kept);
  return {};
}

Result<void> Session::loadParameters() {
  Result<RunState> begun = files.begin();
  if (!begun)
    return begun.error();
  state = std::move(*begun);
  return {};
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
  if (iterations < state.completed)
    return Error{fmt::format("{} has {} steps already, and the whole run shall "
                             "have {}; --steps and --epochs count from the "
                             "first start",
                             options.resume, state.completed, iterations)};
  return {};
}

/// Opens the metrics and chooses CPUs. These are the last things before
/// training.
Result<void> Session::place(RunOptions &run) {
  if (!options.metrics.empty()) {
    Result<base::OutputFile> file =
        base::OutputFile::create(options.metrics, base::OutputKind::Growing);
    if (!file)
      return file.error();
    outputs.metrics = std::move(*file);
  }
  placement =
      placeThreads(options.sequential ? 1 : int64_t(manifest.processors.size()),
                   options.pinning);
  run.cpus = placement.cpus;
  run.mayCrowd = options.pinning != Pinning::off && !placement.isAlone;
  tell(placement.description + "\n");
  if (!placement.warning.empty())
    base::complain("warning: {}\n", placement.warning);
  return {};
}

Result<void> Session::runTraining(Executor &executor,
                                  const MemoryGrowth &growth) {
  RunOptions run;
  if (Result<void> placed = place(run); !placed)
    return placed;
  const int64_t first = state.completed;
  TrainingHost host(
      manifest, options, data.training, {first, iterations},
      outputs.metrics ? &*outputs.metrics : nullptr,
      [this](const RunState &kept) { files.keep(kept); },
      [this](int64_t completed, const ParameterValues &values) {
        return rateParameters(completed, values);
      });
  run.iterations = iterations;
  run.stepSizes = options.stepSizes;
  run.stepSizes.iterations = iterations;
  run.seed = options.seed;
  run.sequential = options.sequential;
  run.resumed = options.resume.empty() ? nullptr : &state;
  run.keepInterval = options.saveInterval;
  run.keepsState = !options.saveState.empty();
  run.scoreInterval = options.evalInterval;
  run.stallTimeout =
      std::chrono::milliseconds(int64_t(options.stallTimeout * 1000));
  run.trace = outputs.trace || outputs.profile ? &trace : nullptr;
  base::rememberInterrupts();
  Result<RunSummary> summary = executor.run(run, state.parameters, host);
  host.finish();
  if (outputs.metrics) // However the run ended, the metrics tell how it went.
    outputs.metrics->flush();
  if (!summary)
    return summary.error();
  if (host.divergedAt())
    return Error{describeDivergence(manifest, options, *host.divergedAt())};
  completed = summary->iterations;
  const MemoryUse memory = {executor.memoryBytes(), executor.residentBytes(),
                            growth.bytes()};
  training = {completed - first, host.lastLoss(), *summary, options.sequential,
              memory};
  tell(describeRun(manifest, *training));
  state = options.saveState.empty()
              ? RunState{completed, executor.parameters(), {}}
              : executor.finalState();
  // The updates after the last loss are seen nowhere else.
  return checkFinite(manifest, state.parameters,
                     fmt::format("training diverged after its last loss; try "
                                 "a smaller --lr than {}",
                                 options.stepSizes.learningRate));
}

/// Scores the parameters in the middle of training. Those that have no score
/// may get better, so training goes on.
std::optional<Score> Session::rateParameters(int64_t steps,
                                             const ParameterValues &values) {
  Result<Score> score = evaluator->score(values, *data.test);
  if (score)
    return *score;
  base::complain("warning: after step {}: {}; training goes on\n", steps,
                 score.error().message);
  return std::nullopt;
}

/// Saves what the run made. An output that fails does not keep the others from
/// being written. A run that was interrupted saves no parameters if no step is
/// complete, and no profile.
Result<void> Session::saveResults() {
  const bool complete = completed == iterations;
  Result<void> result;
  if (complete || completed > 0)
    result = files.write(state);
  if (!complete)
    outputs.profile.reset();
  if (outputs.trace)
    outputs.trace->write(trace.toJson(manifest));
  if (outputs.profile)
    outputs.profile->write(
        makeProfile(trace, manifest, iterations, options.profileStatistic));
  if (trace.droppedEvents() > 0)
    tell(fmt::format(
        "the trace and the profile hold the first {} tasks of each thread\n",
        TraceRecorder::capacity));
  for (auto *file : {&outputs.trace, &outputs.profile})
    if (*file)
      if (Result<void> done = (*file)->commit(); !done && result)
        result = done;
  return result;
}

/// Completes the metrics, which end with the last score where --eval-every asks
/// for scores.
Result<void> Session::closeMetrics() {
  if (!outputs.metrics)
    return {};
  if (tested && options.evalInterval > 0)
    outputs.metrics->write(writeScoreLine(completed, *tested));
  return outputs.metrics->commit();
}

/// Says what became of a run that a signal ended, and sets the status that
/// shells give it.
void Session::sayInterrupted() {
  const int signal = base::rememberedInterrupt();
  constexpr int endedBySignal = 128;
  status = endedBySignal + signal;
  std::string saved = "no parameters were saved, as no step was complete";
  if (options.save.empty() && options.saveState.empty())
    saved = "no parameters were saved, as --save names no file";
  else if (completed > 0 && options.saveState.empty())
    saved = "the parameters are saved in " + options.save;
  else if (completed > 0)
    saved = "--resume " + options.saveState + " goes on from there";
  base::complain("interrupted by {} after {} of {} steps: {}\n",
                 signal == SIGINT ? "SIGINT" : "SIGTERM", completed, iterations,
                 saved);
}

Result<void> Session::train() {
  if (options.evaluateOnly)
    return {};
  if (Result<void> counted = countIterations(); !counted)
    return counted;
  const MemoryGrowth growth;
  Result<std::unique_ptr<Executor>> executor = Executor::create(program);
  if (!executor)
    return executor.error();
  if (Result<void> done = runTraining(**executor, growth); !done)
    return done;
  return saveResults();
}

Result<void> Session::score() {
  if (!evaluator)
    return {};
  Result<Score> score = evaluator->score(state.parameters, *data.test);
  if (!score)
    return score.error();
  tell(describeScore(*score));
  tested = *score;
  return {};
}

/// Tells people something at once; a script gets all of it at the end, in one
/// object.
void Session::tell(const std::string &text) const {
  if (!options.json)
    base::printText(text);
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
  // A reader that is gone is an error of write(), and no reason to lose work.
  signal(SIGPIPE, SIG_IGN);
  // Synthetic data depend on the seed of the run that goes on.
  bool good = succeed(keepWholeState()) && succeed(openOutputs()) &&
              succeed(files.resume()) && succeed(loadData()) &&
              succeed(loadParameters()) && succeed(train());
  if (good && base::rememberedInterrupt() != 0)
    sayInterrupted();
  else if (good)
    good = succeed(score());
  good = succeed(closeMetrics()) && good;
  if (good && options.json)
    base::printText(writeRunJson(manifest, training, tested));
  return status;
}

Result<Program> layerpipe::runtime::loadProgram(
    std::string_view manifestText, const layerpipe_task_function *functions,
    const void *const *parameterValues, const TableSizes &tables,
    KernelLibrary *kernels) {
  Result<Manifest> manifest = parseManifest(manifestText, tables);
  if (!manifest)
    return manifest.error();
  if (manifest->kernelsLibrary != kernels->name())
    return Error{fmt::format("the program wants kernels of {}, but is linked "
                             "with those of {}",
                             manifest->kernelsLibrary, kernels->name()),
                 ErrorKind::Defect};
  return Program{std::move(*manifest), functions, kernels, parameterValues};
}

int layerpipe::runtime::runProgram(int argc, const char *const *argv,
                                   const Program &program) {
  std::variant<int, Options> parsed =
      parseCommandLine(argc, argv, program.manifest);
  if (auto *status = std::get_if<int>(&parsed))
    return *status;
  const Options &options = *std::get_if<Options>(&parsed);
  if (options.describe) {
    base::printText(describeProgram(program.manifest));
    return 0;
  }
  return Session(program, options).run();
}
