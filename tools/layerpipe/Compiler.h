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

/// The options that say what is compiled, and how.
struct ModelOptions {
  /// Those that the user gave, by their long names.
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
  /// "apart", "joined" or, as the strategy wants them, "".
  std::string activationGradients;
  CostOptions costs;
  std::string kernels = "onednn";
  std::string sanitizer;
  /// --pin of the programs that are run; empty: as they like.
  std::string pinning;
  std::string runtimeFolder;
  /// Not written if empty.
  std::string scheduleFile;
  std::string irFile;
};

/// Adds those of the network, its training and its kernels to a subcommand.
void addNetworkOptions(CLI::App &command, ModelOptions &options);

/// Adds --pin to a subcommand that runs programs.
void addPinOption(CLI::App &command, ModelOptions &options);

/// Adds all of them.
void addModelOptions(CLI::App &command, ModelOptions &options);

/// The files that the options name.
std::vector<NamedFile> inputsOf(const ModelOptions &options);
std::vector<NamedFile> outputsOf(const ModelOptions &options);

/// What compiling prints of what came out.
enum class SummaryFormat { none, text, json };

/// Compiles to the executable `output`, and prints its summary. A model that is
/// scheduled, or a sched.program, already is taken from there. Errors are
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
