//===- NumpyFormats.cpp - Data sets as arrays of NumPy --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs and targets are .npy files, or the members of a .npz file.
//
//===----------------------------------------------------------------------===//

#include "DataFormat.h"

#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Runtime/Data/Npy.h"
#include "layerpipe/Runtime/Data/Zip.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace layerpipe;
using namespace layerpipe::runtime;

namespace {

class NpyFormat final : public DataFormat {
public:
  std::string names(Part part, const DataKeys &keys) const override {
    return fmt::format("{}", fmt::join(filesOf(part, keys), " and "));
  }
  std::vector<std::string> findFiles(const std::string &folder, Part part,
                                     const DataKeys &keys) const override {
    return findNamed(folder, filesOf(part, keys));
  }
  Result<SampleArrays> read(const std::string &folder, Part part,
                            const DataKeys &keys) const override;

private:
  static std::string fileOf(Part part, const std::string &key) {
    return fmt::format("{}-{}.npy", prefixOf(part), key);
  }
  static std::vector<std::string> filesOf(Part part, const DataKeys &keys) {
    std::vector<std::string> files;
    for (const std::string &key : keys.all())
      files.push_back(fileOf(part, key));
    return files;
  }
};

class NpzFormat final : public OneFileFormat {
public:
  NpzFormat() : OneFileFormat(".npz") {}

private:
  Result<SampleArrays> parse(const std::string &archive,
                             const std::string &path,
                             const DataKeys &keys) const override;
};

} // namespace

Result<SampleArrays> NpyFormat::read(const std::string &folder, Part part,
                                     const DataKeys &keys) const {
  return readArrays(keys, [&](const std::string &key) -> Result<NumberArray> {
    const std::string path = folder + "/" + fileOf(part, key);
    Result<std::string> bytes = base::readFileBytes(path);
    if (!bytes)
      return bytes.error();
    return parseNpy(*bytes, path);
  });
}

Result<SampleArrays> NpzFormat::parse(const std::string &archive,
                                      const std::string &path,
                                      const DataKeys &keys) const {
  return readArrays(keys, [&](const std::string &key) -> Result<NumberArray> {
    const std::string member = key + ".npy";
    Result<std::string> bytes = readZipMember(archive, member, path);
    if (!bytes)
      return bytes.error();
    return parseNpy(*bytes, fmt::format("{} of {}", member, path));
  });
}

const DataFormat &layerpipe::runtime::npyFormat() {
  static const NpyFormat format;
  return format;
}

const DataFormat &layerpipe::runtime::npzFormat() {
  static const NpzFormat format;
  return format;
}
