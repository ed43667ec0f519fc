//===- DataSet.h - Samples with labels or targets ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A data set is kept in memory. It comes from a folder with files of one of
// several formats (docs/runtime.md lists them), or is synthetic. A byte stands
// for itself divided by 255.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_DATASET_H
#define LAYERPIPE_RUNTIME_DATA_DATASET_H

#include "layerpipe/Runtime/HostBatch.h"
#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::runtime {

/// These are the values of an input. They are either bytes or numbers; the
/// other list is empty.
struct InputValues {
  std::vector<uint8_t> pixels;
  std::vector<float> values;
};

/// These are labels. Samples have either classes, one for each position, or a
/// row of numbers each.
struct LabelValues {
  std::vector<int32_t> labels;
  std::vector<float> targets;
};

/// Inputs and labels are in the manifest's order.
struct DataSet {
  int64_t samples = 0;
  std::vector<InputValues> inputs;
  std::vector<LabelValues> labels;
};

struct DataSets {
  DataSet training;
  std::optional<DataSet> test;
};

/// Reads the training data and, if there are some, the test data of a folder,
/// in the format whose files are there, and checks them against the program's
/// inputs and labels.
Result<DataSets> readDataSets(const std::string &folder,
                              const Manifest &manifest);

/// Returns the paths of the files from which the program's data may be read in
/// a folder.
std::vector<std::string> dataFiles(const std::string &folder,
                                   const Manifest &manifest);

/// Names the files of test data in all formats, for people.
std::string testDataNames(const Manifest &manifest);

/// Makes inputs that a network can learn to tell apart. Each class has a random
/// prototype, and a sample is its class' prototype mixed with noise, half and
/// half. Where samples have several positions, the class of each depends on the
/// sample's class and on the input, and a part of them is ignored where the
/// network ignores any. There are at most 4096 training samples and 64 MiB of
/// them, and a quarter of that for tests.
DataSets syntheticDataSets(const Manifest &manifest, uint64_t seed);

/// Copies a sample into place `place` of a batch.
void copySample(const DataSet &data, int64_t sample, int64_t place,
                const Manifest &manifest, const HostBatch &batch);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_DATASET_H
