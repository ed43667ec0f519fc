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

#include "layerpipe/Base/AtomicFile.h"
#include "layerpipe/Runtime/Executor.h"
#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace layerpipe::runtime {

struct Tensor {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

struct TensorFile {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// The file's bytes. Data is laid out in the order of names.
std::string serializeTensors(const TensorFile &file);
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
/// The values for this program's parameters; refuses a checkpoint of another
/// network: missing or extra names, other shapes; and one that holds numbers
/// which are not finite.
Result<ParameterValues> restoreCheckpoint(const Manifest &manifest,
                                          TensorFile file,
                                          const std::string &origin);
/// The values that `seed` gives.
ParameterValues initialParameters(const Manifest &manifest, uint64_t seed);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_SAFETENSORS_H
