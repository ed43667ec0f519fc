//===- SequentialProgram.h - A network on one processor ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_DRIVER_SEQUENTIALPROGRAM_H
#define LAYERPIPE_LIB_DRIVER_SEQUENTIALPROGRAM_H

#include "Measuring.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Driver/Compiler.h"

namespace layerpipe::driver {

/// Compiles as compileModel does, with measurements that several programs of
/// one command share.
int compileModel(const ModelOptions &options, const std::string &tool,
                 const std::string &output, SummaryFormat format,
                 Measuring &measuring);

/// This is a program in which one processor runs every task by itself. The
/// tasks are the smallest that any strategy has; others are sums of these.
class SequentialProgram {
public:
  /// Compiles the network. Errors are printed.
  static mlir::FailureOr<SequentialProgram> compile(const ModelOptions &options,
                                                    const std::string &tool,
                                                    Measuring &measuring);

  /// Trains on synthetic data and writes a profile of the tasks to `output`,
  /// beside so many copies as the options have processors, less one. Errors are
  /// printed. Returns the exit status.
  int measure(int64_t steps, const std::string &output) const;

private:
  SequentialProgram(const ModelOptions &options, base::TemporaryFolder program)
      : options(options), program(std::move(program)) {}

  ModelOptions options;
  base::TemporaryFolder program;
};

} // namespace layerpipe::driver

#endif // LAYERPIPE_LIB_DRIVER_SEQUENTIALPROGRAM_H
