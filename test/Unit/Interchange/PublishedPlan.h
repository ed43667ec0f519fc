//===- PublishedPlan.h - a plan that Tessel has published -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_INTERCHANGE_PUBLISHEDPLAN_H
#define LAYERPIPE_TEST_UNIT_INTERCHANGE_PUBLISHEDPLAN_H

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace layerpipe::interchange {

/// Returns the text of a plan for four devices and six microbatches, from the
/// folder that LAYERPIPE_TEST_DATA names; nothing if there is none. It is empty
/// where the folder lacks the file.
inline std::optional<std::string> readPublishedPlan() {
  const char *folder = std::getenv("LAYERPIPE_TEST_DATA");
  if (!folder)
    return std::nullopt;
  std::ifstream file(std::string(folder) + "/tessel/mllm-4-stages.json");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

} // namespace layerpipe::interchange

#endif // LAYERPIPE_TEST_UNIT_INTERCHANGE_PUBLISHEDPLAN_H
