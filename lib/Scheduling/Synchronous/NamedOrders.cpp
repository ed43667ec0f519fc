//===- NamedOrders.cpp - Orders that papers have named --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Synchronous/NamedOrders.h"

#include "Placements.h"
#include "ScheduleShapes.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::scheduling {
namespace {

const ScheduleDescription &descriptionOf(NamedSchedule schedule) {
  return scheduleDescriptions()[static_cast<size_t>(schedule)];
}

char toLower(char character) {
  bool upper = character >= 'A' && character <= 'Z';
  return upper ? static_cast<char>(character - 'A' + 'a') : character;
}

bool isNamed(const ScheduleDescription &description, std::string_view name) {
  return std::equal(name.begin(), name.end(), description.info.name.begin(),
                    description.info.name.end(),
                    [](char a, char b) { return toLower(a) == toLower(b); });
}

Status checkShape(const ScheduleDescription &description,
                  const ScheduleShape &shape) {
  std::string_view name = description.info.name;
  if (description.info.placement == Placement::bidirectional &&
      shape.p % 2 != 0)
    return Error{fmt::format("{} needs an even number of processors, not {}",
                             name, shape.p)};
  if (description.least && shape.m < description.least(shape))
    return Error{fmt::format("{} needs at least {} microbatches on {} "
                             "processors, not {}",
                             name, description.least(shape), shape.p, shape.m)};
  if (description.multiple && shape.m % description.multiple(shape) != 0)
    return Error{fmt::format("{} needs microbatches in groups of {} on {} "
                             "processors; {} are no multiple of that",
                             name, description.multiple(shape), shape.p,
                             shape.m)};
  return Status::success();
}

/// Lists the microbatches of each pipeline.
std::vector<std::vector<int64_t>> microbatchesOf(const PipelineProblem &problem,
                                                 int64_t pipelines) {
  std::vector<std::vector<int64_t>> lists(pipelines);
  for (int64_t m = 0; m < problem.microbatches; ++m)
    lists[problem.pipelines.empty() ? 0 : problem.pipelines[m]].push_back(m);
  return lists;
}

} // namespace

std::span<const NamedScheduleInfo> namedSchedules() {
  static const std::vector<NamedScheduleInfo> infos = [] {
    std::vector<NamedScheduleInfo> list;
    for (const ScheduleDescription &one : scheduleDescriptions())
      list.push_back(one.info);
    return list;
  }();
  return infos;
}

const NamedScheduleInfo &infoOf(NamedSchedule schedule) {
  return descriptionOf(schedule).info;
}

std::optional<NamedSchedule> parseNamedSchedule(std::string_view name) {
  for (const ScheduleDescription &one : scheduleDescriptions())
    if (isNamed(one, name))
      return one.info.schedule;
  return std::nullopt;
}

Result<PipelineOrder> makeNamedOrder(const PipelineProblem &problem,
                                     NamedSchedule schedule,
                                     const NamedOrderOptions &options) {
  if (Status status = check(problem); !status)
    return status;
  const ScheduleDescription &description = descriptionOf(schedule);
  Placement placement = description.info.placement;
  auto ranks = ranksOf(problem, placement);
  if (!ranks)
    return Error{fmt::format("{}: {}", description.info.name, ranks.message())};
  bool mirrored = placement == Placement::bidirectional;
  auto microbatches = microbatchesOf(problem, mirrored ? 2 : 1);
  int64_t p = ranks->size(), v = ranks->front().size();
  if (options.group < 0)
    return Error{fmt::format("groups of {} microbatches; there must be at "
                             "least one, or 0 for as many as processors",
                             options.group)};
  ScheduleShape shape{p, 0, static_cast<int64_t>(microbatches[0].size()), v,
                      options.group == 0 ? p : options.group};
  // Chunks of one pipeline have the same microbatches.
  if (!mirrored)
    microbatches.resize(v, microbatches[0]);
  PipelineOrder order;
  order.processors.resize(problem.machine.processors);
  for (const auto &list : microbatches) {
    shape.m = list.size();
    if (Status status = checkShape(description, shape); !status)
      return status;
  }
  for (const std::vector<int64_t> &stages : *ranks) {
    auto &row = order.processors[problem.stages[stages.front()].processor];
    row = description.pattern.empty()
              ? makeRow(description, shape, stages)
              : makePatternRow(description, shape, stages, microbatches);
    ++shape.r;
  }
  return order;
}

} // namespace layerpipe::scheduling
