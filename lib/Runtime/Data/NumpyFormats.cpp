//===- NumpyFormats.cpp - Data sets as arrays of NumPy --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Inputs and targets are .npy files, or the two members of a .npz file.
//
//===----------------------------------------------------------------------===//

#include "DataFormat.h"

#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Runtime/Data/Npy.h"
#include "layerpipe/Runtime/Data/Zip.h"

#include <fmt/format.h>

using namespace layerpipe;
using namespace layerpipe::runtime;

namespace {

class NpyFormat final : public DataFormat {
public:
  std::string names(Part part) const override {
    return fmt::format("{0}-inputs.npy and {0}-targets.npy", prefixOf(part));
  }
  std::vector<std::string> findFiles(const std::string &folder,
                                     Part part) const override {
    return findNamed(folder, {prefixOf(part) + "-inputs.npy",
                              prefixOf(part) + "-targets.npy"});
  }
  Result<SampleArrays> read(const std::string &folder,
                            Part part) const override;
};

class NpzFormat final : public OneFileFormat {
public:
  NpzFormat() : OneFileFormat(".npz") {}

private:
  Result<SampleArrays> parse(const std::string &archive,
                             const std::string &path) const override;
};

} // namespace

Result<SampleArrays> NpyFormat::read(const std::string &folder,
                                     Part part) const {
  SampleArrays arrays;
  const std::pair<const char *, NumberArray *> files[] = {
      {"inputs", &arrays.inputs}, {"targets", &arrays.targets}};
  for (auto [kind, array] : files) {
    const std::string path =
        fmt::format("{}/{}-{}.npy", folder, prefixOf(part), kind);
    Result<std::string> bytes = base::readFileBytes(path);
    if (!bytes)
      return bytes.error();
    Result<NumberArray> parsed = parseNpy(*bytes, path);
    if (!parsed)
      return parsed.error();
    *array = std::move(*parsed);
  }
  return arrays;
}

Result<SampleArrays> NpzFormat::parse(const std::string &archive,
                                      const std::string &path) const {
  SampleArrays arrays;
  const std::pair<const char *, NumberArray *> members[] = {
      {"inputs.npy", &arrays.inputs}, {"targets.npy", &arrays.targets}};
  for (auto [member, array] : members) {
    Result<std::string> bytes = readZipMember(archive, member, path);
    if (!bytes)
      return bytes.error();
    Result<NumberArray> parsed =
        parseNpy(*bytes, fmt::format("{} of {}", member, path));
    if (!parsed)
      return parsed.error();
    *array = std::move(*parsed);
  }
  return arrays;
}

const DataFormat &layerpipe::runtime::npyFormat() {
  static const NpyFormat format;
  return format;
}

const DataFormat &layerpipe::runtime::npzFormat() {
  static const NpzFormat format;
  return format;
}
