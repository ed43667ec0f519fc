//===- CommandLine.cpp - The command line of a compiled program -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file declares the options to CLI11. Any mistake ends with status 1.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/CommandLine.h"

#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Base/Version.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <limits>

using namespace layerpipe;
using namespace layerpipe::runtime;

static const char *const example = R"(
Example:
  {0} --data /usr/share/datasets/fashion-mnist --epochs 5 --lr 0.05 \
      --save trained.safetensors --metrics losses.jsonl
  {0} --data /usr/share/datasets/fashion-mnist --load trained.safetensors --eval
)";

/// These limits are small enough that no sum or product of steps overflows, and
/// far beyond what any machine can execute.
static constexpr base::Limits<int64_t> stepLimits{0, mostSteps};
static constexpr base::Limits<int64_t> epochLimits{1, 1'000'000'000};
static constexpr base::Limits<uint64_t> seedLimits{
    0, std::numeric_limits<uint64_t>::max()};
/// These are seconds, up to some months.
static constexpr base::Limits<double> stallLimits{0.01, 1e7};

namespace {

/// CLI11 fills these; they are options that need translation.
struct Raw {
  std::string shuffle = "on";
  std::string test = "on";
  std::string statistic = "median";
  std::string pinning = "auto";
  std::string format = "text";
  std::string normalization, augmentation;
  std::string stepSchedule = "constant";
  int64_t steps = 0;
};

} // namespace

static void declareStepSizes(CLI::App &app, StepSizes &steps, Raw &raw) {
  app.add_option("--lr", steps.learningRate,
                 fmt::format("Learning rate (default {})", steps.learningRate))
      ->type_name("RATE")
      ->transform(base::within(base::positiveFloatOrZero));
  app.add_option("--lr-schedule", raw.stepSchedule,
                 "How the learning rate changes: not, by steps, or down to "
                 "--lr-final along a cosine or a line (default constant)")
      ->type_name("constant|step|cosine|linear")
      ->check(CLI::IsMember({"constant", "step", "cosine", "linear"}));
  app.add_option("--lr-warm-up", steps.warmUp,
                 "Let it grow from 0 in the first N iterations")
      ->type_name("N")
      ->transform(base::within(stepLimits));
  app.add_option("--lr-every", steps.interval,
                 "With --lr-schedule step: multiply it every N iterations")
      ->type_name("N")
      ->transform(base::within(base::Limits<int64_t>{1, mostSteps}));
  app.add_option("--lr-factor", steps.factor,
                 "With --lr-schedule step: multiply it by this (default 0.1)")
      ->type_name("FACTOR")
      ->transform(base::within(base::Limits<double>{1e-37, 1}));
  app.add_option("--lr-final", steps.finalRate,
                 "With --lr-schedule cosine or linear: where it ends (default "
                 "0)")
      ->type_name("RATE")
      ->transform(base::within(base::positiveFloatOrZero));
}

static void declare(CLI::App &app, Options &options, Raw &raw) {
  app.add_option("--data", options.data,
                 "Folder with IDX, CIFAR-10, .npy, .npz or safetensors files, "
                 "or 'synthetic'")
      ->type_name("DIR");
  app.add_option("--epochs", options.epochs,
                 "Passes over the training data (default 1)")
      ->type_name("N")
      ->transform(base::within(epochLimits));
  app.add_option("--steps", raw.steps, "Iterations, instead of --epochs")
      ->type_name("N")
      ->transform(base::within(stepLimits))
      ->excludes("--epochs");
  declareStepSizes(app, options.stepSizes, raw);
  app.add_option("--seed", options.seed,
                 "Of initial parameters, shuffling, synthetic data (default 1)")
      ->type_name("N")
      ->transform(base::within(seedLimits));
  app.add_option("--normalize", raw.normalization,
                 "Subtract the mean of each channel, or of all, from inputs, "
                 "and divide by the standard deviation; bytes are 0 to 1")
      ->type_name("MEAN[,MEAN...]:STD[,STD...]");
  app.add_option("--augment", raw.augmentation,
                 "Vary the images of the training data: mirror half of them, "
                 "shift each by up to N pixels")
      ->type_name("flip,crop=N");
  app.add_option("--shuffle", raw.shuffle,
                 "New order of the samples in every epoch (default on)")
      ->type_name("on|off")
      ->check(CLI::IsMember({"on", "off"}));
  app.add_option("--test", raw.test,
                 "Evaluate on the test data after training (default on)")
      ->type_name("on|off")
      ->check(CLI::IsMember({"on", "off"}));
  app.add_option("--eval-every", options.evalInterval,
                 "Evaluate on the test data after every N steps, too")
      ->type_name("N")
      ->transform(base::within(base::Limits<int64_t>{1, mostSteps}));
  app.add_option("--load", options.load,
                 "Start from these parameters (safetensors)")
      ->type_name("FILE");
  app.add_flag("--load-ignore-unknown", options.loadIgnoreUnknown,
               "Leave out what --load's file has beside this network's "
               "parameters");
  app.add_option("--save", options.save, "Write the trained parameters")
      ->type_name("FILE");
  app.add_option(
         "--save-state", options.saveState,
         "Write all that --resume needs to go on: parameters, states of "
         "the optimizer and gradients that are late")
      ->type_name("FILE");
  app.add_option("--resume", options.resume,
                 "Go on from the state that --save-state has written, as if "
                 "there had been no stop; --steps and --epochs count from the "
                 "first start")
      ->type_name("FILE")
      ->excludes("--load");
  app.add_option("--save-every", options.saveInterval,
                 "Write the files of --save and --save-state after every N "
                 "steps, too")
      ->type_name("N")
      ->transform(base::within(base::Limits<int64_t>{1, mostSteps}));
  app.add_option("--save-initial", options.saveInitial,
                 "Write the parameters that training starts from")
      ->type_name("FILE");
  app.add_option("--metrics", options.metrics,
                 "Write step, loss and samples/s, a JSON line each step, as "
                 "the run goes")
      ->type_name("FILE");
  app.add_option("--trace", options.trace,
                 "Write when each task ran and waited (Chrome and Perfetto "
                 "open it)")
      ->type_name("FILE");
  app.add_option("--profile", options.profile,
                 "Write the time of each task, for layerpipe's --cost-model "
                 "profile=FILE")
      ->type_name("FILE");
  app.add_option("--profile-statistic", raw.statistic,
                 "Of a task's times: the median, or the mean of all but the "
                 "extremes, which adds up to periods (default median)")
      ->type_name("median|mean")
      ->check(CLI::IsMember({"median", "mean"}));
  app.add_option(
         "--stall-timeout", options.stallTimeout,
         "Give up when every thread has waited for so long (default 60)")
      ->type_name("SECONDS")
      ->transform(base::within(stallLimits));
  app.add_option("--pin", raw.pinning,
                 "Keep the thread of each processor on a CPU of its own: "
                 "always, never, or where enough CPUs are free (default auto)")
      ->type_name("auto|on|off")
      ->check(CLI::IsMember({"auto", "on", "off"}));
  app.add_flag("--sequential", options.sequential,
               "Run the same program on one thread; the results are the same");
  app.add_flag("--eval", options.evaluateOnly,
               "Only evaluate on the test data, don't train");
  app.add_flag("--describe", options.describe,
               "Print what this program is, and end");
  app.add_option("--format", raw.format,
                 "What is printed of a run: text for people, or json for "
                 "scripts (default text)")
      ->type_name("text|json")
      ->check(CLI::IsMember({"text", "json"}));
}

/// Names the options that do nothing beside others; returns "" if none of these
/// was given.
static std::string findUseless(const CLI::App &app, const Options &options) {
  std::set<std::string> given = base::givenOptions(app);
  const bool steps = options.stepSizes.schedule == StepSchedule::step;
  const bool falls = options.stepSizes.schedule == StepSchedule::cosine ||
                     options.stepSizes.schedule == StepSchedule::linear;
  std::vector<base::OptionRule> rules = {
      {"--lr-every", !steps, "without --lr-schedule step"},
      {"--lr-factor", !steps, "without --lr-schedule step"},
      {"--lr-final", !falls, "without --lr-schedule cosine or linear"},
      {"--profile-statistic", options.profile.empty(), "without --profile"},
      {"--load-ignore-unknown", options.load.empty(), "without --load"},
      {"--save-every", options.save.empty() && options.saveState.empty(),
       "without --save or --save-state"},
      {"--eval-every", !options.test, "with --test off"},
      {"--seed",
       options.evaluateOnly && !options.load.empty() &&
           options.data != "synthetic",
       "with --eval on loaded parameters and data from files: nothing is "
       "drawn"}};
  for (const char *option :
       {"--epochs", "--steps", "--lr", "--lr-schedule", "--lr-warm-up",
        "--shuffle", "--test", "--save", "--save-state", "--save-every",
        "--eval-every", "--metrics", "--trace", "--profile", "--stall-timeout",
        "--sequential", "--pin", "--augment"})
    rules.push_back(
        {option, options.evaluateOnly, "with --eval, which doesn't train"});
  for (const std::string &option : given)
    rules.push_back({option, options.describe && option != "--describe",
                     "with --describe, which runs nothing"});
  return base::findUselessOption(given, rules);
}

/// Says what is wrong with the options together; returns "" if nothing is.
static std::string checkTogether(const CLI::App &app, const Options &options) {
  if (std::string useless = findUseless(app, options); !useless.empty())
    return useless;
  if (options.describe)
    return "";
  if (options.stepSizes.schedule == StepSchedule::step &&
      app.count("--lr-every") == 0)
    return "--lr-schedule step needs --lr-every N";
  if (options.data.empty())
    return "--data is missing: a folder with training data, or 'synthetic'";
  return "";
}

static StepSchedule scheduleOf(const std::string &name) {
  if (name == "step")
    return StepSchedule::step;
  if (name == "cosine")
    return StepSchedule::cosine;
  return name == "linear" ? StepSchedule::linear : StepSchedule::constant;
}

/// Reads what becomes of inputs. The program's input says what is possible.
static Result<void> readPreparation(const CLI::App &app, const Raw &raw,
                                    const Manifest &manifest,
                                    Options &options) {
  if (app.count("--normalize") > 0) {
    Result<Normalization> read =
        parseNormalization(raw.normalization, manifest);
    if (!read)
      return read.error();
    options.normalization = std::move(*read);
  }
  if (app.count("--augment") > 0) {
    Result<Augmentation> read = parseAugmentation(raw.augmentation, manifest);
    if (!read)
      return read.error();
    options.augmentation = *read;
  }
  return {};
}

std::variant<int, Options>
layerpipe::runtime::parseCommandLine(int argc, const char *const *argv,
                                     const Manifest &manifest) {
  Options options;
  options.stepSizes.learningRate = manifest.learningRate;
  Raw raw;
  std::string name = argc > 0 ? argv[0] : manifest.name;
  CLI::App app(fmt::format("Trains the network {} on {} processor{} "
                           "(strategy {}, batch {}).",
                           manifest.name, manifest.processors.size(),
                           manifest.processors.size() == 1 ? "" : "s",
                           manifest.strategy, manifest.batch),
               name);
  app.footer(fmt::format(fmt::runtime(example), name));
  app.set_version_flag(
      "--version",
      fmt::format("{} (layerpipe {})", manifest.name, base::version()),
      "Print the version and exit");
  declare(app, options, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &answer) {
    return base::printAnswer(app, answer);
  } catch (const CLI::ParseError &error) {
    base::complain("error: {}\nrun {} --help for the options\n",
                   base::explainMistake(app, error), name);
    return 1;
  }
  options.givenSeed = app.count("--seed") > 0;
  options.shuffle = raw.shuffle == "on";
  options.test = raw.test == "on";
  options.json = raw.format == "json";
  options.stepSizes.schedule = scheduleOf(raw.stepSchedule);
  if (raw.statistic == "mean")
    options.profileStatistic = ProfileStatistic::mean;
  if (raw.pinning != "auto")
    options.pinning = raw.pinning == "on" ? Pinning::on : Pinning::off;
  if (app.count("--steps") > 0)
    options.steps = raw.steps;
  std::string mistake = checkTogether(app, options);
  if (mistake.empty())
    if (Result<void> read = readPreparation(app, raw, manifest, options); !read)
      mistake = read.error().message;
  if (!mistake.empty()) {
    base::complain("error: {}\nrun {} --help for the options\n", mistake, name);
    return 1;
  }
  return options;
}
