//===- ExternalData.cpp - Tensors in files of their own -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExternalData.h"

#include "layerpipe/Base/Numbers.h"
#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

namespace layerpipe::onnx {

namespace fs = std::filesystem;

namespace {

/// Tells where a tensor's bytes are.
struct Place {
  std::string location;
  int64_t offset = 0;
  std::optional<int64_t> length;
};

} // namespace

/// Reads the keys that say where the bytes are. Other keys, a checksum among
/// them, are not used.
static Result<Place> readPlace(const proto::TensorProto &tensor) {
  Place place;
  for (const auto &entry : tensor.external_data()) {
    if (entry.key() == "location")
      place.location = entry.value();
    if (entry.key() != "offset" && entry.key() != "length")
      continue;
    constexpr base::Limits<int64_t> limits{0,
                                           std::numeric_limits<int64_t>::max()};
    Result<int64_t> number = base::parseNumber(entry.value(), limits);
    if (!number)
      return Error{fmt::format("the {} of its external data is wrong: {}",
                               entry.key(), number.message())};
    if (entry.key() == "offset")
      place.offset = *number;
    else
      place.length = *number;
  }
  return place;
}

/// Returns the path of a file, with all links resolved.
Result<std::string> ExternalFiles::resolve(const std::string &location) const {
  auto refused = [&](const std::string &why) {
    return Error{fmt::format("its external data is in the file '{}', {}",
                             base::printable(location), why)};
  };
  const fs::path relative(location);
  if (location.empty() || location.find('\0') != std::string::npos)
    return refused("which is no name of a file");
  if (folder.empty())
    return refused("but the model was given without its folder");
  if (relative.is_absolute() ||
      std::find(relative.begin(), relative.end(), "..") != relative.end())
    return refused("which may lie outside the model's folder; a relative path "
                   "without '..' would be right");
  std::error_code problem;
  const fs::path root = fs::canonical(folder, problem);
  if (problem)
    return refused(fmt::format("whose folder {} can't be found: {}", folder,
                               problem.message()));
  const fs::path path = fs::canonical(root / relative, problem);
  if (problem)
    return refused(fmt::format("which can't be found beside the model in {}: "
                               "{}",
                               folder, problem.message()));
  auto [inRoot, inPath] =
      std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  if (inRoot != root.end())
    return refused("which is a link that leads out of the model's folder");
  return path.string();
}

Result<ExternalFiles::File> ExternalFiles::open(const std::string &location) {
  auto found = files.find(location);
  if (found != files.end())
    return found->second;
  Result<std::string> path = resolve(location);
  if (!path)
    return path.error();
  Result<File> file = MappedFile::open(*path);
  if (!file)
    return Error{"its external data: " + file.message()};
  files.emplace(location, *file);
  return *file;
}

Result<Tensor> ExternalFiles::read(const proto::TensorProto &tensor,
                                   TensorType type, int64_t bytes) {
  Result<Place> place = readPlace(tensor);
  if (!place)
    return place.error();
  if (place->length && *place->length != bytes)
    return Error{fmt::format("its external data has {} bytes, but {} takes {}",
                             *place->length, toText(type), bytes)};
  Result<File> file = open(place->location);
  if (!file)
    return file.error();
  std::string_view content = (*file)->bytes();
  auto size = static_cast<int64_t>(content.size());
  if (place->offset > size)
    return Error{fmt::format("its external data begins at byte {} of the file "
                             "'{}', which has {} bytes",
                             place->offset, base::printable(place->location),
                             size)};
  if (bytes > size - place->offset)
    return Error{fmt::format("its external data takes {} bytes from byte {} of "
                             "the file '{}', which is too short with {} bytes",
                             bytes, place->offset,
                             base::printable(place->location), size)};
  return Tensor(std::move(type), content.substr(place->offset, bytes), *file);
}

} // namespace layerpipe::onnx
