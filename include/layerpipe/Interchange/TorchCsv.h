//===- TorchCsv.h - PyTorch's rows as text ----------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A line of the file is the row of a rank, without a header:
//
//   0F0,0F1,,0B0,,0B1
//   ,1F0,1B0,1F1,1B1
//
// PyTorch's own reader takes "0FOO" for "0F" and complains later, if at all.
// This one refuses all that is not in the grammar, and says what would be
// right.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_TORCHCSV_H
#define LAYERPIPE_INTERCHANGE_TORCHCSV_H

#include "layerpipe/Interchange/TorchRows.h"
#include "layerpipe/Interchange/TorchVersion.h"

#include <string>
#include <string_view>

namespace layerpipe::interchange {

/// Reads rows, whose lines may end with \n or \r\n. Blanks around cells don't
/// count. Fails, naming row and cell, on what the version doesn't know, on
/// lines without cells and on numbers above maxTorchNumber. Whether the rows
/// make sense is not looked at: TorchCheck.h does that.
Result<TorchRows> readTorchCsv(std::string_view text,
                               TorchVersion version = newestTorch);

struct TorchCsvOptions {
  TorchVersion version = newestTorch;
  /// Python's csv writer ends lines with both characters.
  std::string_view lineEnd = "\r\n";
};

/// Writes rows; readTorchCsv gives them back. Fails on actions that the version
/// doesn't have, and on rows without cells.
Result<std::string> writeTorchCsv(const TorchRows &rows,
                                  const TorchCsvOptions &options = {});

/// Returns whether the first cell that is not blank begins like an action, as
/// in "0F0" or "(0F0;". Other formats that this project reads don't.
bool looksLikeTorchCsv(std::string_view text);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_TORCHCSV_H
