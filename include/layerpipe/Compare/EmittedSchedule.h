//===- EmittedSchedule.h - A row's schedule as a file -----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions make the name and the text of the file that holds a row's
// schedule.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_COMPARE_EMITTEDSCHEDULE_H
#define LAYERPIPE_COMPARE_EMITTEDSCHEDULE_H

#include "layerpipe/Compare/Compare.h"

#include <string>
#include <string_view>

namespace layerpipe::compare {

struct EmittedSchedule {
  /// The file is called MODEL-STRATEGY-pN.json, or
  /// MODEL-STRATEGY-pN-VARIANT.json for a row with a variant. It is a plain
  /// name that can stand in any folder.
  std::string name;
  /// The text follows docs/schedule-format.md.
  std::string text;
};

/// Returns the name alone. It keeps letters and digits of ASCII, '.', '_' and
/// '-'; all other bytes become '_', and so does a leading '.' or '-'. An empty
/// model is called "model", and a model's name is cut after 100 bytes.
std::string scheduleFileName(std::string_view model, const Row &row);

EmittedSchedule makeEmittedSchedule(std::string_view model, const Row &row,
                                    const scheduling::StaticSchedule &schedule);

} // namespace layerpipe::compare

#endif // LAYERPIPE_COMPARE_EMITTEDSCHEDULE_H
