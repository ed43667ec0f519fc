//===- Measurements.h - What was measured on which machine ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times of kernels and of programs' tasks hold for a CPU and for versions of
// libraries. A file keeps them, so that a second compilation measures nothing
// and chooses the same; docs/measurements-format.md describes it. Several
// compilations may use one file at once.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_MEASUREMENTS_H
#define LAYERPIPE_RUNTIME_MEASUREMENTS_H

#include "layerpipe/Runtime/MeasuredKernel.h"
#include "layerpipe/Runtime/NamedTimes.h"

#include <set>

namespace layerpipe::runtime {

/// This is what times depend on beside the kernel.
struct MachineIdentity {
  std::string cpu;   ///< Its vendor, family, model, stepping and name.
  std::string flags; ///< What the CPU can do, as the system spells it.
  std::map<std::string, std::string> libraries; ///< Their versions, by name.

  bool operator==(const MachineIdentity &) const = default;
};

/// Returns the identity of this machine with the libraries of `library`.
MachineIdentity identifyMachine(KernelLibrary &library);

/// These times led to a program's schedule.
struct MeasuredProgram {
  std::string key;     ///< It names the network and all options that decide.
  NamedTimes planned;  ///< The order of tasks was made for these.
  NamedTimes measured; ///< Tasks took these in that order; may be empty.
};

/// This is what was measured on one machine.
struct MachineMeasurements {
  MachineIdentity machine;
  /// Kernels are found by KernelDescription::toString().
  std::map<std::string, MeasuredKernel> kernels;
  std::vector<MeasuredProgram> programs; ///< The latest is the last.

  const MeasuredProgram *findProgram(const std::string &key) const;
  /// Takes what `other` has and this has not: what was measured first stays.
  /// It keeps only the latest 100 programs.
  void add(const MachineMeasurements &other);
};

/// These are the measurements of several machines that share a file.
struct Measurements {
  std::vector<MachineMeasurements> machines;

  /// Returns those of `machine`, which are empty if there are none yet.
  MachineMeasurements &of(const MachineIdentity &machine);
};

/// Reads and writes the format of docs/measurements-format.md. A text without a
/// byte has no measurements. An error names the place.
Result<Measurements> parseMeasurements(std::string_view text);
std::string writeMeasurements(const Measurements &measurements);

/// Says what becomes of a file that can't be read.
enum class DamagedFile { Refused, Replaced };

/// Reads the file. One that doesn't exist has no measurements.
Result<Measurements> readMeasurements(const std::string &path);

/// Adds `measured` to the file, and to `measured` what the file has by now of
/// its machine; what stands in the file stays, but for the kernels named in
/// `replaced`. The file is replaced at once, and another process that does the
/// same waits. Folders are made where they are missing.
Result<void> shareMeasurements(const std::string &path,
                               MachineMeasurements &measured,
                               DamagedFile damaged,
                               const std::set<std::string> &replaced = {});

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_MEASUREMENTS_H
