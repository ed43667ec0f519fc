//===- CommandLine.h - The command line of a compiled program ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This header has the options that every executable understands.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_COMMANDLINE_H
#define LAYERPIPE_RUNTIME_COMMANDLINE_H

#include "layerpipe/Runtime/Data/Preparation.h"
#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/StepSizes.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace layerpipe::runtime {

/// This says which statistic of a task's durations a profile gives.
enum class ProfileStatistic {
  /// The median is what a task takes, whatever happens now and then.
  median,
  /// The mean is what adds up to periods.
  mean
};

/// A run may have at most so many iterations, whether by --steps or by
/// --epochs.
inline constexpr int64_t mostSteps = 10'000'000'000'000;

/// Says whether each thread of a processor stays on one CPU.
enum class Pinning {
  automatic, ///< It does where there is a free CPU for each thread.
  on,
  off
};

struct Options {
  std::string data; ///< A folder, or "synthetic".
  int64_t epochs = 1;
  std::optional<int64_t> steps; ///< This counts in place of epochs.
  /// The number of iterations is not known yet.
  StepSizes stepSizes;
  uint64_t seed = 1;
  bool givenSeed = false; ///< Otherwise a run that goes on has the one it had.
  Normalization normalization;
  Augmentation augmentation;
  bool shuffle = true;
  bool test = true; ///< Training ends with an evaluation.
  /// These are paths of files; "" means that there is none.
  std::string save, saveState, saveInitial, load, resume, metrics, trace,
      profile;
  ProfileStatistic profileStatistic = ProfileStatistic::median;
  /// Tensors in `load` that are no parameters are left out if this is true.
  bool loadIgnoreUnknown = false;
  /// These are in steps; 0 means only at the end.
  int64_t saveInterval = 0, evalInterval = 0;
  Pinning pinning = Pinning::automatic;
  bool sequential = false;
  bool evaluateOnly = false;
  bool describe = false;
  /// The summary goes to standard output as one JSON object, and nothing else
  /// goes there, if this is true.
  bool json = false;
  double stallTimeout = 60; ///< This is in seconds.
};

/// Parses the command line. Returns the options, or an exit status to end with
/// at once; help and errors have been printed then.
std::variant<int, Options> parseCommandLine(int argc, const char *const *argv,
                                            const Manifest &manifest);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_COMMANDLINE_H
