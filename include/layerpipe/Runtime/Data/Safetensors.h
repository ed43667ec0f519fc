//===- Safetensors.h - Parameters as files ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions read and write the safetensors format: a 64-bit little-endian
// header length, a JSON header, and the data. They write F32 tensors only.
// Files come from anywhere, so everything in them is checked before it is used.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_SAFETENSORS_H
#define LAYERPIPE_RUNTIME_DATA_SAFETENSORS_H

#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::runtime {

struct Tensor {
  std::vector<int64_t> shape;
  /// The values are 32-bit floats; there are none if the type has no such
  /// values.
  std::vector<float> values;
  /// The file has elements of this type: "F32", "BF16", …
  std::string type = "F32";
  /// Says why there are no values although the type has numbers; otherwise it
  /// is "".
  std::string problem = {};
};

struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Returns the file's bytes. Data is laid out in the order of names.
std::string serializeTensors(const TensorFile &file);
/// Reads the bytes of a file. Elements of type F16, BF16 and F64 are converted;
/// tensors of other types keep their place without values. Fails on what the
/// format forbids: a header that is no JSON object or longer than 100 MB, names
/// that stand twice, data with holes, overlaps or another size than the shape
/// says. `origin` names the source in errors.
Result<TensorFile> parseTensors(const std::string &bytes,
                                const std::string &origin);
Result<TensorFile> readTensors(const std::string &path);

/// This is a tensor as it lies in a file.
struct TensorRange {
  std::string type;
  std::vector<int64_t> shape;
  std::string_view data;
};

/// Finds the tensors in a file's bytes, where the data stay. Fails as
/// parseTensors() does.
Result<std::map<std::string, TensorRange>>
findTensors(std::string_view bytes, const std::string &origin);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_SAFETENSORS_H
