//===- ScheduleFile.h - A row's schedule as a file --------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The name and the text of the file that holds a row's schedule.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_COMPARE_SCHEDULEFILE_H
#define LAYERPIPE_COMPARE_SCHEDULEFILE_H

#include "layerpipe/Compare/Compare.h"

#include <string>
#include <string_view>

namespace layerpipe::compare {

struct ScheduleFile {
  /// MODEL-STRATEGY-pN.json, with a variant MODEL-STRATEGY-pN-VARIANT.json: a
  /// plain name in any folder.
  std::string name;
  /// docs/schedule-format.md.
  std::string text;
};

/// The name alone. Letters and digits of ASCII, '.', '_' and '-' are kept, all
/// other bytes become '_', and so does a leading '.' or '-'; an empty model is
/// "model"; a model's name is cut after 100 bytes.
std::string scheduleFileName(std::string_view model, const Row &row);

ScheduleFile makeScheduleFile(std::string_view model, const Row &row,
                              const scheduling::StaticSchedule &schedule);

} // namespace layerpipe::compare

#endif // LAYERPIPE_COMPARE_SCHEDULEFILE_H
