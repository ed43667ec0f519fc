//===- Torchtitan.cpp - What torchtitan wants beside rows -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Torchtitan.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/Text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unordered_map>

namespace layerpipe::interchange {
namespace {

/// A text of JSON in UTF-8 is one of Python, too.
std::string quote(const std::string &text) {
  return base::dumpJson(nlohmann::json(text));
}

Status checkModules(const StageModules &modules, int64_t stages) {
  if (static_cast<int64_t>(modules.size()) != stages)
    return Error{fmt::format("there are modules for {} stages, and {} stages",
                             modules.size(), stages)};
  std::unordered_map<std::string_view, size_t> stageOf;
  for (size_t stage = 0; stage < modules.size(); ++stage) {
    if (modules[stage].empty())
      return Error{fmt::format("stage {} has no modules", stage)};
    for (const std::string &name : modules[stage]) {
      auto [found, added] = stageOf.try_emplace(name, stage);
      if (!added)
        return Error{fmt::format("the module '{}' is in stages {} and {}",
                                 base::printable(name), found->second, stage)};
    }
  }
  return Status::success();
}

/// Returns the schedule whose builder places stages so.
std::string_view scheduleFor(const TorchFacts &facts) {
  if (facts.placement == TorchPlacement::v)
    return "ZBVZeroBubble";
  return facts.stages == facts.ranks ? "1F1B" : "PipelineScheduleMulti";
}

} // namespace

Result<std::string> writeTorchtitanSettings(const TorchFacts &facts,
                                            const StageModules &modules,
                                            const std::string &csvPath) {
  if (facts.level != TorchLevel::compute_only)
    return Error{"torchtitan adds sends and receives itself; it wants rows of "
                 "compute_only"};
  if (Status can = checkTorchtitanPlacement(facts.rankOfStage, facts.ranks);
      !can)
    return can;
  if (Status valid = checkModules(modules, facts.stages); !valid)
    return valid;
  std::string parts;
  for (const std::vector<std::string> &stage : modules) {
    std::vector<std::string> names;
    for (const std::string &name : stage)
      names.push_back(quote(name));
    parts += fmt::format("        [{}],\n", fmt::join(names, ", "));
  }
  return fmt::format("parallelism=ParallelismConfig(\n"
                     "    pipeline_parallel_degree={},\n"
                     "    num_pp_microbatches={},\n"
                     "    pipeline_parallel_schedule=\"{}\",\n"
                     "    pipeline_parallel_schedule_csv={},\n"
                     "    module_fqns_per_model_part=[\n"
                     "{}"
                     "    ],\n"
                     "),\n",
                     facts.ranks, facts.microbatches, scheduleFor(facts),
                     quote(csvPath), parts);
}

} // namespace layerpipe::interchange
