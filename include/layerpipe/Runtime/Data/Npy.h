//===- Npy.h - Arrays of NumPy ----------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This function reads the format .npy, versions 1 to 3. Files come from
// anywhere, so everything in them is checked before it is used.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_NPY_H
#define LAYERPIPE_RUNTIME_DATA_NPY_H

#include "layerpipe/Runtime/Data/NumberArray.h"

#include <string>
#include <string_view>

namespace layerpipe::runtime {

/// Reads the bytes of an array in C order of the types u1, i4, i8, f4 and f8,
/// little-endian. Other types and orders are refused with what to do about
/// them. `origin` names the source in errors.
Result<NumberArray> parseNpy(std::string_view bytes, const std::string &origin);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_NPY_H
