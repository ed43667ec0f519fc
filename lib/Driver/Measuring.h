//===- Measuring.h - What a compilation measures ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_MEASURING_H
#define LAYERPIPE_LIB_DRIVER_MEASURING_H

#include "layerpipe/Driver/ModelOptions.h"
#include "layerpipe/Runtime/Measurements.h"

#include "mlir/IR/BuiltinOps.h"

#include <set>

namespace layerpipe::driver {

/// This holds the measurements of one compilation, and of the programs that it
/// compiles on the way: what the file of measurements has of this machine, and
/// what was measured since. It also holds the time that there is for that.
class Measuring {
public:
  explicit Measuring(const ModelOptions &options) : options(options) {}

  /// Reads the file. A file that the user names, and that is none of
  /// measurements, is an error. Where the one in the cache folder can't be
  /// read, a note says so, and it is written anew.
  mlir::LogicalResult open();

  /// Names the candidate of each kernel op in `module`, a sched.program, and
  /// the layout of its weights, if kernels are measured, and measures those
  /// that nobody has measured yet. An op that names its candidate keeps it, and
  /// weights of which an op names a candidate or a layout keep theirs. Where
  /// kernels are not measured, no op names either afterwards. Errors are
  /// printed.
  mlir::LogicalResult chooseKernels(mlir::ModuleOp module);

  /// Returns whether some kernel takes its portable candidate because there was
  /// no time to measure it.
  bool wasLate() const { return !unmeasured.empty(); }
  /// Tells the user, once, how many kernels were not measured.
  void noteUnmeasured();

  /// Returns how many nanoseconds the kernels of the program for which they
  /// were chosen last take in one iteration, as far as they were measured.
  int64_t iterationNanoseconds() const { return iteration; }

  /// Returns the share of the time for measuring that is left, from 1 to 0.
  /// Kernels take processor time, so that a busy machine measures as many.
  double timeLeft() const;
  double budgetSeconds() const { return options.measureSeconds; }
  /// Says that measuring has taken so many seconds.
  void spend(double seconds) { spent += seconds; }

  /// Finds the times that led to this program's schedule, or nullptr.
  const runtime::MeasuredProgram *findProgram(const std::string &key) const {
    return known.findProgram(key);
  }
  /// Keeps the times of a program, in the file as well.
  void keepProgram(runtime::MeasuredProgram program);

private:
  int64_t nanosecondsOf(mlir::ModuleOp module) const;
  mlir::LogicalResult chooseLayouts(mlir::ModuleOp module);
  std::optional<runtime::Pace>
  paceOf(const runtime::KernelDescription &kernel) const;
  const runtime::MeasuredKernel *
  find(const runtime::KernelDescription &kernel) const;
  mlir::LogicalResult
  measureMissing(const std::vector<runtime::KernelDescription> &kernels);
  mlir::LogicalResult measureOne(const runtime::KernelDescription &kernel);
  bool isKnown(const runtime::KernelDescription &kernel);
  bool canBeMade(const runtime::MeasuredKernel &measured) const;
  void share();

  ModelOptions options;
  std::string path; ///< It is empty where no file is kept.
  bool isUsersFile = false;
  runtime::MachineMeasurements known;
  std::set<std::string> checked; ///< These kernels of the file can be made.
  std::set<std::string> refused; ///< These of the file can't.
  std::set<std::string> unmeasured;
  double spent = 0; ///< In seconds.
  int64_t iteration = 0;
  bool noted = false;
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_MEASURING_H
