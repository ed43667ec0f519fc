//===- Palette.cpp - How kinds of tasks look ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Palette.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace layerpipe::report {

using namespace scheduling;

static constexpr KindStyle styles[] = {
    {TaskKind::forward, "#5e9fe0", "F", "forward"},
    {TaskKind::loss, "#e8cf4f", "L", "loss"},
    {TaskKind::backward, "#c48fd6", "B", "backward, both gradients"},
    {TaskKind::grad_input, "#ef9a55", "δ", "gradient of the input"},
    {TaskKind::grad_weight, "#4fb897", "G", "gradient of the weights"},
    {TaskKind::update, "#7d8794", "U", "update"},
    {TaskKind::norm, "#9a8fb0", "N", "norm of the gradients"},
    {TaskKind::other, "#bdb5a6", "·", "other"},
};

std::span<const KindStyle> kindStyles() { return styles; }

const KindStyle &styleOf(TaskKind kind) {
  const KindStyle *found =
      std::find_if(std::begin(styles), std::end(styles),
                   [&](const KindStyle &style) { return style.kind == kind; });
  return found == std::end(styles) ? *std::rbegin(styles) : *found;
}

std::vector<KindStyle> stylesIn(const StaticSchedule &schedule) {
  std::vector<KindStyle> present;
  for (const KindStyle &style : styles)
    if (std::any_of(
            schedule.tasks.begin(), schedule.tasks.end(),
            [&](const ScheduleTask &task) { return task.kind == style.kind; }))
      present.push_back(style);
  return present;
}

/// These strategies come in the order of their colours.
static constexpr std::string_view knownStrategies[] = {
    "sequential", "pipedream", "layerpipe-intra", "layerpipe",
    "pipedream-replicated"};

std::map<std::string, int64_t>
strategyStyles(const std::set<std::string> &names) {
  constexpr int64_t known = std::size(knownStrategies);
  std::map<std::string, int64_t> styles;
  int64_t others = 0;
  for (const std::string &name : names) {
    const auto *found =
        std::find(std::begin(knownStrategies), std::end(knownStrategies), name);
    styles[name] = found != std::end(knownStrategies)
                       ? found - std::begin(knownStrategies)
                       : known + others++ % (strategyColors - known);
  }
  return styles;
}

std::string labelOf(const ScheduleTask &task) {
  std::string label(styleOf(task.kind).letter);
  if (task.layer > 0)
    label += fmt::format("{}", task.layer);
  if (task.part)
    label += fmt::format("/{}", task.part->begin);
  return label;
}

} // namespace layerpipe::report
