//===- CompareRows.cpp - Reading the rows of layerpipe compare ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/CompareRows.h"

#include "layerpipe/Scheduling/TaskGraph.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace layerpipe::report {

using namespace scheduling;

namespace {

using Json = nlohmann::json;

/// Reads the members of one row until the first error, which it keeps.
class RowReader {
public:
  RowReader(const Json &object, size_t index)
      : object(object), path(fmt::format("rows[{}]", index)) {}

  Result<CompareRow> read();

private:
  void fail(const char *key, const char *what) {
    if (error.message.empty())
      error.message = fmt::format("{}.{}: {}", path, key, what);
  }
  /// The member; null when it is missing or null.
  const Json *member(const char *key) const {
    auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  }
  void readText(const char *key, std::string &text) {
    if (const Json *json = member(key)) {
      if (!json->is_string())
        return fail(key, "must be a string or null");
      text = json->get<std::string>();
    }
  }
  void readNumber(const char *key, std::optional<double> &number) {
    if (const Json *json = member(key)) {
      if (!json->is_number())
        return fail(key, "must be a number or null");
      number = json->get<double>();
    }
  }
  void readProcessors(int64_t &processors);

  const Json &object;
  std::string path;
  Error error;
};

void RowReader::readProcessors(int64_t &processors) {
  const Json *json = member("processors");
  double number = json && json->is_number_integer() ? json->get<double>() : 0;
  if (number < 1 || number > double(maxProcessors))
    return fail("processors", "must be a whole number of processors, from 1");
  processors = json->get<int64_t>();
}

Result<CompareRow> RowReader::read() {
  if (!object.is_object())
    return Error{path + " must be an object"};
  CompareRow row;
  readText("strategy", row.strategy);
  if (row.strategy.empty())
    fail("strategy", "must name a strategy");
  readProcessors(row.processors);
  readText("time_unit", row.timeUnit);
  if (row.timeUnit.empty())
    fail("time_unit", "must name a unit, such as \"ns\"");
  readNumber("period", row.period);
  readNumber("speedup", row.speedup);
  readNumber("vs_pipedream", row.vsPipedream);
  readNumber("lower_bound", row.lowerBound);
  readNumber("gap", row.gap);
  readNumber("utilization", row.utilization);
  readNumber("max_staleness", row.maxStaleness);
  readNumber("stash_bytes", row.stashBytes);
  readNumber("peak_memory_bytes", row.peakMemoryBytes);
  readNumber("communication_bytes", row.communicationBytes);
  readText("limited_by", row.limitedBy);
  readText("error", row.error);
  if (const Json *json = member("pareto")) {
    if (!json->is_boolean())
      fail("pareto", "must be true, false or null");
    else
      row.pareto = json->get<bool>();
  }
  if (!error.message.empty())
    return error;
  return row;
}

} // namespace

Result<std::vector<CompareRow>> readCompareRows(std::string_view text) {
  // The parser recurses with the nesting; rows need two levels.
  constexpr int maxDepth = 16;
  bool tooDeep = false;
  auto limitDepth = [&](int depth, Json::parse_event_t, Json &) {
    tooDeep |= depth > maxDepth;
    return !tooDeep;
  };
  Json root = Json::parse(text, limitDepth, /*allow_exceptions=*/false);
  if (tooDeep || root.is_discarded() || !root.is_array())
    return Error{"the text is no JSON list of rows, as layerpipe compare "
                 "--format json prints it"};
  std::vector<CompareRow> rows;
  for (const Json &object : root) {
    Result<CompareRow> row = RowReader(object, rows.size()).read();
    if (!row)
      return row.error();
    rows.push_back(std::move(*row));
  }
  return rows;
}

} // namespace layerpipe::report
