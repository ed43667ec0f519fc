//===- Export.h - Schedules become those of other runtimes ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_EXPORT_H
#define LAYERPIPE_INTERCHANGE_EXPORT_H

#include "layerpipe/Interchange/TesselSearch.h"
#include "layerpipe/Interchange/TorchOrder.h"
#include "layerpipe/Interchange/TorchVersion.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace layerpipe::interchange {

enum class ExportFormat : uint8_t {
  /// PyTorch's rows, aligned, without sends and receives.
  torch_csv,
  /// PyTorch's rows with sends and receives that never hang.
  torch_csv_comms,
  tessel,
  /// Megatron's layout of a network's layers.
  megatron,
  /// torchtitan's settings for a network.
  torchtitan,
  ssp,
  sdf3
};

inline constexpr std::array allExportFormats = {
    ExportFormat::torch_csv,  ExportFormat::torch_csv_comms,
    ExportFormat::tessel,     ExportFormat::megatron,
    ExportFormat::torchtitan, ExportFormat::ssp,
    ExportFormat::sdf3};

/// These are "pytorch-csv", "pytorch-csv-comms", "tessel", "megatron",
/// "torchtitan", "ssp" and "sdf3".
std::string_view toString(ExportFormat format);
std::optional<ExportFormat> parseExportFormat(std::string_view text);

struct ExportOptions {
  ExportFormat format = ExportFormat::torch_csv;
  /// PyTorch's rows are read as one version has them, and written as another.
  TorchVersion from = newestTorch;
  TorchVersion to = newestTorch;
  /// Says where receives stand.
  scheduling::Lowering lowering = scheduling::Lowering::matched_late;
  /// Instead of a plan of Tessel, the best that a search finds is written, if
  /// this says how.
  std::optional<TesselSearchOptions> search = std::nullopt;
};

/// Reads and checks a schedule, whichever it is, and writes it in a format:
/// PyTorch's rows become rows or a plan of Tessel, in which F takes one step
/// and B two, plans of Tessel become themselves or better ones, and schedules
/// of this project become graphs of CIRCT and SDF3. Fails, with the reason, on
/// what the format can't say.
Result<std::string> exportSchedule(std::string_view text,
                                   const ExportOptions &options);

/// Writes an order of microbatches in a format of actions. Fails, with the
/// reason, on what the format can't say.
Result<std::string> exportOrder(const scheduling::PipelineProblem &problem,
                                const scheduling::PipelineOrder &order,
                                const ExportOptions &options);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_EXPORT_H
