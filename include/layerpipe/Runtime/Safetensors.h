//===- Safetensors.h - Parameters as files ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads and writes the safetensors format, F32 tensors only: a 64-bit
// little-endian header length, a JSON header, the data. Files come from
// anywhere, so everything in them is checked before it is used.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_SAFETENSORS_H
#define LAYERPIPE_RUNTIME_SAFETENSORS_H

#include "layerpipe/Runtime/Executor.h"
#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace layerpipe::runtime {

struct Tensor {
  std::vector<int64_t> shape;
  /// As 32-bit floats; none if that can't be.
  std::vector<float> values;
  /// The element type that the file has: "F32", "BF16", …
  std::string type = "F32";
  /// Why there are no values, although the type has numbers; else "".
  std::string problem = {};
};

struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// The file's bytes. Data is laid out in the order of names.
std::string serializeTensors(const TensorFile &file);
/// Reads such bytes. Elements of type F16, BF16 and F64 are converted; tensors
/// of other types keep their place without values. Fails on what the format
/// forbids: a header that is no JSON object or longer than 100 MB, names that
/// stand twice, data with holes, overlaps or another size than the shape says.
/// `origin` names the source in errors.
Result<TensorFile> parseTensors(const std::string &bytes,
                                const std::string &origin);
Result<TensorFile> readTensors(const std::string &path);

/// Refuses parameters that are infinite or not a number: nothing that is
/// loaded, scored or saved holds such. The error begins with `origin` and names
/// the parameter.
Result<void> checkFinite(const Manifest &manifest,
                         const ParameterValues &values,
                         const std::string &origin);

/// A program's parameters as a checkpoint, with the network's fingerprint.
TensorFile makeCheckpoint(const Manifest &manifest,
                          const ParameterValues &values);
/// What becomes of tensors that the program has no parameter for.
enum class UnknownTensors { refused, ignored };

/// The values for this program's parameters; refuses a checkpoint of another
/// network: missing or extra names, other shapes, types without numbers; and
/// one that holds numbers which are not finite as 32-bit floats. Where unknown
/// tensors are ignored, the file may be that of a larger network.
Result<ParameterValues>
restoreCheckpoint(const Manifest &manifest, TensorFile file,
                  const std::string &origin,
                  UnknownTensors unknown = UnknownTensors::refused);
/// The values that `seed` gives.
ParameterValues initialParameters(const Manifest &manifest, uint64_t seed);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_SAFETENSORS_H
