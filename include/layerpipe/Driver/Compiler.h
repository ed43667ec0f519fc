//===- Compiler.h - From a model file to an executable ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_COMPILER_H
#define LAYERPIPE_DRIVER_COMPILER_H

#include "layerpipe/Driver/ModelOptions.h"

#include <string>

namespace layerpipe::driver {

/// Says in which form compiling prints what came out.
enum class SummaryFormat { none, text, json };

/// Compiles to the executable `output`, and prints its summary. `tool` is
/// argv[0] of this program, beside which the runtime is looked for. A model
/// that is scheduled already, or a sched.program, is taken from there on.
/// Errors are printed. Returns the exit status.
int compileModel(const ModelOptions &options, const std::string &tool,
                 const std::string &output, SummaryFormat format);

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_COMPILER_H
