//===- EmittedSchedule.cpp - A row's schedule as a file -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Compare/EmittedSchedule.h"

#include "layerpipe/Schedule/ScheduleJson.h"

#include <fmt/format.h>

namespace layerpipe::compare {

namespace {

bool isSafe(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/// Makes a file name of any text. The result is no folder, no hidden file and
/// no option.
std::string makeSafe(std::string_view text) {
  constexpr size_t longest = 100;
  std::string safe;
  for (char c : text.substr(0, longest))
    safe += isSafe(c) ? c : '_';
  if (safe.empty())
    return "model";
  if (safe.front() == '.' || safe.front() == '-')
    safe.front() = '_';
  return safe;
}

} // namespace

std::string scheduleFileName(std::string_view model, const Row &row) {
  std::string variant = row.variant ? fmt::format("-{}", *row.variant) : "";
  return fmt::format("{}-{}-p{}{}.json", makeSafe(model),
                     makeSafe(row.strategy), row.processors, variant);
}

EmittedSchedule
makeEmittedSchedule(std::string_view model, const Row &row,
                    const scheduling::StaticSchedule &schedule) {
  return {scheduleFileName(model, row), writeScheduleJson(schedule)};
}

} // namespace layerpipe::compare
