//===- Safetensors.cpp - Tensor files -------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The safetensors format itself. What a checkpoint of a program must contain
// is Checkpoint.cpp's.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Safetensors.h"

#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Base/JsonReader.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

using namespace layerpipe;
using namespace layerpipe::runtime;
using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little,
              "safetensors data is little-endian");

/// Data starts at a multiple of this; the format asks for 8.
static constexpr size_t dataAlignment = 64;

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
  std::string text =
      header.dump(-1, ' ', false, Json::error_handler_t::replace);
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

  TensorFile read(const Json &header) {
    TensorFile file;
    if (!header.is_object()) {
      failure.add("header", "must be an object");
      return file;
    }
    for (const auto &item : header.items())
      if (item.key() == "__metadata__")
        readMetadata(item.value(), file);
      else
        file.tensors[item.key()] = readTensor(item.value(), item.key());
    checkCoverage();
    return file;
  }

  base::JsonFailure failure;

private:
  void readMetadata(const Json &json, TensorFile &file) {
    if (!json.is_object())
      return failure.add("__metadata__", "must be an object");
    for (const auto &item : json.items())
      if (item.value().is_string())
        file.metadata[item.key()] = item.value().get<std::string>();
      else
        failure.add("__metadata__." + item.key(), "must be a string");
  }

  Tensor readTensor(const Json &json, const std::string &name) {
    const std::string path = "tensor " + name;
    base::JsonObjectReader object(json, path, failure);
    Tensor tensor;
    std::string type = object.text("dtype");
    if (type != "F32")
      failure.add(path, "has type " + type + "; only F32 is supported");
    tensor.shape = object.integers("shape");
    std::vector<int64_t> offsets = object.integers("data_offsets");
    int64_t elements = 1, most = data.size() / sizeof(float);
    for (int64_t extent : tensor.shape) {
      if (extent < 0 || (extent > 0 && elements > most / extent))
        failure.add(path, "its shape doesn't fit the file");
      if (!failure.message.empty())
        return tensor;
      elements *= extent;
    }
    if (offsets.size() != 2 || offsets[0] < 0 || offsets[1] < offsets[0] ||
        offsets[1] > int64_t(data.size()) ||
        offsets[1] - offsets[0] != elements * int64_t(sizeof(float)))
      failure.add(path, "its data_offsets don't fit its shape and the file");
    if (!failure.message.empty())
      return tensor;
    ranges.push_back({offsets[0], offsets[1]});
    tensor.values.resize(elements);
    if (elements > 0)
      std::memcpy(tensor.values.data(), data.data() + offsets[0],
                  offsets[1] - offsets[0]);
    return tensor;
  }

  /// The format demands that the tensors cover the data without holes.
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

Result<TensorFile> layerpipe::runtime::parseTensors(const std::string &bytes,
                                                    const std::string &origin) {
  auto broken = [&](const std::string &what) {
    return Error{
        fmt::format("{} is not a valid safetensors file: {}", origin, what)};
  };
  uint64_t length = 0;
  if (bytes.size() < 8)
    return broken("it is shorter than 8 bytes");
  std::memcpy(&length, bytes.data(), 8);
  if (length > bytes.size() - 8)
    return broken(fmt::format("its header claims {} bytes, but {} follow",
                              length, bytes.size() - 8));
  std::string_view text = std::string_view(bytes).substr(8, length);
  Json header = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (header.is_discarded())
    return broken("its header is not JSON");
  HeaderReader reader(std::string_view(bytes).substr(8 + length));
  TensorFile file = reader.read(header);
  if (!reader.failure.message.empty())
    return broken(reader.failure.message);
  return file;
}

Result<TensorFile> layerpipe::runtime::readTensors(const std::string &path) {
  Result<std::string> bytes = base::readFileBytes(path);
  if (!bytes)
    return bytes.error();
  return parseTensors(*bytes, path);
}
