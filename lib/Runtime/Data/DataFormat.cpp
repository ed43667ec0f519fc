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

#include <fmt/format.h>
#include <fmt/ranges.h>

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

std::vector<std::string> DataKeys::all() const {
  std::vector<std::string> keys = inputs;
  keys.insert(keys.end(), targets.begin(), targets.end());
  return keys;
}

Result<SampleArrays> layerpipe::runtime::readArrays(
    const DataKeys &keys,
    const std::function<Result<NumberArray>(const std::string &key)> &read) {
  SampleArrays arrays;
  for (auto [names, list] : {std::pair(&keys.inputs, &arrays.inputs),
                             std::pair(&keys.targets, &arrays.targets)})
    for (const std::string &key : *names) {
      Result<NumberArray> array = read(key);
      if (!array)
        return array.error();
      list->push_back(std::move(*array));
    }
  return arrays;
}

Result<SampleArrays> ImageFormat::read(const std::string &folder, Part part,
                                       const DataKeys &keys) const {
  if (keys.inputs.size() != 1 || keys.targets.size() != 1)
    return Error{fmt::format("{} in {} are images and their classes, but the "
                             "program takes {}",
                             names(part), folder, fmt::join(keys.all(), ", "))};
  auto read = readImages(folder, part);
  if (!read)
    return read.error();
  SampleArrays arrays;
  arrays.inputs.push_back(std::move(read->first));
  arrays.targets.push_back(std::move(read->second));
  return arrays;
}

std::string OneFileFormat::names(Part part, const DataKeys &) const {
  return prefixOf(part) + ending;
}

std::vector<std::string> OneFileFormat::findFiles(const std::string &folder,
                                                  Part part,
                                                  const DataKeys &keys) const {
  return findNamed(folder, {names(part, keys)});
}

Result<SampleArrays> OneFileFormat::read(const std::string &folder, Part part,
                                         const DataKeys &keys) const {
  const std::string path = folder + "/" + names(part, keys);
  Result<std::string> bytes = base::readFileBytes(path);
  if (!bytes)
    return bytes.error();
  return parse(*bytes, path, keys);
}
