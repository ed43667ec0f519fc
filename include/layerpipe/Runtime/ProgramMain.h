//===- ProgramMain.h - A compiled program from start to end -----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This is what `main` of every executable does: read the command line, train or
// evaluate, report.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_PROGRAMMAIN_H
#define LAYERPIPE_RUNTIME_PROGRAMMAIN_H

#include "layerpipe/Runtime/Executor.h"

#include <string_view>

namespace layerpipe::runtime {

/// Joins the tables that the object file defines, whose sizes are given, and
/// checks the manifest.
Result<Program> loadProgram(std::string_view manifest,
                            const layerpipe_task_function *functions,
                            const void *const *parameterValues,
                            const TableSizes &tables, KernelLibrary *kernels);

/// Runs the program and returns the exit status: 0 when all is done, 1 for the
/// user's mistake (options, files, data, a loss that is no number), 3 for our
/// defect (a stall, a broken program), and 130 when interrupted.
int runProgram(int argc, const char *const *argv, const Program &program);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_PROGRAMMAIN_H
