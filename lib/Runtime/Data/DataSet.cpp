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
static Result<void> checkInput(const NumberArray &inputs, const Input &input,
                               const Manifest &manifest) {
  if (inputs.samples() == 0)
    return Error{fmt::format("{} holds no samples", inputs.origin)};
  const int64_t elements = inputs.valuesPerSample();
  const int64_t wanted = input.elementsPerSample();
  if (elements != wanted)
    return Error{fmt::format("{} has {} values per sample, but {} takes {}",
                             inputs.origin, elements, manifest.name, wanted)};
  const std::vector<int64_t> extents = sampleExtents(inputs.shape),
                             taken = sampleExtents(input.shape);
  if (extents.size() > 1 && taken.size() > 1 && extents != taken)
    return Error{fmt::format("{} has samples of [{}], but {} takes [{}]: "
                             "transpose them",
                             inputs.origin, fmt::join(extents, ", "),
                             manifest.name, fmt::join(taken, ", "))};
  return {};
}

static Result<void> readInput(NumberArray inputs, InputValues &set) {
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

/// Takes integers, one for each sample or position, as classes.
static Result<void> readClasses(const NumberArray &targets,
                                const Labels &wanted, LabelValues &set) {
  const int64_t classes = wanted.classes;
  const std::vector<int64_t> labels = integersOf(targets);
  for (size_t i = 0; i < labels.size(); ++i)
    if ((labels[i] < 0 || labels[i] >= classes) && labels[i] != wanted.ignored)
      return Error{fmt::format(
          "{}: label {} of sample {} is out of range: "
          "there are {} classes, 0 to {}{}",
          targets.origin, labels[i], int64_t(i) / targets.valuesPerSample(),
          classes, classes - 1,
          wanted.ignored ? fmt::format(", and {} for positions that "
                                       "don't count",
                                       *wanted.ignored)
                         : "")};
  set.labels.assign(labels.begin(), labels.end());
  return {};
}

/// Says which integers a program takes as classes.
static std::string describeClasses(const Labels &labels) {
  if (labels.positions() == 1)
    return "one integer";
  return fmt::format(
      "{} integers, one for each position [{}]", labels.positions(),
      fmt::join(labels.shape.begin() + 1, labels.shape.end(), ", "));
}

/// Reads the targets, whose number of samples is right. One integer for each
/// sample or position is a class; a network with dense labels takes rows of
/// numbers, too.
static Result<void> readTargets(const NumberArray &targets,
                                const Labels &labels, const Manifest &manifest,
                                LabelValues &set) {
  const int64_t values = targets.valuesPerSample();
  const bool dense = labels.kind == LabelKind::Dense;
  // One output learns numbers, so that integers are such, except for the bytes
  // of formats that have nothing but classes.
  const bool areNumbers = dense && labels.classes == 1 && targets.type != "U8";
  const bool areClasses =
      targets.hasIntegers() && values == labels.positions() && !areNumbers;
  if (areClasses)
    return readClasses(targets, labels, set);
  if (!dense)
    return Error{fmt::format("{} has {} values of type {} per sample, but {} "
                             "takes classes: {}, of type U8, I32 or I64",
                             targets.origin, values, targets.type,
                             manifest.name, describeClasses(labels))};
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

/// Checks that all arrays have as many samples as the first input.
static Result<void> checkSamples(const SampleArrays &arrays) {
  const NumberArray &first = arrays.inputs.front();
  for (const std::vector<NumberArray> *list : {&arrays.inputs, &arrays.targets})
    for (const NumberArray &array : *list)
      if (array.samples() != first.samples())
        return Error{fmt::format("{} has shape [{}], but {} holds {} samples",
                                 array.origin, fmt::join(array.shape, ", "),
                                 first.origin, first.samples())};
  return {};
}

static Result<DataSet> makeDataSet(SampleArrays arrays,
                                   const Manifest &manifest) {
  for (size_t i = 0; i < arrays.inputs.size(); ++i)
    if (Result<void> good =
            checkInput(arrays.inputs[i], manifest.inputs[i], manifest);
        !good)
      return good.error();
  if (Result<void> good = checkSamples(arrays); !good)
    return good.error();
  DataSet set;
  set.samples = arrays.inputs.front().samples();
  set.inputs.resize(arrays.inputs.size());
  set.labels.resize(arrays.targets.size());
  for (size_t i = 0; i < arrays.targets.size(); ++i)
    if (Result<void> read = readTargets(arrays.targets[i], manifest.labels[i],
                                        manifest, set.labels[i]);
        !read)
      return read.error();
  for (size_t i = 0; i < arrays.inputs.size(); ++i)
    if (Result<void> read =
            readInput(std::move(arrays.inputs[i]), set.inputs[i]);
        !read)
      return read.error();
  return set;
}

/// Returns the keys of a program's inputs and labels.
static DataKeys keysOf(const Manifest &manifest) {
  DataKeys keys;
  for (const Input &input : manifest.inputs)
    keys.inputs.push_back(dataKeyOf(input));
  for (const Labels &labels : manifest.labels)
    keys.targets.push_back(dataKeyOf(labels));
  return keys;
}

/// Returns the one format in which the folder has training data.
static Result<const DataFormat *> findFormat(const std::string &folder,
                                             const DataKeys &keys) {
  const DataFormat *found = nullptr;
  std::vector<std::string> all;
  for (const DataFormat *format : dataFormats()) {
    all.push_back(format->names(Part::Training, keys));
    if (format->findFiles(folder, Part::Training, keys).empty())
      continue;
    if (found)
      return Error{fmt::format("{} has training data twice: {}, and {}; keep "
                               "one of them there",
                               folder, found->names(Part::Training, keys),
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
  const DataKeys keys = keysOf(manifest);
  Result<const DataFormat *> format = findFormat(folder, keys);
  if (!format)
    return format.error();
  DataSets sets;
  for (Part part : {Part::Training, Part::Test}) {
    if ((*format)->findFiles(folder, part, keys).empty())
      break;
    Result<SampleArrays> arrays = (*format)->read(folder, part, keys);
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
layerpipe::runtime::dataFiles(const std::string &folder,
                              const Manifest &manifest) {
  const DataKeys keys = keysOf(manifest);
  std::vector<std::string> paths;
  for (const DataFormat *format : dataFormats())
    for (Part part : {Part::Training, Part::Test})
      for (std::string &path : format->findFiles(folder, part, keys))
        paths.push_back(std::move(path));
  return paths;
}

std::string layerpipe::runtime::testDataNames(const Manifest &manifest) {
  const DataKeys keys = keysOf(manifest);
  std::vector<std::string> names;
  for (const DataFormat *format : dataFormats())
    names.push_back(format->names(Part::Test, keys));
  return fmt::format("{}", fmt::join(names, "; "));
}
