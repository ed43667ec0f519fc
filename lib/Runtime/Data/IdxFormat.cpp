//===- IdxFormat.cpp - Data sets as MNIST has them ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Images and labels lie in a file each, gzipped or not.
//
//===----------------------------------------------------------------------===//

#include "DataFormat.h"

#include "layerpipe/Runtime/Data/Idx.h"

#include <fmt/format.h>

using namespace layerpipe;
using namespace layerpipe::runtime;

namespace {

class IdxFormat final : public ImageFormat {
protected:
  std::string names(Part part) const override {
    return fmt::format("{0}-images-idx3-ubyte[.gz] and "
                       "{0}-labels-idx1-ubyte[.gz]",
                       stem(part));
  }
  std::vector<std::string> findFiles(const std::string &folder,
                                     Part part) const override;
  Result<std::pair<NumberArray, NumberArray>>
  readImages(const std::string &folder, Part part) const override;

private:
  static const char *stem(Part part) {
    return part == Part::Training ? "train" : "t10k";
  }
  static std::string find(const std::string &folder, Part part,
                          const std::string &kind);
};

} // namespace

/// Returns the path of a file of this kind, such as "images-idx3-ubyte", or "".
/// It is named as on the web, "train-images-idx3-ubyte", or as an old unpacker
/// on Windows left it, "train-images.idx3-ubyte".
std::string IdxFormat::find(const std::string &folder, Part part,
                            const std::string &kind) {
  const std::string plain = stem(part) + ("-" + kind);
  std::string dotted = plain;
  dotted[dotted.find("-idx")] = '.';
  std::vector<std::string> paths =
      findNamed(folder, {plain, plain + ".gz", dotted, dotted + ".gz"});
  return paths.empty() ? "" : paths.front();
}

std::vector<std::string> IdxFormat::findFiles(const std::string &folder,
                                              Part part) const {
  std::vector<std::string> paths;
  for (const char *kind : {"images-idx3-ubyte", "labels-idx1-ubyte"})
    if (std::string path = find(folder, part, kind); !path.empty())
      paths.push_back(std::move(path));
  return paths;
}

Result<std::pair<NumberArray, NumberArray>>
IdxFormat::readImages(const std::string &folder, Part part) const {
  std::pair<NumberArray, NumberArray> arrays;
  const std::pair<const char *, NumberArray *> files[] = {
      {"images-idx3-ubyte", &arrays.first},
      {"labels-idx1-ubyte", &arrays.second}};
  for (auto [kind, array] : files) {
    std::string path = find(folder, part, kind);
    if (path.empty())
      return Error{
          fmt::format("{} has no {}-{}[.gz]", folder, stem(part), kind)};
    Result<IdxFile> file = readIdxFile(path);
    if (!file)
      return file.error();
    *array = {path, "U8", std::move(file->extents), std::move(file->values)};
  }
  return arrays;
}

const DataFormat &layerpipe::runtime::idxFormat() {
  static const IdxFormat format;
  return format;
}
