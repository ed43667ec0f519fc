//===- SharedOptions.h - Options of several subcommands ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TOOLS_LAYERPIPE_SHAREDOPTIONS_H
#define LAYERPIPE_TOOLS_LAYERPIPE_SHAREDOPTIONS_H

#include "layerpipe/Driver/ModelOptions.h"

#include <CLI/CLI.hpp>

namespace layerpipe::driver {

/// Adds the options of the network, its training and its kernels to a
/// subcommand.
void addNetworkOptions(CLI::App &command, ModelOptions &options);

/// Adds the options that say how ONNX models are read, and returns their group.
CLI::App &addOnnxOptions(CLI::App &command, OnnxOptionTexts &onnx);

/// Adds the options that say how profiles and ONNX models are read.
void addImportOptions(CLI::App &command, std::string &backwardSplit,
                      OnnxOptionTexts &onnx);

/// Adds --pin to a subcommand that runs programs.
void addPinOption(CLI::App &command, ModelOptions &options);

/// Adds all options of a model to a subcommand.
void addModelOptions(CLI::App &command, ModelOptions &options);

/// Adds --microbatches to a subcommand or a group of options.
void addMicrobatches(CLI::App &command, int64_t &microbatches);

/// Adds --clip-norm likewise.
void addClipNorm(CLI::App &command, std::string &clipNorm);

/// Adds the options to a subcommand; `measure` is only for one that can run the
/// network.
void addCostOptions(CLI::App &command, CostOptions &options, bool canMeasure);

/// Adds the options that describe a machine, each itself or all by a file.
void addMachineOptions(CLI::App &command, MachineChoice &machine);

/// Adds the options of splits and objectives to a subcommand.
void addSplitOptions(CLI::App &command, SplitOptions &options);

} // namespace layerpipe::driver

#endif // LAYERPIPE_TOOLS_LAYERPIPE_SHAREDOPTIONS_H
