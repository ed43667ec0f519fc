//===- ProgramSummary.cpp - What the compiler tells of a program ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProgramSummary.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/Quantities.h"
#include "layerpipe/Scheduling/Bounds/Bounds.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace layerpipe;
using namespace layerpipe::driver;
using namespace layerpipe::sched;

/// Returns the staleness of each layer, which is that of the parameters which
/// its updates write.
static std::map<int64_t, int64_t> stalenessOfLayers(ProgramOp program) {
  mlir::SymbolTable symbols(program);
  std::map<int64_t, int64_t> layers;
  for (auto processor : program.getBody().getOps<ProcessorOp>())
    for (auto slot : processor.getBody().getOps<SlotOp>())
      for (auto name : slot.getWrites().getAsRange<mlir::FlatSymbolRefAttr>()) {
        auto buffer = symbols.lookup<BufferOp>(name.getAttr());
        if (auto parameter = mlir::dyn_cast_or_null<ParameterAttr>(
                buffer.getInitialAttr())) {
          int64_t &staleness = layers[slot.getLayer()];
          staleness = std::max(staleness, parameter.getStaleness());
        }
      }
  return layers;
}

/// Writes "1-3: 2, 4: 0", with neighbouring layers of one staleness together.
static std::string describeStaleness(const std::map<int64_t, int64_t> &layers) {
  std::string text;
  for (auto first = layers.begin(); first != layers.end();) {
    auto last = first, next = std::next(first);
    for (; next != layers.end() && next->second == first->second; ++next)
      last = next;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", first->first);
    if (last != first)
      text += fmt::format("-{}", last->first);
    text += fmt::format(": {}", first->second);
    first = next;
  }
  return text;
}

static void addBuffers(ProgramOp program, ProgramSummary &summary) {
  for (auto buffer : program.getBody().getOps<BufferOp>()) {
    ++summary.buffers;
    summary.unsharedBytes += int64_t(buffer.getSlots()) * buffer.getStride();
  }
  summary.arenaBytes = program.getArenaBytes().value_or(0);
}

ProgramSummary layerpipe::driver::summarize(ProgramOp program,
                                            const std::string &limitedBy,
                                            const PinCost &pins) {
  ProgramSummary summary;
  summary.name = program.getSymName().str();
  summary.strategy = program.getStrategy().str();
  summary.timeUnit = program.getTimeUnit().str();
  summary.period = program.getPeriod();
  summary.lowerBound = program.getLowerBound();
  summary.limitedBy = limitedBy;
  summary.pins = pins;
  double busy = 0;
  for (auto processor : program.getBody().getOps<ProcessorOp>()) {
    auto slots = processor.getBody().getOps<SlotOp>();
    ++summary.processors;
    summary.processorsUsed += slots.empty() ? 0 : 1;
    for (SlotOp slot : slots) {
      ++summary.tasks;
      busy += double(slot.getDuration());
    }
  }
  summary.speedup = busy / double(summary.period);
  summary.utilization = summary.speedup / double(summary.processors);
  summary.staleness = stalenessOfLayers(program);
  addBuffers(program, summary);
  return summary;
}

/// Returns "2 processors", or "2 of 5 processors" where the others have nothing
/// to do.
static std::string describeProcessors(const ProgramSummary &summary) {
  std::string used = summary.processorsUsed == summary.processors
                         ? ""
                         : fmt::format("{} of ", summary.processorsUsed);
  return fmt::format("{}{} processor{}", used, summary.processors,
                     summary.processors == 1 ? "" : "s");
}

/// Writes "fc1 on 0, fc2 on 1; the period is 1.25 times the 100 without pins".
static std::string describePins(const ProgramSummary &summary) {
  std::string text;
  for (const auto &[layer, processor] : summary.pins.pins)
    text +=
        fmt::format("{}{} on {}", text.empty() ? "" : ", ", layer, processor);
  if (std::optional<int64_t> free = summary.pins.freePeriod)
    text += fmt::format("; the period is {:.2f} times the {} without pins",
                        double(summary.period) / double(*free), *free);
  return text;
}

std::string layerpipe::driver::formatText(const ProgramSummary &summary) {
  std::string text =
      fmt::format("program      {}, strategy {}\n", summary.name,
                  summary.strategy) +
      fmt::format("tasks        {} on {}\n", summary.tasks,
                  describeProcessors(summary)) +
      fmt::format("period       {} {}\n", summary.period, summary.timeUnit) +
      fmt::format("lower bound  {} {}, gap {}\n", summary.lowerBound,
                  summary.timeUnit,
                  base::percentText(
                      scheduling::gap(summary.period, summary.lowerBound)));
  if (!summary.limitedBy.empty())
    text += fmt::format("limited by   {}\n", summary.limitedBy);
  if (!summary.pins.pins.empty())
    text += fmt::format("pins         {}\n", describePins(summary));
  return text +
         fmt::format("speed-up     {:.2f} predicted over one processor, "
                     "utilization {}\n",
                     summary.speedup, base::percentText(summary.utilization)) +
         fmt::format("staleness    {} (layer: iterations)\n",
                     describeStaleness(summary.staleness)) +
         fmt::format("buffers      {}, {} bytes ({} without sharing memory)\n",
                     summary.buffers, summary.arenaBytes,
                     summary.unsharedBytes);
}

std::string layerpipe::driver::formatJson(const ProgramSummary &summary,
                                          const std::string &executable) {
  using Json = nlohmann::ordered_json;
  Json staleness = Json::array();
  for (auto [layer, iterations] : summary.staleness)
    staleness.push_back({{"layer", layer}, {"staleness", iterations}});
  Json json{{"program", summary.name},
            {"strategy", summary.strategy},
            {"tasks", summary.tasks},
            {"processors", summary.processors},
            {"processors_used", summary.processorsUsed},
            {"time_unit", summary.timeUnit},
            {"period", summary.period},
            {"lower_bound", summary.lowerBound},
            {"gap", scheduling::gap(summary.period, summary.lowerBound)},
            {"limited_by",
             summary.limitedBy.empty() ? Json() : Json(summary.limitedBy)},
            {"speedup", summary.speedup},
            {"utilization", summary.utilization},
            {"staleness", std::move(staleness)},
            {"buffers", summary.buffers},
            {"arena_bytes", summary.arenaBytes},
            {"unshared_bytes", summary.unsharedBytes},
            {"executable", executable}};
  if (std::optional<int64_t> free = summary.pins.freePeriod) {
    json["free_period"] = *free;
    json["pin_cost"] = double(summary.period) / double(*free);
  }
  return base::dumpJson(json, {.indent = 2}) + "\n";
}
