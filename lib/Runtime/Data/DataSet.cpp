//===- DataSet.cpp - Images with labels -----------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file finds, reads and checks a data set's files, and makes synthetic
// ones.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/DataSet.h"

#include "layerpipe/Base/FileBytes.h"

#include "layerpipe/Runtime/Random.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

using namespace layerpipe;
using namespace layerpipe::runtime;
namespace fs = std::filesystem;

static uint32_t bigEndian(const std::string &bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i)
    value = value << 8 | uint8_t(bytes[at + i]);
  return value;
}

Result<IdxFile> layerpipe::runtime::parseIdx(const std::string &bytes,
                                             const std::string &path) {
  constexpr char unsignedByte = 0x08;
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0 ||
      bytes[2] != unsignedByte)
    return Error{fmt::format("{} is not an IDX file of unsigned bytes", path)};
  size_t rank = uint8_t(bytes[3]), header = 4 + 4 * rank;
  if (rank == 0 || bytes.size() < header)
    return Error{fmt::format("{} is truncated: its header is cut off", path)};
  IdxFile file;
  uint64_t elements = 1, present = bytes.size() - header;
  for (size_t d = 0; d < rank; ++d) {
    file.extents.push_back(bigEndian(bytes, 4 + 4 * d));
    if (__builtin_mul_overflow(elements, uint64_t(file.extents[d]), &elements))
      elements = UINT64_MAX; // No file holds as many.
  }
  if (elements != present)
    return Error{fmt::format("{} is {}: its extents [{}] need {} bytes, but it "
                             "has {}",
                             path, elements > present ? "truncated" : "corrupt",
                             fmt::join(file.extents, ", "), elements, present)};
  file.values.assign(bytes.begin() + header, bytes.end());
  return file;
}

Result<IdxFile> layerpipe::runtime::readIdxFile(const std::string &path) {
  Result<std::string> bytes = base::readPossiblyGzipped(path);
  return bytes ? parseIdx(*bytes, path) : bytes.error();
}

/// Returns the path of a file in `folder`, gzipped or not, or "". The file is
/// named as on the web, "train-images-idx3-ubyte", or as an old unpacker on
/// Windows left it, "train-images.idx3-ubyte".
static std::string findFile(const std::string &folder, const std::string &stem,
                            const std::string &kind) {
  for (const char *separator : {"-", "."})
    for (const char *suffix : {"", ".gz"}) {
      fs::path path = fs::path(folder) / (stem + separator + kind + suffix);
      std::error_code error;
      if (fs::exists(path, error))
        return path.string();
    }
  return "";
}

static Result<void> checkImages(const IdxFile &images, const std::string &path,
                                const Manifest &manifest) {
  if (images.extents[0] == 0)
    return Error{fmt::format("{} holds no images", path)};
  int64_t elements = int64_t(images.values.size()) / images.extents[0];
  int64_t wanted = manifest.input.elementsPerSample();
  if (elements != wanted)
    return Error{fmt::format("{} has {} values per image, but {} takes {}",
                             path, elements, manifest.name, wanted)};
  return {};
}

static Result<void> checkLabels(const IdxFile &labels, const std::string &path,
                                const IdxFile &images,
                                const std::string &imagesPath,
                                const Manifest &manifest) {
  if (labels.extents.size() != 1 || labels.extents[0] != images.extents[0])
    return Error{fmt::format("{} has extents [{}], but {} holds {} images",
                             path, fmt::join(labels.extents, ", "), imagesPath,
                             images.extents[0])};
  for (size_t i = 0; i < labels.values.size(); ++i)
    if (labels.values[i] >= manifest.labels.classes)
      return Error{fmt::format("{}: label {} of sample {} is out of range: "
                               "there are {} classes, 0 to {}",
                               path, labels.values[i], i,
                               manifest.labels.classes,
                               manifest.labels.classes - 1)};
  return {};
}

static Result<DataSet> readDataSet(const std::string &imagesPath,
                                   const std::string &labelsPath,
                                   const Manifest &manifest) {
  Result<IdxFile> images = readIdxFile(imagesPath);
  if (!images)
    return images.error();
  if (Result<void> good = checkImages(*images, imagesPath, manifest); !good)
    return good.error();
  Result<IdxFile> labels = readIdxFile(labelsPath);
  if (!labels)
    return labels.error();
  if (Result<void> good =
          checkLabels(*labels, labelsPath, *images, imagesPath, manifest);
      !good)
    return good.error();
  return DataSet{images->extents[0], manifest.input.elementsPerSample(),
                 std::move(images->values), std::move(labels->values)};
}

Result<DataSets> layerpipe::runtime::readDataSets(const std::string &folder,
                                                  const Manifest &manifest) {
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return Error{fmt::format("there is no data folder {}", folder)};
  DataSets sets;
  for (bool training : {true, false}) {
    const std::string prefix = training ? "train" : "t10k";
    std::string images = findFile(folder, prefix + "-images", "idx3-ubyte");
    std::string labels = findFile(folder, prefix + "-labels", "idx1-ubyte");
    if (!training && images.empty() && labels.empty())
      break;
    if (images.empty() || labels.empty())
      return Error{fmt::format("{} has no {}-{}[.gz]", folder, prefix,
                               images.empty() ? "images-idx3-ubyte"
                                              : "labels-idx1-ubyte")};
    Result<DataSet> set = readDataSet(images, labels, manifest);
    if (!set)
      return set.error();
    if (training)
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

/// Makes so many samples, from sample `first` on, of the endless synthetic data
/// of `seed`.
static DataSet syntheticSamples(const Manifest &manifest, uint64_t seed,
                                int64_t first, int64_t samples) {
  DataSet set{samples, manifest.input.elementsPerSample(), {}, {}};
  // Labels are bytes, as in IDX files.
  uint64_t classes = std::min<int64_t>(manifest.labels.classes, 256);
  set.pixels.reserve(samples * set.elements);
  for (int64_t s = first; s < first + samples; ++s) {
    uint64_t label =
        randomBits(seed, RandomStream::syntheticLabels, s) % classes;
    set.labels.push_back(uint8_t(label));
    for (int64_t e = 0; e < set.elements; ++e) {
      uint64_t prototype =
          randomBits(seed, RandomStream::syntheticPrototypes + label, e);
      uint64_t noise = randomBits(seed, RandomStream::syntheticPixels + s, e);
      set.pixels.push_back(uint8_t(((prototype >> 56) + (noise >> 56)) / 2));
    }
  }
  return set;
}

DataSets layerpipe::runtime::syntheticDataSets(const Manifest &manifest,
                                               uint64_t seed) {
  constexpr int64_t mostSamples = 4096, mostBytes = int64_t(64) << 20;
  int64_t elements = manifest.input.elementsPerSample();
  int64_t samples = std::clamp<int64_t>(mostBytes / elements, 1, mostSamples);
  samples = std::max(samples, manifest.batch);
  int64_t tests = std::max<int64_t>(samples / 4, 1);
  return {syntheticSamples(manifest, seed, 0, samples),
          syntheticSamples(manifest, seed, samples, tests)};
}

/// Divides pixels by 255. Divisions are exact, so wider vectors give the same
/// bits. `inline` has each caller compiled for its own instructions.
__attribute__((always_inline)) static inline void
divide(const uint8_t *pixels, int64_t count, float *values) {
  for (int64_t e = 0; e < count; ++e)
    values[e] = float(pixels[e]) / 255.0f;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void
divideWide(const uint8_t *pixels, int64_t count, float *values) {
  divide(pixels, count, values);
}
#endif

/// Converts pixels to floats. This is the loader's main work. With as many
/// processors as CPUs it runs on a CPU that a processor wants, so it must be
/// short.
static void toFloats(const uint8_t *pixels, int64_t count, float *values) {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx2");
  if (wide)
    return divideWide(pixels, count, values);
#endif
  divide(pixels, count, values);
}

void layerpipe::runtime::copySample(const DataSet &data, int64_t sample,
                                    int64_t place, const Labels &labels,
                                    float *input, void *labelValues) {
  toFloats(data.pixels.data() + sample * data.elements, data.elements,
           input + place * data.elements);
  uint8_t label = data.labels[sample];
  if (labels.kind == LabelKind::Class) {
    static_cast<int32_t *>(labelValues)[place] = label;
    return;
  }
  float *row = static_cast<float *>(labelValues) + place * labels.classes;
  std::fill_n(row, labels.classes, 0.0f);
  row[label] = 1.0f;
}
