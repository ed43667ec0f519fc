//===- Safetensors.cpp - Tensor files -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the safetensors format itself. Checkpoint.cpp knows what a
// checkpoint of a program must contain.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Safetensors.h"

#include "TensorTypes.h"
#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/JsonReader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

using namespace layerpipe;
using namespace layerpipe::runtime;
using Json = nlohmann::json;

/// Data starts at a multiple of this; the format asks for 8.
static constexpr size_t dataAlignment = 64;
/// The format itself sets this limit, which keeps headers from being a burden.
static constexpr uint64_t longestHeader = 100'000'000;

std::string layerpipe::runtime::serializeTensors(const TensorFile &file) {
  Json header = Json::object();
  if (!file.metadata.empty())
    header["__metadata__"] = file.metadata;
  size_t offset = 0;
  for (const auto &[name, tensor] : file.tensors) {
    size_t bytes = tensor.values.size() * sizeof(float);
    header[name] = {{"dtype", "F32"},
                    {"shape", tensor.shape},
                    {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  std::string text = base::dumpJson(header);
  uint64_t length = 8 + text.size();
  length = (length + dataAlignment - 1) / dataAlignment * dataAlignment - 8;
  text.resize(length, ' ');
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  bytes += text;
  for (const auto &[name, tensor] : file.tensors)
    bytes.append(reinterpret_cast<const char *>(tensor.values.data()),
                 tensor.values.size() * sizeof(float));
  return bytes;
}

namespace {

/// Reads the entries of one header; `failure` keeps the first mistake.
class HeaderReader {
public:
  HeaderReader(std::string_view data) : data(data) {}

  void read(const Json &header) {
    for (const auto &item : header.items())
      if (item.key() == "__metadata__")
        readMetadata(item.value());
      else
        tensors[item.key()] = readTensor(item.value(), item.key());
    checkCoverage();
  }

  std::map<std::string, TensorRange> tensors;
  std::map<std::string, std::string> metadata;
  base::JsonFailure failure;

private:
  void readMetadata(const Json &json) {
    if (!json.is_object())
      return failure.add("__metadata__", "must be an object");
    for (const auto &item : json.items())
      if (item.value().is_string())
        metadata[item.key()] = item.value().get<std::string>();
      else
        failure.add("__metadata__." + item.key(), "must be a string");
  }

  TensorRange readTensor(const Json &json, const std::string &name) {
    const std::string path = "tensor " + name;
    base::JsonObjectReader object(json, path, failure,
                                  base::OtherKeys::ignored);
    TensorRange tensor;
    tensor.type = object.text("dtype");
    tensor.shape = object.integers("shape");
    std::vector<int64_t> offsets = object.integers("data_offsets");
    int64_t size = data.size();
    if (offsets.size() != 2 || offsets[0] < 0 || offsets[1] < offsets[0] ||
        offsets[1] > size)
      failure.add(path, "its data_offsets are no range of the file's data");
    else if (!fitsShape(tensor, offsets[1] - offsets[0]))
      failure.add(path, fmt::format("its shape doesn't fit its {} bytes of {}",
                                    offsets[1] - offsets[0], tensor.type));
    if (failure)
      return tensor;
    ranges.push_back({offsets[0], offsets[1]});
    tensor.data = data.substr(offsets[0], offsets[1] - offsets[0]);
    return tensor;
  }

  /// Returns whether the shape is valid and takes this many bytes. A type that
  /// this reader doesn't know may take any number.
  static bool fitsShape(const TensorRange &tensor, int64_t bytes) {
    int64_t elements = 1;
    bool empty = false;
    for (int64_t extent : tensor.shape) {
      if (extent < 0)
        return false;
      empty |= extent == 0;
      if (!empty && __builtin_mul_overflow(elements, extent, &elements))
        return false;
    }
    std::optional<int64_t> bits = bitsOf(tensor.type);
    int64_t total = 0;
    if (empty || !bits)
      return !bits || bytes == 0;
    return !__builtin_mul_overflow(elements, *bits, &total) && total % 8 == 0 &&
           total / 8 == bytes;
  }

  /// Checks that the tensors cover the data without holes, as the format
  /// demands.
  void checkCoverage() {
    std::sort(ranges.begin(), ranges.end());
    int64_t end = 0;
    for (auto [begin, next] : ranges) {
      if (begin != end)
        failure.add("header", "tensors overlap, or leave a hole");
      end = next;
    }
    if (end != int64_t(data.size()))
      failure.add("header", fmt::format("describes {} bytes of data, but the "
                                        "file has {}",
                                        end, data.size()));
  }

  std::string_view data;
  std::vector<std::pair<int64_t, int64_t>> ranges;
};

} // namespace

/// Reads the header, whose tensors view the bytes.
static Result<HeaderReader> readHeader(std::string_view bytes,
                                       const std::string &origin) {
  auto broken = [&](const std::string &what) {
    return Error{
        fmt::format("{} is not a valid safetensors file: {}", origin, what)};
  };
  uint64_t length = 0;
  if (bytes.size() < 8)
    return broken("it is shorter than 8 bytes");
  std::memcpy(&length, bytes.data(), 8);
  if (length > longestHeader)
    return broken(fmt::format("its header claims {} bytes; the format allows "
                              "{}",
                              length, longestHeader));
  if (length > bytes.size() - 8)
    return broken(fmt::format("its header claims {} bytes, but {} follow",
                              length, bytes.size() - 8));
  std::string_view text = bytes.substr(8, length);
  if (!text.starts_with('{'))
    return broken("its header doesn't begin with {");
  Result<Json> header = base::parseJson(text);
  if (!header)
    return broken("its header is not JSON: " + header.error().message);
  HeaderReader reader(bytes.substr(8 + length));
  reader.read(*header);
  if (reader.failure)
    return broken(reader.failure.message);
  return reader;
}

Result<std::map<std::string, TensorRange>>
layerpipe::runtime::findTensors(std::string_view bytes,
                                const std::string &origin) {
  Result<HeaderReader> reader = readHeader(bytes, origin);
  if (!reader)
    return reader.error();
  return std::move(reader->tensors);
}

/// Converts the elements if the type has numbers.
static Tensor toTensor(TensorRange range) {
  Tensor tensor{std::move(range.shape), {}, std::move(range.type), {}};
  if (!isConvertible(tensor.type))
    return tensor;
  Result<std::vector<float>> values = toFloats(tensor.type, range.data);
  if (values)
    tensor.values = std::move(*values);
  else
    tensor.problem = values.error().message;
  return tensor;
}

Result<TensorFile> layerpipe::runtime::parseTensors(const std::string &bytes,
                                                    const std::string &origin) {
  Result<HeaderReader> reader = readHeader(bytes, origin);
  if (!reader)
    return reader.error();
  TensorFile file;
  file.metadata = std::move(reader->metadata);
  for (auto &[name, range] : reader->tensors)
    file.tensors[name] = toTensor(std::move(range));
  return file;
}

Result<TensorFile> layerpipe::runtime::readTensors(const std::string &path) {
  Result<std::string> bytes = base::readFileBytes(path);
  if (!bytes)
    return bytes.error();
  return parseTensors(*bytes, path);
}
