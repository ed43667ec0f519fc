//===- DataSet.h - Images with labels ---------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Data sets in memory: from IDX files (MNIST's format), gzipped or not, or
// synthetic. A pixel is its byte divided by 255.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATASET_H
#define LAYERPIPE_RUNTIME_DATASET_H

#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::runtime {

struct DataSet {
  int64_t samples = 0;
  int64_t elements = 0; ///< Of one sample.
  std::vector<uint8_t> pixels;
  std::vector<uint8_t> labels;
};

struct DataSets {
  DataSet training;
  std::optional<DataSet> test;
};

/// An IDX file of unsigned bytes.
struct IdxFile {
  std::vector<int64_t> extents;
  std::vector<uint8_t> values;
};

/// Reads the bytes of such a file; `path` names the source in errors.
Result<IdxFile> parseIdx(const std::string &bytes, const std::string &path);
Result<IdxFile> readIdxFile(const std::string &path);

/// The files train-images-idx3-ubyte, train-labels-idx1-ubyte and, if there,
/// t10k-…, also spelled train-images.idx3-ubyte, each possibly with `.gz`,
/// checked against the program's input.
Result<DataSets> readDataSets(const std::string &folder,
                              const Manifest &manifest);

/// Images that a network can learn to tell apart: each class has a random
/// prototype, and a sample is its class' prototype mixed with noise, half and
/// half. At most 4096 training samples and 64 MiB, a quarter of that for tests.
DataSets syntheticDataSets(const Manifest &manifest, uint64_t seed);

/// Copies a sample into place `place` of a batch's input and labels.
void copySample(const DataSet &data, int64_t sample, int64_t place,
                const Labels &labels, float *input, void *labelValues);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATASET_H
