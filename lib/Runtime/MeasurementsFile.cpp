//===- MeasurementsFile.cpp - A file that processes share -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whoever adds to the file holds a lock on its folder while it reads, merges
// and replaces. Readers need no lock, because the file is replaced whole.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Measurements.h"

#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Base/FolderLock.h"
#include "layerpipe/Base/OutputFile.h"

#include <filesystem>

using namespace layerpipe;
using namespace layerpipe::runtime;
namespace fs = std::filesystem;

Result<Measurements>
layerpipe::runtime::readMeasurements(const std::string &path) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (status.type() == fs::file_type::not_found)
    return Measurements();
  if (!failed && !fs::is_regular_file(status))
    return Error{"'" + path + "' is no regular file"};
  Result<std::string> text = base::readFileBytes(path);
  if (!text)
    return text.error();
  Result<Measurements> measurements = parseMeasurements(*text);
  if (!measurements)
    return Error{"'" + path +
                 "' is no file of measurements: " + measurements.message()};
  return measurements;
}

Result<void> layerpipe::runtime::shareMeasurements(
    const std::string &path, MachineMeasurements &measured, DamagedFile damaged,
    const std::set<std::string> &replaced) {
  fs::path folder = fs::path(path).parent_path();
  if (folder.empty())
    folder = ".";
  std::error_code failed;
  fs::create_directories(folder, failed);
  // Where no lock is to be had, a race may lose what the other one adds, which
  // is then measured again; the file is whole in any case.
  const base::FolderLock lock(folder.string());
  Result<Measurements> shared = readMeasurements(path);
  if (!shared && damaged == DamagedFile::Refused)
    return shared.error();
  Measurements all = shared ? std::move(*shared) : Measurements();
  MachineMeasurements &own = all.of(measured.machine);
  for (const std::string &kernel : replaced)
    own.kernels.erase(kernel);
  own.add(measured);
  measured = own;
  return base::writeOutput(path, writeMeasurements(all));
}
