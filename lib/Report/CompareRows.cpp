//===- CompareRows.cpp - Reading the rows of layerpipe compare ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Report/CompareRows.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/JsonReader.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

namespace layerpipe::report {

using namespace scheduling;

namespace {

using Json = nlohmann::json;

/// This class reads the members of one row. A member that is null counts as
/// missing, since every row has every key.
class RowReader : base::JsonObjectReader {
public:
  RowReader(const Json &object, const std::string &path,
            base::JsonFailure &failure)
      : JsonObjectReader(object, path, failure, base::OtherKeys::ignored) {}

  CompareRow read();

private:
  const Json *given(const char *key) {
    const Json *json = find(key);
    return json && !json->is_null() ? json : nullptr;
  }
  void readText(const char *key, std::string &text) {
    const Json *json = given(key);
    if (json && !json->is_string())
      return fail(key, "must be a string or null");
    text = json ? json->get<std::string>() : "";
  }
  void readNumber(const char *key, std::optional<double> &number) {
    const Json *json = given(key);
    if (json && !json->is_number())
      return fail(key, "must be a number or null");
    number = json ? std::optional(json->get<double>()) : std::nullopt;
  }
};

CompareRow RowReader::read() {
  CompareRow row;
  row.strategy = name("strategy");
  row.processors = integer("processors", {1, maxProcessors});
  row.timeUnit = name("time_unit");
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
  const Json *pareto = given("pareto");
  if (pareto && !pareto->is_boolean())
    fail("pareto", "must be true, false or null");
  else if (pareto)
    row.pareto = pareto->get<bool>();
  return row;
}

} // namespace

Result<std::vector<CompareRow>> readCompareRows(std::string_view text) {
  constexpr const char *wanted = "the text is no JSON list of rows, as "
                                 "layerpipe compare --format json prints it";
  base::Result<Json> root = base::parseJson(text);
  if (!root)
    return Error{fmt::format("{}: {}", wanted, root.error().message)};
  if (!root->is_array())
    return Error{wanted};
  base::JsonFailure failure;
  std::vector<CompareRow> rows;
  for (const Json &object : *root) {
    rows.push_back(
        RowReader(object, fmt::format("rows[{}]", rows.size()), failure)
            .read());
    if (failure)
      return Error{failure.message};
  }
  return rows;
}

} // namespace layerpipe::report
