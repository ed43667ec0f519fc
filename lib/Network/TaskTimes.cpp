//===- TaskTimes.cpp - Measured times of tasks ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Network/TaskTimes.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/JsonReader.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

namespace layerpipe::network {

using base::JsonObjectReader;
using base::OtherKeys;
using Json = nlohmann::json;

static void readHeader(JsonObjectReader &root) {
  if (root.text("format") != "layerpipe-profile")
    root.fail("format", "must be \"layerpipe-profile\"");
  if (root.integer("version") != 1)
    root.fail("version", "must be 1");
  if (root.text("time_unit") != "ns")
    root.fail("time_unit", "must be \"ns\"");
}

scheduling::Result<TaskTimes> readTaskTimes(std::string_view text) {
  base::Result<Json> json = base::parseJson(text);
  if (!json)
    return scheduling::Error{"it is not JSON: " + json.error().message};
  base::JsonFailure failure;
  JsonObjectReader root(*json, json->is_object() ? "" : "the profile", failure,
                        OtherKeys::ignored);
  readHeader(root);
  TaskTimes times;
  root.each("tasks", [&](const Json &entry, const std::string &path) {
    JsonObjectReader task(entry, path, failure, OtherKeys::ignored);
    std::string name = task.text("name");
    int64_t time = task.integer("time", {0, scheduling::maxTotalTime});
    if (!times.emplace(name, time).second)
      task.fail("name", fmt::format("a second time for task '{}'", name));
  });
  if (failure)
    return scheduling::Error{failure.message};
  return times;
}

} // namespace layerpipe::network
