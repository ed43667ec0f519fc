//===- TensorTypes.h - Element types of tensor files ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions know which element types the safetensors format has, and how
// those that can hold a parameter become 32-bit floats.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_DATA_TENSORTYPES_H
#define LAYERPIPE_LIB_RUNTIME_DATA_TENSORTYPES_H

#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::runtime {

/// Returns how many bits an element of the type takes, or nullopt for a type
/// that this reader does not know.
std::optional<int64_t> bitsOf(std::string_view type);

/// Returns true for the types that `toFloats` converts: F16, BF16, F32 and F64.
bool isConvertible(std::string_view type);

/// Returns the elements of little-endian data of a convertible type, each
/// rounded to the nearest 32-bit float. Fails on a finite F64 that no 32-bit
/// float holds.
Result<std::vector<float>> toFloats(std::string_view type,
                                    std::string_view data);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_DATA_TENSORTYPES_H
