//===- CifarFormat.cpp - Data sets as CIFAR-10 has them -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files hold records of a label and an image of 32 x 32 pixels: all red values,
// all green ones, all blue ones.
//
//===----------------------------------------------------------------------===//

#include "DataFormat.h"

#include "layerpipe/Base/FileBytes.h"

#include <fmt/format.h>

using namespace layerpipe;
using namespace layerpipe::runtime;

namespace {

class CifarFormat final : public ImageFormat {
protected:
  std::string names(Part part) const override {
    return part == Part::Training ? "data_batch_1.bin to data_batch_5.bin"
                                  : "test_batch.bin";
  }
  std::vector<std::string> findFiles(const std::string &folder,
                                     Part part) const override {
    if (part == Part::Test)
      return findNamed(folder, {"test_batch.bin"});
    return findNamed(folder, {"data_batch_1.bin", "data_batch_2.bin",
                              "data_batch_3.bin", "data_batch_4.bin",
                              "data_batch_5.bin"});
  }
  Result<std::pair<NumberArray, NumberArray>>
  readImages(const std::string &folder, Part part) const override;
};

} // namespace

static constexpr size_t pixelBytes = size_t{3} * 32 * 32,
                        recordBytes = 1 + pixelBytes;

/// Appends the records of a file.
static Result<void> append(const std::string &path, NumberArray &images,
                           NumberArray &classes) {
  Result<std::string> bytes = base::readFileBytes(path);
  if (!bytes)
    return bytes.error();
  if (bytes->size() % recordBytes != 0)
    return Error{fmt::format("{} has {} bytes, which are no whole records of "
                             "{}: a label and 3 x 32 x 32 pixels",
                             path, bytes->size(), recordBytes)};
  for (size_t at = 0; at < bytes->size(); at += recordBytes) {
    auto record = bytes->begin() + ptrdiff_t(at);
    classes.bytes.push_back(uint8_t(*record));
    images.bytes.insert(images.bytes.end(), record + 1, record + recordBytes);
  }
  return {};
}

Result<std::pair<NumberArray, NumberArray>>
CifarFormat::readImages(const std::string &folder, Part part) const {
  const std::vector<std::string> paths = findFiles(folder, part);
  const std::string origin =
      paths.size() == 1
          ? paths[0]
          : fmt::format("the data in {} to {}", paths.front(), paths.back());
  NumberArray images{origin, "U8", {}, {}}, classes{origin, "U8", {}, {}};
  for (const std::string &path : paths)
    if (Result<void> appended = append(path, images, classes); !appended)
      return appended.error();
  const auto samples = int64_t(classes.bytes.size());
  images.shape = {samples, 3, 32, 32};
  classes.shape = {samples};
  return std::pair(std::move(images), std::move(classes));
}

const DataFormat &layerpipe::runtime::cifarFormat() {
  static const CifarFormat format;
  return format;
}
