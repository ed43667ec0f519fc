//===- Export.cpp - Schedules become those of other runtimes --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Export.h"

#include "layerpipe/Interchange/SchedulingTools.h"
#include "layerpipe/Interchange/Tessel.h"
#include "layerpipe/Interchange/TorchCsv.h"
#include "layerpipe/Schedule/ScheduleJson.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::interchange {

using namespace scheduling;

namespace {

bool isTorch(ExportFormat format) {
  return format == ExportFormat::torch_csv ||
         format == ExportFormat::torch_csv_comms;
}

bool isForNetworks(ExportFormat format) {
  return format == ExportFormat::megatron || format == ExportFormat::torchtitan;
}

/// Says what is written in a format that isn't for actions alone.
std::string_view whatFor(ExportFormat format) {
  return isForNetworks(format)
             ? "plans of networks: it names modules. Name a network, and a "
               "strategy by --strategy"
             : "schedules that repeat with a period";
}

Result<std::string> writeTessel(const PipelineProblem &problem,
                                const PipelineOrder &order) {
  Result<TesselPlan> plan = toTessel(problem, order);
  if (!plan)
    return plan.error();
  return writeTesselJson(*plan) + "\n";
}

Result<std::string> exportRows(std::string_view text,
                               const ExportOptions &options) {
  Result<TorchRows> rows = readTorchCsv(text, options.from);
  if (!rows)
    return rows.error();
  Result<TorchFacts> facts = checkTorchRows(*rows);
  if (!facts)
    return facts.error();
  if (!isTorch(options.format) && options.format != ExportFormat::tessel)
    return Error{fmt::format("PyTorch's rows are not written as {}, which is "
                             "for {}",
                             toString(options.format),
                             whatFor(options.format))};
  return exportOrder(unitProblemOf(*facts), orderOf(*rows), options);
}

/// Writes a plan of Tessel, or a better one.
Result<std::string> exportPlan(std::string_view text,
                               const ExportOptions &options) {
  if (options.format != ExportFormat::tessel)
    return Error{"plans of Tessel are read, checked and searched, and not "
                 "written in other formats: they don't say which stage a "
                 "sub-graph is"};
  Result<TesselPlan> plan = readTesselJson(text);
  if (!plan)
    return plan.error();
  if (!options.search) {
    if (auto valid = checkTessel(*plan); !valid)
      return valid.error();
    return writeTesselJson(*plan) + "\n";
  }
  Result<TesselSearch> found = searchTessel(*plan, *options.search);
  if (!found)
    return found.error();
  return writeTesselJson(found->plan) + "\n";
}

Result<std::string> exportOurs(std::string_view text,
                               const ExportOptions &options) {
  Result<StaticSchedule> schedule = readScheduleJson(text);
  if (!schedule)
    return schedule.error();
  if (Status valid = check(*schedule); !valid)
    return valid;
  if (options.format == ExportFormat::ssp)
    return writeSsp(*schedule);
  if (options.format == ExportFormat::sdf3)
    return writeSdf3(*schedule);
  if (isForNetworks(options.format))
    return Error{fmt::format("schedules are not written as {}, which is for {}",
                             toString(options.format),
                             whatFor(options.format))};
  if (Status can = checkTorchCanSay(*schedule); !can && isTorch(options.format))
    return can;
  return Error{fmt::format("{} is for actions of microbatches and stages, and "
                           "this schedule repeats tasks with a period; it can "
                           "be written as ssp or sdf3",
                           toString(options.format))};
}

} // namespace

Result<std::string> exportOrder(const PipelineProblem &problem,
                                const PipelineOrder &order,
                                const ExportOptions &options) {
  if (options.format == ExportFormat::tessel)
    return writeTessel(problem, order);
  if (!isTorch(options.format))
    return Error{fmt::format("orders of microbatches are not written as {}, "
                             "which is for {}",
                             toString(options.format),
                             whatFor(options.format))};
  TorchLevel level = options.format == ExportFormat::torch_csv
                         ? TorchLevel::compute_only
                         : TorchLevel::compute_comms;
  Result<TorchRows> made =
      toTorchRows(problem, order,
                  {level, options.lowering, options.to >= TorchVersion::v2_10});
  if (!made)
    return made.error();
  return writeTorchCsv(*made, {options.to});
}

std::string_view toString(ExportFormat format) {
  switch (format) {
  case ExportFormat::torch_csv:
    return "pytorch-csv";
  case ExportFormat::torch_csv_comms:
    return "pytorch-csv-comms";
  case ExportFormat::tessel:
    return "tessel";
  case ExportFormat::megatron:
    return "megatron";
  case ExportFormat::torchtitan:
    return "torchtitan";
  case ExportFormat::ssp:
    return "ssp";
  case ExportFormat::sdf3:
    return "sdf3";
  }
  return "?";
}

std::optional<ExportFormat> parseExportFormat(std::string_view text) {
  const auto *found =
      std::find_if(allExportFormats.begin(), allExportFormats.end(),
                   [&](ExportFormat one) { return toString(one) == text; });
  if (found == allExportFormats.end())
    return std::nullopt;
  return *found;
}

Result<std::string> exportSchedule(std::string_view text,
                                   const ExportOptions &options) {
  if (looksLikeTessel(text))
    return exportPlan(text, options);
  if (options.search)
    return Error{"the search is for plans of Tessel"};
  return looksLikeTorchCsv(text) ? exportRows(text, options)
                                 : exportOurs(text, options);
}

} // namespace layerpipe::interchange
