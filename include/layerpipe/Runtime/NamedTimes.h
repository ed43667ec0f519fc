//===- NamedTimes.h - Times of tasks, by name -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_NAMEDTIMES_H
#define LAYERPIPE_RUNTIME_NAMEDTIMES_H

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace layerpipe::runtime {

/// These are the times of a program's tasks, each a name and nanoseconds.
using NamedTimes = std::vector<std::pair<std::string, int64_t>>;

/// Returns the list of tasks as all files write it.
nlohmann::ordered_json tasksOf(const NamedTimes &times);

/// Returns a profile (docs/profile-format.md), which names its graph if there
/// is a name.
std::string writeProfile(const NamedTimes &times, std::string_view graph = "");

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_NAMEDTIMES_H
