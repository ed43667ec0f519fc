//===- MappedFile.h - A file mapped for reading -----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_ONNX_MAPPEDFILE_H
#define LAYERPIPE_LIB_ONNX_MAPPEDFILE_H

#include "layerpipe/Base/Result.h"

#include <memory>
#include <string_view>

namespace layerpipe::onnx {

/// Gives access to the bytes of a file, of which only those that are used take
/// memory.
class MappedFile {
public:
  /// Fails, naming the path, if there is no regular file that can be read.
  static base::Result<std::shared_ptr<const MappedFile>>
  open(const std::string &path);
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;
  ~MappedFile();

  std::string_view bytes() const { return content; }

private:
  explicit MappedFile(std::string_view content) : content(content) {}

  std::string_view content;
};

/// Opens a regular file for reading and returns its descriptor. A pipe or a
/// device is refused, since reading it could wait for ever.
base::Result<int> openRegularFile(const std::string &path, int64_t &size);

} // namespace layerpipe::onnx

#endif // LAYERPIPE_LIB_ONNX_MAPPEDFILE_H
