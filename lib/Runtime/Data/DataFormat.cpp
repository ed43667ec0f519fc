//===- DataFormat.cpp - Forms in which data sets come ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the list of formats, and what those of one file share.
//
//===----------------------------------------------------------------------===//

#include "DataFormat.h"

#include "layerpipe/Base/FileBytes.h"

#include <filesystem>

using namespace layerpipe;
using namespace layerpipe::runtime;
namespace fs = std::filesystem;

const std::vector<const DataFormat *> &layerpipe::runtime::dataFormats() {
  static const std::vector<const DataFormat *> formats = {
      &idxFormat(), &cifarFormat(), &npyFormat(), &npzFormat(),
      &safetensorsFormat()};
  return formats;
}

std::vector<std::string>
layerpipe::runtime::findNamed(const std::string &folder,
                              const std::vector<std::string> &names) {
  std::vector<std::string> paths;
  for (const std::string &name : names) {
    fs::path path = fs::path(folder) / name;
    std::error_code error;
    if (fs::exists(path, error))
      paths.push_back(path.string());
  }
  return paths;
}

std::string layerpipe::runtime::prefixOf(Part part) {
  return part == Part::Training ? "train" : "test";
}

std::string OneFileFormat::names(Part part) const {
  return prefixOf(part) + ending;
}

std::vector<std::string> OneFileFormat::findFiles(const std::string &folder,
                                                  Part part) const {
  return findNamed(folder, {names(part)});
}

Result<SampleArrays> OneFileFormat::read(const std::string &folder,
                                         Part part) const {
  const std::string path = folder + "/" + names(part);
  Result<std::string> bytes = base::readFileBytes(path);
  if (!bytes)
    return bytes.error();
  return parse(*bytes, path);
}
