//===- SharedOptions.cpp - Options of several subcommands -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SharedOptions.h"

#include "Layerpipe/IR/LayerpipeOptimizers.h"
#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Strategies/Strategy.h"
#include "layerpipe/Transforms/OptionLimits.h"

#include <fmt/ranges.h>

using namespace layerpipe;
using namespace layerpipe::driver;

/// Returns the message for a model that does not exist, or nothing.
static std::string checkModel(const std::string &model, bool canMeasure) {
  if (model == "macs" || model == "roofline" || model == "profile" ||
      !profileFileOf({model}).empty() || (canMeasure && model == "measure"))
    return "";
  return "'" + model + "' is no cost model; there are macs, roofline, " +
         (canMeasure ? "measure, " : "") + "profile and profile=FILE";
}

void layerpipe::driver::addCostOptions(CLI::App &command, CostOptions &options,
                                       bool canMeasure) {
  auto *costs = command.add_option_group("Costs");
  const std::string choices =
      canMeasure ? "measure (ns, on this machine; the default with --kernels "
                   "measured), macs (cycles; the default otherwise), "
                 : "macs (the default; cycles), ";
  costs
      ->add_option("--cost-model", options.model,
                   "Where task times come from: " + choices +
                       "roofline, profile=FILE, or profile for the times that "
                       "the model itself carries")
      ->type_name("MODEL")
      ->check([canMeasure](const std::string &model) {
        return checkModel(model, canMeasure);
      });
  costs
      ->add_option("--gflops", options.gigaflops,
                   "With roofline: GFLOP/s of a processor")
      ->transform(base::within(limits::rate))
      ->capture_default_str();
  costs
      ->add_option("--gigabytes", options.gigabytesPerSecond,
                   "With roofline: GB/s of a processor to its memory")
      ->transform(base::within(limits::rate))
      ->capture_default_str();
}

void layerpipe::driver::addSplitOptions(CLI::App &command,
                                        SplitOptions &options) {
  auto *splits = command.add_option_group("Splits (of strategy layerpipe)");
  splits
      ->add_option("--split", options.kinds,
                   "What may be cut into parts: none, grad_input, gradients or "
                   "all")
      ->check(CLI::IsMember({"none", "grad_input", "gradients", "all"}))
      ->capture_default_str();
  splits
      ->add_option("--split-quantum", options.quantum,
                   "Cuts of channels fall on multiples of it; 1 for studies")
      ->transform(base::within(limits::quantum))
      ->capture_default_str();
  splits
      ->add_option("--objectives", options.objectives,
                   "What decides first, second, …: some of period, "
                   "staleness, memory, communication; in this order unless "
                   "told otherwise")
      ->type_name("LIST");
  splits
      ->add_option("--tolerance", options.tolerance,
                   "By how much a period may exceed its bound and be short "
                   "enough, in per cent")
      ->transform(base::within(limits::tolerance))
      ->capture_default_str();
  splits
      ->add_option("--max-staleness", options.maxStaleness,
                   "No layer's gradient may be later than so many iterations")
      ->transform(base::within(limits::staleness));
}

void layerpipe::driver::addMachineOptions(CLI::App &command,
                                          MachineChoice &choice) {
  machine::MachineOptions &options = choice.options;
  auto *machine = command.add_option_group("Machine");
  machine
      ->add_option("--machine", choice.file,
                   "Take processors and links from this file, in place of the "
                   "options below")
      ->type_name("FILE.json");
  machine
      ->add_option("--bandwidth", options.bandwidth,
                   "Of each link between two processors, in bytes per time "
                   "unit: GB/s where times are in ns; 0 is infinite")
      ->transform(base::within(limits::bandwidth))
      ->capture_default_str();
  machine
      ->add_option("--latency", options.latency,
                   "From a transfer's end to its arrival, in time units")
      ->transform(base::within(limits::latency))
      ->capture_default_str();
  machine
      ->add_option("--speeds", options.speeds,
                   "Relative speed of each processor, such as 1,1,0.5; the "
                   "first P count")
      ->delimiter(',')
      ->transform(base::within(limits::speed));
  machine
      ->add_option("--memory-limit", options.memory,
                   "Bytes that each processor may hold; 0 is unlimited")
      ->transform(base::within(limits::memory))
      ->capture_default_str();
  machine
      ->add_option("--place", choice.place,
                   "Run this layer on this processor; repeat it for others")
      ->type_name("LAYER=PROCESSOR")
      ->allow_extra_args(false);
}

void layerpipe::driver::addMicrobatches(CLI::App &command,
                                        int64_t &microbatches) {
  command
      .add_option("--microbatches", microbatches,
                  "Divide an iteration's samples into so many parts, trained "
                  "one after another before one update. Layers of a profile "
                  "were measured for one part")
      ->transform(base::within(limits::microbatches))
      ->capture_default_str();
}

void layerpipe::driver::addClipNorm(CLI::App &command, std::string &clipNorm) {
  command
      .add_option("--clip-norm", clipNorm,
                  "Scale the gradients of an iteration so that the norm of all "
                  "of them is at most this; every update then waits for all "
                  "gradients")
      ->type_name("FLOAT")
      ->transform(base::within(limits::clipNorm));
}

static std::vector<std::string> optimizerNames() {
  std::vector<std::string> names;
  for (const Optimizer &optimizer : allOptimizers())
    names.push_back(optimizer.name.str());
  return names;
}

/// Returns the strategies that yield schedules.
static std::vector<std::string> strategyNames() {
  std::vector<std::string> names;
  for (const strategies::Strategy &strategy : strategies::knownStrategies())
    if (strategy.schedulable)
      names.emplace_back(strategy.name);
  return names;
}

static void addTrainingOptions(CLI::App &command, ModelOptions &options) {
  auto *training = command.add_option_group("Training");
  training
      ->add_option("--batch", options.batch,
                   "Samples per iteration; without it as the model says. Of a "
                   "profile: for how many it was measured, where its linear "
                   "layers don't tell")
      ->transform(base::within(limits::batch));
  addMicrobatches(*training, options.microbatches);
  training
      ->add_option("--optimizer", options.optimizer,
                   fmt::format("{}", fmt::join(optimizerNames(), ", ")))
      ->check(CLI::IsMember(optimizerNames()))
      ->capture_default_str();
  training
      ->add_option("--lr", options.learningRate,
                   "Step size, unless the executable is given one; without it "
                   "that of the optimizer")
      ->type_name("FLOAT")
      ->transform(base::within(limits::learningRate));
  for (const Coefficient &coefficient : allCoefficients())
    training
        ->add_option("--" + coefficient.option(),
                     options.coefficients[coefficient.option()],
                     fmt::format("{}, of {}", coefficient.meaning.str(),
                                 fmt::join(optimizersWith(coefficient), ", ")))
        ->type_name("FLOAT")
        ->transform(base::within(coefficient.limits));
  training
      ->add_option("--no-decay", options.noDecay,
                   "Parameters whose names match this glob, such as *.bias, "
                   "have no weight decay; repeat it for others")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  addClipNorm(*training, options.clipNorm);
}

void layerpipe::driver::addNetworkOptions(CLI::App &command,
                                          ModelOptions &options) {
  command
      .add_option("model", options.model,
                  "The network: an ONNX model, an .mlir file, or a profile of "
                  "PipeDream's (.txt), of which only a schedule can be made; - "
                  "is standard input")
      ->required()
      ->type_name("MODEL");
  addTrainingOptions(command, options);
  auto *code = command.add_option_group("Code");
  code->add_option("--kernels", options.kernels,
                   "Who computes the heavy ops: measured (for each the fastest "
                   "on this machine), portable (the same bits on every CPU "
                   "with AVX2), or reference (plain loops)")
      ->check(CLI::IsMember({"measured", "portable", "reference"}))
      ->capture_default_str();
  code->add_option("--kernel-cache", options.kernelCache,
                   "Keep measurements in this file, or none; without it in the "
                   "user's cache folder")
      ->type_name("FILE|none");
  code->add_option("--measure-seconds", options.measureSeconds,
                   "Measure for about so long at most; then take portable "
                   "kernels and the best schedule so far")
      ->transform(base::within(limits::seconds))
      ->capture_default_str();
  code->add_option("--runtime-dir", options.runtimeFolder,
                   "Folder of layerpipe's runtime; without it ../lib from this "
                   "program");
}

void layerpipe::driver::addPinOption(CLI::App &command, ModelOptions &options) {
  command
      .add_option("--pin", options.pinning,
                  "Keep the thread of each processor on a CPU of its own: "
                  "always, never, or where enough CPUs are free (the default)")
      ->type_name("auto|on|off")
      ->check(CLI::IsMember({"auto", "on", "off"}));
}

CLI::App &layerpipe::driver::addOnnxOptions(CLI::App &command,
                                            OnnxOptionTexts &onnx) {
  auto *import = command.add_option_group("Import");
  import
      ->add_option("--loss", onnx.losses,
                   "Of an ONNX model: cross-entropy or mse, the loss of its "
                   "output or of the one that is named, as in logits=mse. "
                   "Several outputs have a loss each, with weights and the "
                   "names of labels, as in aux=cross-entropy:0.3@species")
      ->type_name("[OUTPUT=]LOSS[:WEIGHT][@LABELS]")
      ->allow_extra_args(false);
  import
      ->add_option("--ignore-label", onnx.ignoredLabel,
                   "Of an ONNX model: positions with this label don't count in "
                   "cross-entropies; -100 where each position of a sample has "
                   "a label")
      ->type_name("N");
  import
      ->add_option("--dim", onnx.dimensions,
                   "Of an ONNX model: the size of a dimension that the file "
                   "gives a name only")
      ->type_name("NAME=N")
      ->allow_extra_args(false);
  import->add_flag("--train-batch-norm", onnx.trainBatchNorm,
                   "Of an ONNX model: normalise by the statistics of each "
                   "batch and keep running ones, also where it was exported "
                   "for inference");
  import
      ->add_option(
          "--running-variance", onnx.runningVariance,
          "Of an ONNX model: let running variances of batch "
          "normalisation be unbiased, as PyTorch's are, or biased, as "
          "ONNX's; auto is unbiased in models that PyTorch has written")
      ->type_name("auto|biased|unbiased")
      ->check(CLI::IsMember({"auto", "biased", "unbiased"}));
  import->add_flag("--train-dropout", onnx.trainDropout,
                   "Of an ONNX model: drop elements at random in training, "
                   "also where it was exported for inference");
  import
      ->add_option("--freeze", onnx.frozen,
                   "Of an ONNX model: don't train the parameters whose names "
                   "match this pattern, such as features.*")
      ->type_name("PATTERN")
      ->allow_extra_args(false);
  import->add_flag("--reinitialize", onnx.reinitialize,
                   "Of an ONNX model: start with new parameters, not with the "
                   "file's");
  return *import;
}

void layerpipe::driver::addImportOptions(CLI::App &command,
                                         std::string &backwardSplit,
                                         OnnxOptionTexts &onnx) {
  addOnnxOptions(command, onnx)
      .add_option("--backward-split", backwardSplit,
                  "Of a profile: which backward times are divided into both "
                  "gradients, products or parameters, and the input's share, "
                  "such as parameters:0.4")
      ->capture_default_str();
}

void layerpipe::driver::addModelOptions(CLI::App &command,
                                        ModelOptions &options) {
  addNetworkOptions(command, options);
  addImportOptions(command, options.backwardSplit, options.onnx);
  auto *schedule = command.add_option_group("Schedule");
  schedule
      ->add_option("-p,--processors", options.processors,
                   "Number of processors, each one thread")
      ->transform(base::within(limits::processors))
      ->capture_default_str();
  schedule
      ->add_option("--strategy", options.strategy,
                   fmt::format("How tasks are spread: {}",
                               fmt::join(strategyNames(), ", ")))
      ->check(CLI::IsMember(strategyNames()))
      ->capture_default_str();
  schedule
      ->add_option("--schedule", options.givenSchedule,
                   "Schedule as this file says, which --emit-schedule or "
                   "compare --emit-schedules wrote, or anybody")
      ->type_name("FILE.json");
  addMachineOptions(command, options.machine);
  addSplitOptions(command, options.splits);
  addCostOptions(command, options.costs, /*canMeasure=*/true);
  auto *files = command.add_option_group("Further output");
  files
      ->add_option("--emit-schedule", options.scheduleFile,
                   "Write the schedule as JSON")
      ->type_name("FILE.json");
  files
      ->add_option("--emit-ir", options.irFile,
                   "Write the program before it is lowered to machine code")
      ->type_name("FILE.mlir");
  command.get_option_group("Code")
      ->add_option("--sanitize", options.sanitizer,
                   "thread: instrument the code for ThreadSanitizer")
      ->check(CLI::IsMember({"thread"}));
}
