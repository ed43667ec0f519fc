//===- ProfileCommand.cpp - layerpipe profile -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "SharedOptions.h"
#include "layerpipe/Base/NumberOption.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Driver/Execute.h"
#include "layerpipe/Driver/MeasureTasks.h"
#include "layerpipe/Driver/UselessOptions.h"
#include "layerpipe/Transforms/OptionLimits.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <memory>
#include <vector>

using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

struct ProfileOptions {
  ModelOptions model;
  std::string output;
  int64_t steps = defaultProfileSteps;
};

} // namespace

void layerpipe::driver::addProfileCommand(CLI::App &app, Context &context) {
  CLI::App *command = app.add_subcommand(
      "profile", "Measure a network's tasks on this machine, for "
                 "--cost-model profile=FILE");
  auto options = std::make_shared<ProfileOptions>();
  addNetworkOptions(*command, options->model);
  addOnnxOptions(*command, options->model.onnx);
  addPinOption(*command, options->model);
  command
      ->add_option("-o,--output", options->output,
                   "The profile; without it the model's name and "
                   ".profile.json, in the current folder")
      ->type_name("FILE.json");
  command
      ->add_option(
          "-p,--processors", options->model.processors,
          "Measure beside so many copies of the network less one, each "
          "on a CPU of its own, as the processors of a program run")
      ->transform(base::within(limits::processors))
      ->capture_default_str();
  command
      ->add_option("--steps", options->steps,
                   "Iterations to measure; the first ones only warm up")
      ->transform(base::within(limits::profileSteps))
      ->capture_default_str();
  command->footer(
      "Example:\n"
      "  layerpipe profile examples/fashion-mnist/mlp.mlir -o mlp.json\n"
      "  layerpipe compile examples/fashion-mnist/mlp.mlir -p 2 --cost-model "
      "profile=mlp.json");
  command->callback([options, command, &context] {
    options->model.given = base::givenOptions(*command);
    if (options->output.empty() && options->model.model == "-") {
      printError("-o is missing: a network from standard input has no name "
                 "that the profile could have");
      context.status = 1;
      return;
    }
    if (options->output.empty())
      options->output =
          llvm::sys::path::stem(options->model.model).str() + ".profile.json";
    context.status = 1;
    if (failed(checkFiles(inputsOf(options->model),
                          {{"the profile", options->output}})))
      return;
    context.status = measureTasks(options->model, context.tool, options->steps,
                                  options->output);
    if (context.status == 0)
      base::print("profile      {}\n", options->output);
  });
}
