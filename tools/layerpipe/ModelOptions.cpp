//===- ModelOptions.cpp - The options that several subcommands share ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compiler.h"

#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Transforms/OptionLimits.h"
using namespace layerpipe;
using namespace layerpipe::driver;

static void addTrainingOptions(CLI::App &command, ModelOptions &options) {
  auto *training = command.add_option_group("Training");
  training
      ->add_option("--batch", options.batch,
                   "Samples per iteration; without it as the model says")
      ->transform(base::within(limits::batch));
  training->add_option("--optimizer", options.optimizer, "sgd or momentum")
      ->check(CLI::IsMember({"sgd", "momentum"}))
      ->capture_default_str();
  training
      ->add_option("--lr", options.learningRate,
                   "Step size, unless the executable is given one")
      ->transform(base::within(limits::learningRate))
      ->capture_default_str();
  training
      ->add_option("--momentum", options.momentum, "With --optimizer momentum")
      ->transform(base::within(limits::momentum))
      ->capture_default_str();
  training->add_option("--weight-decay", options.weightDecay, "L2 penalty")
      ->transform(base::within(limits::weightDecay))
      ->capture_default_str();
}

void layerpipe::driver::addNetworkOptions(CLI::App &command,
                                          ModelOptions &options) {
  command
      .add_option("model", options.model,
                  "The network, an .mlir file; - is standard input")
      ->required()
      ->type_name("MODEL.mlir");
  addTrainingOptions(command, options);
  auto *code = command.add_option_group("Code");
  code->add_option("--kernels", options.kernels,
                   "Library of the heavy ops: onednn, or reference (plain "
                   "loops)")
      ->check(CLI::IsMember({"onednn", "reference"}))
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

void layerpipe::driver::addModelOptions(CLI::App &command,
                                        ModelOptions &options) {
  addNetworkOptions(command, options);
  auto *schedule = command.add_option_group("Schedule");
  schedule
      ->add_option("-p,--processors", options.processors,
                   "Number of processors, each one thread")
      ->transform(base::within(limits::processors))
      ->capture_default_str();
  schedule
      ->add_option("--strategy", options.strategy,
                   "How tasks are spread: sequential, pipedream, "
                   "layerpipe-intra or layerpipe")
      ->check(CLI::IsMember(
          {"sequential", "pipedream", "layerpipe-intra", "layerpipe"}))
      ->capture_default_str();
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
