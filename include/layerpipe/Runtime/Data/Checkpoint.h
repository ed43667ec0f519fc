//===- Checkpoint.h - Parameters of a program -------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parameters come from seeds and checkpoints, and go to checkpoints.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_CHECKPOINT_H
#define LAYERPIPE_RUNTIME_DATA_CHECKPOINT_H

#include "layerpipe/Runtime/Data/Safetensors.h"
#include "layerpipe/Runtime/Executor.h"
#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <string>

namespace layerpipe::runtime {

/// Refuses parameters that are infinite or not a number. Nothing that is
/// loaded, scored or saved may hold such. The error begins with `origin` and
/// names the parameter.
Result<void> checkFinite(const Manifest &manifest,
                         const ParameterValues &values,
                         const std::string &origin);

/// Makes a checkpoint of a program's parameters, with the network's
/// fingerprint.
TensorFile makeCheckpoint(const Manifest &manifest,
                          const ParameterValues &values);

/// Says what becomes of tensors that the program has no parameter for.
enum class UnknownTensors { refused, ignored };

/// Returns the values of a checkpoint for this program's parameters. Refuses a
/// checkpoint of another network, with missing or extra names, other shapes or
/// types without numbers, and one that holds numbers which are not finite as
/// 32-bit floats. Where unknown tensors are ignored, the file may be that of a
/// larger network.
Result<ParameterValues>
restoreCheckpoint(const Manifest &manifest, TensorFile file,
                  const std::string &origin,
                  UnknownTensors unknown = UnknownTensors::refused);

/// Draws the parameters' initial values from `seed`, or takes those that the
/// manifest says from `given`, the program's table.
ParameterValues initialParameters(const Manifest &manifest, uint64_t seed,
                                  const void *const *given = nullptr);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_CHECKPOINT_H
