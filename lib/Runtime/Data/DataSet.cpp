//===- DataSet.cpp - Samples with labels or targets -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file finds a folder's data, checks the arrays of any format against a
// program, and makes a data set of them.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/DataSet.h"

#include "DataFormat.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

using namespace layerpipe;
using namespace layerpipe::runtime;
namespace fs = std::filesystem;

/// Returns the extents of one sample, from the second dimension on, without
/// those of 1.
static std::vector<int64_t> sampleExtents(const std::vector<int64_t> &shape) {
  std::vector<int64_t> extents;
  for (size_t d = 1; d < shape.size(); ++d)
    if (shape[d] != 1)
      extents.push_back(shape[d]);
  return extents;
}

/// Checks that a sample has the shape that the program takes. Extents of 1 may
/// be left out, and a sample may be one long row; but an image with its colours
/// last is not one with its colours first.
static Result<void> checkInputs(const NumberArray &inputs,
                                const Manifest &manifest) {
  if (inputs.samples() == 0)
    return Error{fmt::format("{} holds no samples", inputs.origin)};
  const int64_t elements = inputs.valuesPerSample();
  const int64_t wanted = manifest.input.elementsPerSample();
  if (elements != wanted)
    return Error{fmt::format("{} has {} values per sample, but {} takes {}",
                             inputs.origin, elements, manifest.name, wanted)};
  const std::vector<int64_t> extents = sampleExtents(inputs.shape),
                             taken = sampleExtents(manifest.input.shape);
  if (extents.size() > 1 && taken.size() > 1 && extents != taken)
    return Error{fmt::format("{} has samples of [{}], but {} takes [{}]: "
                             "transpose them",
                             inputs.origin, fmt::join(extents, ", "),
                             manifest.name, fmt::join(taken, ", "))};
  return {};
}

static Result<void> readInputs(NumberArray inputs, DataSet &set) {
  if (inputs.type == "U8") {
    set.pixels = std::move(inputs.bytes);
    return {};
  }
  Result<std::vector<float>> values = floatsOf(inputs);
  if (!values)
    return values.error();
  set.values = std::move(*values);
  return {};
}

/// Takes integers, one per sample, as classes.
static Result<void> readClasses(const NumberArray &targets, int64_t classes,
                                DataSet &set) {
  const std::vector<int64_t> labels = integersOf(targets);
  for (size_t i = 0; i < labels.size(); ++i)
    if (labels[i] < 0 || labels[i] >= classes)
      return Error{fmt::format("{}: label {} of sample {} is out of range: "
                               "there are {} classes, 0 to {}",
                               targets.origin, labels[i], i, classes,
                               classes - 1)};
  set.labels.assign(labels.begin(), labels.end());
  return {};
}

/// Reads the targets, whose number of samples is right. One integer per sample
/// is a class; a network with dense labels takes rows of numbers, too.
static Result<void> readTargets(const NumberArray &targets,
                                const Manifest &manifest, DataSet &set) {
  const Labels &labels = manifest.labels;
  const int64_t values = targets.valuesPerSample();
  const bool dense = labels.kind == LabelKind::Dense;
  // One output learns numbers, so that integers are such, except for the bytes
  // of formats that have nothing but classes.
  const bool areNumbers = dense && labels.classes == 1 && targets.type != "U8";
  const bool areClasses = targets.hasIntegers() && values == 1 && !areNumbers;
  if (areClasses)
    return readClasses(targets, labels.classes, set);
  if (!dense)
    return Error{fmt::format("{} has {} values of type {} per sample, but {} "
                             "takes classes: one integer, of type U8, I32 or "
                             "I64",
                             targets.origin, values, targets.type,
                             manifest.name)};
  if (values != labels.classes)
    return Error{
        fmt::format("{} has {} values per sample, but {} learns {}{}",
                    targets.origin, values, manifest.name, labels.classes,
                    labels.classes > 1 ? ", or one integer, the class" : "")};
  Result<std::vector<float>> numbers = floatsOf(targets);
  if (!numbers)
    return numbers.error();
  set.targets = std::move(*numbers);
  return {};
}

static Result<DataSet> makeDataSet(SampleArrays arrays,
                                   const Manifest &manifest) {
  if (Result<void> good = checkInputs(arrays.inputs, manifest); !good)
    return good.error();
  DataSet set;
  set.samples = arrays.inputs.samples();
  set.elements = manifest.input.elementsPerSample();
  if (arrays.targets.samples() != set.samples)
    return Error{fmt::format("{} has shape [{}], but {} holds {} samples",
                             arrays.targets.origin,
                             fmt::join(arrays.targets.shape, ", "),
                             arrays.inputs.origin, set.samples)};
  Result<void> read = readTargets(arrays.targets, manifest, set);
  if (read)
    read = readInputs(std::move(arrays.inputs), set);
  if (!read)
    return read.error();
  return set;
}

/// Returns the one format in which the folder has training data.
static Result<const DataFormat *> findFormat(const std::string &folder) {
  const DataFormat *found = nullptr;
  std::vector<std::string> all;
  for (const DataFormat *format : dataFormats()) {
    all.push_back(format->names(Part::Training));
    if (format->findFiles(folder, Part::Training).empty())
      continue;
    if (found)
      return Error{fmt::format("{} has training data twice: {}, and {}; keep "
                               "one of them there",
                               folder, found->names(Part::Training),
                               all.back())};
    found = format;
  }
  if (!found)
    return Error{fmt::format("{} has no training data, which would be one of: "
                             "{}",
                             folder, fmt::join(all, "; "))};
  return found;
}

Result<DataSets> layerpipe::runtime::readDataSets(const std::string &folder,
                                                  const Manifest &manifest) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return Error{fmt::format("there is no data folder {}", folder)};
  Result<const DataFormat *> format = findFormat(folder);
  if (!format)
    return format.error();
  DataSets sets;
  for (Part part : {Part::Training, Part::Test}) {
    if ((*format)->findFiles(folder, part).empty())
      break;
    Result<SampleArrays> arrays = (*format)->read(folder, part);
    if (!arrays)
      return arrays.error();
    Result<DataSet> set = makeDataSet(std::move(*arrays), manifest);
    if (!set)
      return set.error();
    if (part == Part::Training)
      sets.training = std::move(*set);
    else
      sets.test = std::move(*set);
  }
  if (sets.training.samples < manifest.batch)
    return Error{fmt::format("{} holds {} training samples, less than one "
                             "batch of {}",
                             folder, sets.training.samples, manifest.batch)};
  return sets;
}

std::vector<std::string>
layerpipe::runtime::dataFiles(const std::string &folder) {
  std::vector<std::string> paths;
  for (const DataFormat *format : dataFormats())
    for (Part part : {Part::Training, Part::Test})
      for (std::string &path : format->findFiles(folder, part))
        paths.push_back(std::move(path));
  return paths;
}

std::string layerpipe::runtime::testDataNames() {
  std::vector<std::string> names;
  for (const DataFormat *format : dataFormats())
    names.push_back(format->names(Part::Test));
  return fmt::format("{}", fmt::join(names, "; "));
}
