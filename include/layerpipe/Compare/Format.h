//===- Format.h - Rows as text ----------------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions write rows as a table for people, as JSON and as CSV. Names
// may hold any bytes: those that are not UTF-8 become replacement characters in
// the table and in JSON, while CSV passes them on.
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

/// Reads "table", "json" or "csv"; fails on anything else.
scheduling::Result<Format> parseFormat(std::string_view text);

/// Returns the keys of JSON and CSV in their order, as a row of the comparison
/// has them: with pins, with orders of microbatches and with jitter, there are
/// more.
std::vector<std::string_view> rowKeys(const Row &row = {});

/// Writes aligned columns under a heading with the model's name and the units.
/// An empty member is a dash, and a failed row has its error in place of what
/// limits it. Rows that order microbatches stand once more in a table of their
/// orders.
std::string formatTable(std::string_view model, const std::vector<Row> &rows);

/// Writes a list of objects with exactly rowKeys(), one object a line. An empty
/// member is null.
std::string formatJson(const std::vector<Row> &rows);

/// Writes CSV by RFC 4180: a header line with rowKeys(), CRLF at line ends, and
/// fields quoted where they must be. An empty member is an empty field.
std::string formatCsv(const std::vector<Row> &rows);

std::string formatRows(Format format, std::string_view model,
                       const std::vector<Row> &rows);

} // namespace layerpipe::compare

#endif // LAYERPIPE_COMPARE_FORMAT_H
