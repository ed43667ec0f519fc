//===- FormatText.cpp - Rows as JSON and CSV ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cells.h"
#include "layerpipe/Base/Json.h"
#include "layerpipe/Compare/Format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace layerpipe::compare {

using namespace scheduling;

namespace {

using Json = nlohmann::ordered_json;

Json toJson(const CellValue &value) {
  return std::visit(
      [](const auto &content) -> Json {
        using Content = std::decay_t<decltype(content)>;
        if constexpr (std::is_same_v<Content, std::monostate>)
          return nullptr;
        else
          return content;
      },
      value);
}

std::string toCsv(const CellValue &value) {
  if (const std::string *text = std::get_if<std::string>(&value)) {
    if (text->find_first_of(",\"\r\n") == std::string::npos)
      return *text;
    std::string quoted = "\"";
    for (char c : *text)
      quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
  }
  if (const auto *numbers = std::get_if<std::vector<int64_t>>(&value))
    return fmt::format("{}", fmt::join(*numbers, " "));
  // Numbers and truth values look as JSON writes them.
  Json json = toJson(value);
  return json.is_null() ? "" : base::dumpJson(json);
}

} // namespace

Result<Format> parseFormat(std::string_view text) {
  if (text == "table")
    return Format::table;
  if (text == "json")
    return Format::json;
  if (text == "csv")
    return Format::csv;
  return Error{fmt::format("there is no format '{}'; there are table, json and "
                           "csv",
                           text)};
}

std::string formatJson(const std::vector<Row> &rows) {
  std::string text = "[";
  const char *separator = "\n  ";
  for (const Row &row : rows) {
    Json object = Json::object();
    for (const Cell &cell : cellsOf(row))
      object[std::string(cell.key)] = toJson(cell.value);
    text += separator + base::dumpJson(object);
    separator = ",\n  ";
  }
  return text + (rows.empty() ? "]\n" : "\n]\n");
}

std::string formatCsv(const std::vector<Row> &rows) {
  std::vector<std::string_view> keys =
      rows.empty() ? rowKeys() : rowKeys(rows.front());
  std::string text = fmt::format("{}\r\n", fmt::join(keys, ","));
  for (const Row &row : rows) {
    std::vector<std::string> fields;
    for (const Cell &cell : cellsOf(row))
      fields.push_back(toCsv(cell.value));
    text += fmt::format("{}\r\n", fmt::join(fields, ","));
  }
  return text;
}

std::string formatRows(Format format, std::string_view model,
                       const std::vector<Row> &rows) {
  switch (format) {
  case Format::json:
    return formatJson(rows);
  case Format::csv:
    return formatCsv(rows);
  case Format::table:
    break;
  }
  return formatTable(model, rows);
}

} // namespace layerpipe::compare
