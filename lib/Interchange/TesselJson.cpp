//===- TesselJson.cpp - Tessel's plans as text ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/JsonReader.h"
#include "layerpipe/Interchange/Tessel.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace layerpipe::interchange {

using base::JsonObjectReader;
using scheduling::Error;
using scheduling::Result;
using Json = nlohmann::json;

namespace {

/// No step and no span is larger, so that no sum overflows.
constexpr int64_t maxSteps = scheduling::maxTotalTime;

std::optional<bool> parseBackward(std::string_view text) {
  if (text == "forward" || text == "backward")
    return text == "backward";
  return std::nullopt;
}

TesselBlock readBlock(const Json &json, const std::string &path,
                      base::JsonFailure &failure) {
  JsonObjectReader block(json, path, failure);
  TesselBlock result;
  result.microbatch = block.integer("mid", {0, scheduling::maxLayer});
  result.span = block.integer("span", {1, maxSteps});
  result.memory =
      block.integer("memory", {-scheduling::maxBytes, scheduling::maxBytes});
  result.backward = block.oneOf("btype", parseBackward);
  result.subgraph = block.integer("gid", {0, scheduling::maxLayer});
  result.step = block.integer("step", {0, maxSteps});
  result.devices = block.integers("device");
  return result;
}

std::optional<TesselRepetend> readRepetend(const Json &json,
                                           base::JsonFailure &failure) {
  if (json.is_null())
    return std::nullopt;
  if (!json.is_array() || json.size() != 2) {
    failure.add("repetend", "must be null or [first step, step behind]");
    return std::nullopt;
  }
  return TesselRepetend{
      base::readInteger(json[0], "repetend[0]", failure, {0, maxSteps}),
      base::readInteger(json[1], "repetend[1]", failure, {0, 2 * maxSteps})};
}

} // namespace

Result<TesselPlan> readTesselJson(std::string_view text) {
  base::Result<Json> json = base::parseJson(text);
  if (!json)
    return Error{"it is not JSON: " + json.error().message};
  base::JsonFailure failure;
  TesselPlan plan;
  {
    JsonObjectReader root(*json, json->is_object() ? "" : "the plan", failure);
    plan.devices = root.integer("ndevs", {1, scheduling::maxProcessors});
    root.each("blocks", [&](const Json &block, const std::string &path) {
      plan.blocks.push_back(readBlock(block, path, failure));
    });
    if (const Json *repetend = root.find("repetend"))
      plan.repetend = readRepetend(*repetend, failure);
  }
  if (failure)
    return Error{failure.message};
  return plan;
}

std::string writeTesselJson(const TesselPlan &plan) {
  std::vector<std::string> blocks;
  for (const TesselBlock &block : plan.blocks)
    blocks.push_back(fmt::format(
        R"({{"mid": {}, "span": {}, "memory": {}, "btype": "{}", "gid": {}, )"
        R"("step": {}, "device": [{}]}})",
        block.microbatch, block.span, block.memory,
        block.backward ? "backward" : "forward", block.subgraph, block.step,
        fmt::join(block.devices, ", ")));
  std::string repetend =
      plan.repetend
          ? fmt::format("[{}, {}]", plan.repetend->begin, plan.repetend->end)
          : "null";
  return fmt::format(R"({{"ndevs": {}, "blocks": [{}], "repetend": {}}})",
                     plan.devices, fmt::join(blocks, ", "), repetend);
}

bool looksLikeTessel(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && text[begin] == '{' &&
         text.find("\"ndevs\"") != std::string_view::npos &&
         text.find("\"blocks\"") != std::string_view::npos;
}

} // namespace layerpipe::interchange
