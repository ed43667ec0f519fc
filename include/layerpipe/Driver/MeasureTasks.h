//===- MeasureTasks.h - The times of tasks, measured ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_DRIVER_MEASURETASKS_H
#define LAYERPIPE_DRIVER_MEASURETASKS_H

#include "layerpipe/Driver/ModelOptions.h"

#include <cstdint>
#include <string>

namespace layerpipe::driver {

inline constexpr int64_t defaultProfileSteps = 100;

/// Compiles the network for one processor, trains it on synthetic data, and
/// writes a profile of its tasks. Errors are printed. Returns the exit status.
int measureTasks(const ModelOptions &options, const std::string &tool,
                 int64_t steps, const std::string &output);

} // namespace layerpipe::driver

#endif // LAYERPIPE_DRIVER_MEASURETASKS_H
