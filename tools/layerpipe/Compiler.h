//===- Compiler.h - From a model file to an executable ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_COMPILER_H
#define LAYERPIPE_TOOLS_LAYERPIPE_COMPILER_H

#include "Command.h"
#include "CostOptions.h"
#include "SplitOptions.h"
#include "TextFile.h"

#include <cstdint>
#include <set>
#include <string>

namespace layerpipe::driver {

/// These options say what is compiled, and how.
struct ModelOptions {
  /// The user gave these options, by their long names.
  std::set<std::string> given;
  std::string model;
  int64_t processors = 1;
  std::string strategy = "layerpipe-intra";
  int64_t batch = 0;
  std::string optimizer = "sgd";
  double learningRate = 0.1;
  double momentum = 0.9;
  double weightDecay = 0;
  SplitOptions splits;
  /// This is "apart", "joined" or, as the strategy wants them, "".
  std::string activationGradients;
  CostOptions costs;
  std::string kernels = "onednn";
  std::string sanitizer;
  /// The programs that are run get this value of --pin; if it is empty, they do
  /// as they like.
  std::string pinning;
  std::string runtimeFolder;
  /// The schedule is not written if this is empty.
  std::string scheduleFile;
  std::string irFile;
};

/// Adds the options of the network, its training and its kernels to a
/// subcommand.
void addNetworkOptions(CLI::App &command, ModelOptions &options);

/// Adds --pin to a subcommand that runs programs.
void addPinOption(CLI::App &command, ModelOptions &options);

/// Adds all options of a model to a subcommand.
void addModelOptions(CLI::App &command, ModelOptions &options);

/// Returns the files that the options name.
std::vector<NamedFile> inputsOf(const ModelOptions &options);
std::vector<NamedFile> outputsOf(const ModelOptions &options);

/// Says in which form compiling prints what came out.
enum class SummaryFormat { none, text, json };

/// Compiles to the executable `output`, and prints its summary. A model that is
/// scheduled already, or a sched.program, is taken from there on. Errors are
/// printed. Returns the exit status.
int compileModel(const ModelOptions &options, const Context &context,
                 const std::string &output, SummaryFormat format);

inline constexpr int64_t defaultProfileSteps = 100;

/// Compiles the network for one processor, trains it on synthetic data, and
/// writes a profile of its tasks. Errors are printed. Returns the exit status.
int measureTasks(const ModelOptions &options, const Context &context,
                 int64_t steps, const std::string &output);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_COMPILER_H
