//===- Zip.h - Members of ZIP archives --------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This function reads what .npz files are: archives whose members are stored or
// deflated. Files come from anywhere, so everything in them is checked before
// it is used.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_ZIP_H
#define LAYERPIPE_RUNTIME_DATA_ZIP_H

#include "layerpipe/Runtime/Result.h"

#include <string>
#include <string_view>

namespace layerpipe::runtime {

/// Returns the bytes of a member, after a check of their checksum. Takes no
/// more memory than a deflated member can have bytes. Refuses encrypted members
/// and archives of the ZIP64 format, which are larger than 4 GiB. `path` names
/// the archive in errors.
Result<std::string> readZipMember(std::string_view archive,
                                  std::string_view member,
                                  const std::string &path);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_ZIP_H
