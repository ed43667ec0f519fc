//===- ExportCommand.cpp - layerpipe export -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Command.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Interchange/Export.h"

#include <memory>

using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

struct ExportCommandOptions {
  std::string file;
  std::string format;
  std::string output = "-";
  std::string from{interchange::toString(interchange::newestTorch)};
  std::string to{interchange::toString(interchange::newestTorch)};
};

} // namespace

static scheduling::Result<std::string>
exportFile(const ExportCommandOptions &options) {
  interchange::ExportOptions wanted;
  wanted.format = *interchange::parseExportFormat(options.format);
  auto from = interchange::parseTorchVersion(options.from);
  if (!from)
    return scheduling::Error{"--from-pytorch: " + from.message()};
  auto to = interchange::parseTorchVersion(options.to);
  if (!to)
    return scheduling::Error{"--pytorch: " + to.message()};
  wanted.from = *from;
  wanted.to = *to;
  auto file = readInput(options.file);
  if (!file)
    return scheduling::Error{options.file +
                             ": can't read it: " + file.getError().message()};
  llvm::StringRef text = (*file)->getBuffer();
  auto written =
      interchange::exportSchedule({text.data(), text.size()}, wanted);
  if (!written)
    return scheduling::Error{options.file + ": " + written.message()};
  return written;
}

static int runExport(const ExportCommandOptions &options) {
  if (failed(checkFiles({{"the schedule", options.file}},
                        {{"-o", options.output}})))
    return 1;
  auto written = exportFile(options);
  if (!written) {
    printError(written.message());
    return 1;
  }
  return succeeded(writeTextFile(options.output, *written)) ? 0 : 1;
}

static std::vector<std::string> namesOfFormats() {
  std::vector<std::string> names;
  for (interchange::ExportFormat format : interchange::allExportFormats)
    names.emplace_back(interchange::toString(format));
  return names;
}

void layerpipe::driver::addExportCommand(CLI::App &app, Context &context) {
  auto options = std::make_shared<ExportCommandOptions>();
  CLI::App *command = app.add_subcommand(
      "export", "Write a schedule in the format of another runtime");
  command
      ->add_option("SCHEDULE", options->file,
                   "PyTorch's rows, or a schedule of layerpipe; - is standard "
                   "input")
      ->required();
  command->add_option("--format", options->format, "The format to write")
      ->required()
      ->check(CLI::IsMember(namesOfFormats()));
  command
      ->add_option("-o,--output", options->output,
                   "The file to write; - is standard output")
      ->capture_default_str();
  command
      ->add_option("--pytorch", options->to,
                   "The version of PyTorch that shall read the rows")
      ->capture_default_str();
  command
      ->add_option("--from-pytorch", options->from,
                   "The version of PyTorch that the given rows are for")
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  layerpipe export rows.csv --format pytorch-csv-comms -o safe.csv\n"
      "  layerpipe export mlp.json --format ssp");
  command->callback(
      [options, &context] { context.status = runExport(*options); });
}
