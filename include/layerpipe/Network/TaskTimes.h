//===- TaskTimes.h - Measured times of tasks --------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This header reads the profiles that programs write; docs/profile-format.md
// describes them.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_NETWORK_TASKTIMES_H
#define LAYERPIPE_NETWORK_TASKTIMES_H

#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace layerpipe::network {

/// Maps the name of a task to its nanoseconds.
using TaskTimes = std::unordered_map<std::string, int64_t>;

/// Reads the times of a profile. Fails, naming the place, on text that is no
/// profile of version 1 in nanoseconds, on a time that is negative or larger
/// than a graph may have, and on a second time for a task. Unknown keys are
/// ignored.
scheduling::Result<TaskTimes> readTaskTimes(std::string_view text);

} // namespace layerpipe::network

#endif // LAYERPIPE_NETWORK_TASKTIMES_H
