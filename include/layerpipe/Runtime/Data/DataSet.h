//===- DataSet.h - Images with labels ---------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A data set is kept in memory. It comes from IDX files (MNIST's format),
// gzipped or not, or is synthetic. A pixel is its byte divided by 255.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_DATASET_H
#define LAYERPIPE_RUNTIME_DATA_DATASET_H

#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::runtime {

struct DataSet {
  int64_t samples = 0;
  int64_t elements = 0; ///< Counts those of one sample.
  std::vector<uint8_t> pixels;
  std::vector<uint8_t> labels;
};

struct DataSets {
  DataSet training;
  std::optional<DataSet> test;
};

/// This is an IDX file of unsigned bytes.
struct IdxFile {
  std::vector<int64_t> extents;
  std::vector<uint8_t> values;
};

/// Reads the bytes of an IDX file; `path` names the source in errors.
Result<IdxFile> parseIdx(const std::string &bytes, const std::string &path);
Result<IdxFile> readIdxFile(const std::string &path);

/// Reads the files train-images-idx3-ubyte, train-labels-idx1-ubyte and, if
/// they are there, t10k-…, and checks them against the program's input. The
/// names may also be spelled train-images.idx3-ubyte, and each may end with
/// `.gz`.
Result<DataSets> readDataSets(const std::string &folder,
                              const Manifest &manifest);

/// Makes images that a network can learn to tell apart. Each class has a random
/// prototype, and a sample is its class' prototype mixed with noise, half and
/// half. There are at most 4096 training samples and 64 MiB of them, and a
/// quarter of that for tests.
DataSets syntheticDataSets(const Manifest &manifest, uint64_t seed);

/// Copies a sample into place `place` of a batch's input and labels.
void copySample(const DataSet &data, int64_t sample, int64_t place,
                const Labels &labels, float *input, void *labelValues);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_DATASET_H
