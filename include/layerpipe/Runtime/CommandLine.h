//===- CommandLine.h - The command line of a compiled program ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The options that every executable understands.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_COMMANDLINE_H
#define LAYERPIPE_RUNTIME_COMMANDLINE_H

#include "layerpipe/Runtime/Manifest.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace layerpipe::runtime {

/// What a profile says of a task's durations.
enum class ProfileStatistic {
  /// What a task takes, whatever happens now and then.
  median,
  /// What adds up to periods.
  mean
};

/// The most iterations that a run may have, by --steps or by --epochs.
inline constexpr int64_t mostSteps = 10'000'000'000'000;

/// Whether each thread of a processor stays on one CPU.
enum class Pinning {
  automatic, ///< Where there is a free CPU for each thread.
  on,
  off
};

struct Options {
  std::string data; ///< A folder, or "synthetic".
  int64_t epochs = 1;
  std::optional<int64_t> steps; ///< Instead of epochs.
  float learningRate = 0;
  uint64_t seed = 1;
  bool shuffle = true;
  /// Files; "" is none.
  std::string save, saveInitial, load, metrics, trace, profile;
  ProfileStatistic profileStatistic = ProfileStatistic::median;
  /// Tensors in `load` that are no parameters are left out.
  bool loadIgnoreUnknown = false;
  int64_t saveInterval = 0; ///< Steps; 0: only at the end.
  Pinning pinning = Pinning::automatic;
  bool sequential = false;
  bool evaluateOnly = false;
  bool describe = false;
  /// The summary as one JSON object on standard output, nothing else there.
  bool json = false;
  double stallTimeout = 60; ///< Seconds.
};

/// An exit status to end with at once, or the options. Help and errors have
/// been printed.
std::variant<int, Options> parseCommandLine(int argc, const char *const *argv,
                                            const Manifest &manifest);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_COMMANDLINE_H
