//===- Format.h - Rows as text ----------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows as a table for people, as JSON and as CSV. Total: names may hold any
// bytes. Bytes that are no UTF-8 become replacement characters in the table and
// in JSON; CSV passes them on.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_COMPARE_FORMAT_H
#define LAYERPIPE_COMPARE_FORMAT_H

#include "layerpipe/Compare/Compare.h"

#include <string>
#include <string_view>
#include <vector>

namespace layerpipe::compare {

enum class Format { table, json, csv };

/// "table", "json" or "csv".
scheduling::Result<Format> parseFormat(std::string_view text);

/// The keys of JSON and CSV, in their order.
std::vector<std::string_view> rowKeys();

/// Aligned columns under a heading with the model's name and the units. What is
/// empty is a dash; a failed row has its error instead of what limits it.
std::string formatTable(std::string_view model, const std::vector<Row> &rows);

/// A list of objects with exactly rowKeys(), one a line. What is empty is null.
std::string formatJson(const std::vector<Row> &rows);

/// RFC 4180: a header line with rowKeys(), CRLF at line ends, fields quoted
/// where they must be. What is empty is an empty field.
std::string formatCsv(const std::vector<Row> &rows);

std::string formatRows(Format format, std::string_view model,
                       const std::vector<Row> &rows);

} // namespace layerpipe::compare

#endif // LAYERPIPE_COMPARE_FORMAT_H
