//===- ModelOptions.h - What a user asks of the compiler --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are the options of compiling a network, whatever command they come
// from.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_MODELOPTIONS_H
#define LAYERPIPE_DRIVER_MODELOPTIONS_H

#include "layerpipe/Driver/CostOptions.h"
#include "layerpipe/Driver/MachineChoice.h"
#include "layerpipe/Driver/SplitOptions.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Import/OnnxOptions.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace layerpipe::driver {

/// These options say what is compiled, and how.
struct ModelOptions {
  /// The user gave these options, by their long names.
  std::set<std::string> given;
  std::string model;
  int64_t processors = 1;
  std::string strategy = "layerpipe-intra";
  /// The network is scheduled as this file says; if it is empty, by the
  /// strategy.
  std::string givenSchedule;
  MachineChoice machine;
  int64_t batch = 0;
  /// The samples of an iteration are divided into so many parts of one size.
  int64_t microbatches = 1;
  /// This says how a profile's backward times are divided.
  std::string backwardSplit = "products";
  /// This says how an ONNX model is taken.
  OnnxOptionTexts onnx;
  std::string optimizer = "sgd";
  /// What is empty is as the optimizer has it.
  std::string learningRate;
  std::map<std::string, std::string> coefficients; ///< By their options' names.
  /// Parameters whose names match one of these have no weight decay.
  std::vector<std::string> noDecay;
  /// The gradients' norm is at most this number; if it is empty, any.
  std::string clipNorm;
  SplitOptions splits;
  /// This is "apart", "joined" or, as the strategy wants them, "".
  std::string activationGradients;
  CostOptions costs;
  /// This is measured, portable or reference.
  std::string kernels = "measured";
  /// Measurements are kept in this file; if it is empty, in the user's cache
  /// folder; if it is "none", nowhere.
  std::string kernelCache;
  /// Measuring takes about so many seconds at most.
  double measureSeconds = 9;
  std::string sanitizer;
  /// The programs that are run get this value of --pin; if it is empty, they do
  /// as they like.
  std::string pinning;
  std::string runtimeFolder;
  /// The schedule is not written if this is empty.
  std::string scheduleFile;
  std::string irFile;
};

/// Returns the model of the costs: the one that the user gives, or the one that
/// follows from the other options. Costs are measured where kernels are, unless
/// a profile or a given schedule has times already, or a sanitizer would be
/// measured.
std::string costModelOf(const ModelOptions &options, bool isProfile);

/// Returns the files that the options name.
std::vector<NamedFile> inputsOf(const ModelOptions &options);
std::vector<NamedFile> outputsOf(const ModelOptions &options);

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_MODELOPTIONS_H
