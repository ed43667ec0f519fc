//===- FormatTest.cpp - Tests of rows as text -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Compare/Format.h"
#include "layerpipe/Compare/EmittedSchedule.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <sstream>

using namespace layerpipe::compare;
using layerpipe::scheduling::Proof;
using testing::HasSubstr;
using testing::Not;

namespace {

Row fullRow() {
  Row row;
  row.strategy = "pipedream";
  row.processors = 2;
  row.timeUnit = "us";
  row.processorsUsed = 2;
  row.period = 31;
  row.speedup = 1.625;
  row.vsPipedream = 1.0;
  row.lowerBound = 26;
  row.gap = 0.25;
  row.utilization = 0.875;
  row.maxStaleness = 1;
  row.stashBytes = 100;
  row.peakMemoryBytes = 1536;
  row.communicationBytes = (int64_t(1) << 53) + 1;
  row.bytesCopied = 0;
  row.limitedBy = "processor 1 (layer 2)";
  row.proof = Proof::feasible;
  return row;
}

Row costRow() {
  Row row;
  row.strategy = "pipedream-replicated";
  row.processors = 16;
  row.timeUnit = "us";
  row.schedulable = false;
  row.period = 7;
  row.speedup = 8.5;
  row.limitedBy = "cost";
  return row;
}

Row failedRow(std::string error) {
  Row row;
  row.strategy = "layerpipe-intra";
  row.processors = 16;
  row.timeUnit = "us";
  row.error = std::move(error);
  return row;
}

} // namespace

TEST(FormatTable, alignsItsColumns) {
  Row idle = fullRow();
  idle.processors = 8;
  idle.period = 6'680'000'000;
  EXPECT_EQ(
      formatTable("mlp", {fullRow(), idle, costRow(), failedRow("too many")}),
      "mlp, times in us\n"
      "strategy                   P  period  speedup  gain     gap    busy  "
      "stale   memory     sent  limited by\n"
      "pipedream                  2      31     1.62  1.00  25.0 %  87.5 %  "
      "    1  1.5 KiB  8.0 PiB  processor 1 (layer 2)\n"
      "pipedream             2 of 8  6.68 G     1.62  1.00  25.0 %  87.5 %  "
      "    1  1.5 KiB  8.0 PiB  processor 1 (layer 2)\n"
      "pipedream-replicated      16       7     8.50     –       –       –  "
      "    –        –        –  cost\n"
      "layerpipe-intra           16       –        –     –       –       –  "
      "    –        –        –  error: too many\n");
}

TEST(FormatTable, hasOtherColumnsForAFront) {
  Row row = fullRow();
  row.strategy = "layerpipe";
  row.splits = 3;
  row.parts = 7;
  row.pareto = true;
  row.variant = 12;
  row.weightedStaleness = 1 << 20;
  std::string text = formatTable("m", {row, failedRow("no")});
  EXPECT_THAT(text, HasSubstr("sent  parts  pareto  limited by\n"));
  EXPECT_THAT(text, HasSubstr("\nlayerpipe #12     2  "));
  EXPECT_THAT(text, HasSubstr("  1.0 MiB  1.5 KiB  "));
  EXPECT_THAT(text, HasSubstr("    7     yes  processor 1"));
  EXPECT_THAT(text, HasSubstr("    –       –  error: no"));
  EXPECT_THAT(text, Not(HasSubstr("speedup")));
}

/// With numbers as large as machines get, and however long the words are.
TEST(FormatTable, fitsATerminal) {
  constexpr int64_t largest = std::numeric_limits<int64_t>::max();
  Row row = costRow();
  row.processors = 64;
  row.processorsUsed = 48;
  row.period = 999'499'999'999;
  row.speedup = row.vsPipedream = 64;
  row.gap = row.utilization = 9.99;
  row.maxStaleness = 1000;
  row.peakMemoryBytes = row.communicationBytes = row.weightedStaleness =
      (largest >> 20) - 1;
  row.splits = row.parts = 1000;
  row.limitedBy = "processor 1: no slice fits elsewhere, that of '" +
                  std::string(70, 'x') + "' is the smallest";
  for (bool front : {false, true}) {
    if (front)
      row.pareto = true;
    std::string text = formatTable("m", {row}), words;
    std::istringstream lines(text);
    std::string line;
    for (int number = 0; std::getline(lines, line); ++number) {
      EXPECT_LE(line.size(), 120u) << line;
      if (number >= 2)
        words += line.substr(line.rfind("  ") + 2);
    }
    EXPECT_THAT(words, HasSubstr(std::string(70, 'x')));
  }
}

TEST(FormatTable, doesNotRoundAGapToNothing) {
  Row row = fullRow();
  row.gap = 1e-9;
  EXPECT_THAT(formatTable("m", {row}), HasSubstr("<0.1 %"));
  row.gap = 0;
  EXPECT_THAT(formatTable("m", {row}), HasSubstr(" 0.0 %"));
}

TEST(FormatTable, changesUnitBeforeTheNumberGrowsTooLong) {
  Row row = fullRow();
  row.peakMemoryBytes = 1024 * 1024 - 1;
  EXPECT_THAT(formatTable("m", {row}), HasSubstr(" 1.0 MiB"));
  row.peakMemoryBytes = std::numeric_limits<int64_t>::max();
  EXPECT_THAT(formatTable("m", {row}), HasSubstr(" 8.0 EiB"));
}

TEST(FormatTable, keepsControlCharactersFromTheTerminal) {
  Row row = failedRow("a\x1b[31m\n\xff b\xc2\x9b");
  std::string text = formatTable("m\r\n\xe2\x82", {row});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  EXPECT_THAT(text, HasSubstr("error: a�[31m�� b�\n"));
  EXPECT_THAT(text, testing::StartsWith("m����, "));
}

TEST(FormatTable, saysWhichStalenessIsTheLeast) {
  Row row = fullRow();
  row.maxStaleness = 3;
  row.stalenessBound = 3;
  EXPECT_EQ(formatTable("mlp", {row}).find("3≥"), std::string::npos);
  row.stalenessBound = 1;
  EXPECT_NE(formatTable("mlp", {row}).find("  3≥1  "), std::string::npos);
}

TEST(FormatJson, hasAllKeysInOrder) {
  EXPECT_EQ(formatJson({fullRow(), costRow()}),
            R"x([
  {"strategy":"pipedream","processors":2,"processors_used":2,)x"
            R"x("schedulable":true,"time_unit":"us","period":31,)x"
            R"x("speedup":1.625,"vs_pipedream":1.0,"lower_bound":26,)x"
            R"x("gap":0.25,"utilization":0.875,"max_staleness":1,)x"
            R"x("stash_bytes":100,"peak_memory_bytes":1536,)x"
            R"x("communication_bytes":9007199254740993,"bytes_copied":0,)x"
            R"x("limited_by":"processor 1 (layer 2)","proof":"feasible",)x"
            R"x("error":null,"weighted_staleness":null,"splits":null,)x"
            R"x("parts":null,"cuts":null,"pareto":null,"variant":null,)x"
            R"x("communication_bound":null,"staleness_bound":null,)x"
            R"x("weighted_staleness_bound":null,)x"
            R"x("fractional_staleness":null,"staler_parameters":null},
  {"strategy":"pipedream-replicated","processors":16,)x"
            R"x("processors_used":null,"schedulable":false,"time_unit":"us",)x"
            R"x("period":7,"speedup":8.5,"vs_pipedream":null,)x"
            R"x("lower_bound":null,"gap":null,"utilization":null,)x"
            R"x("max_staleness":null,"stash_bytes":null,)x"
            R"x("peak_memory_bytes":null,"communication_bytes":null,)x"
            R"x("bytes_copied":null,"limited_by":"cost","proof":null,)x"
            R"x("error":null,"weighted_staleness":null,"splits":null,)x"
            R"x("parts":null,"cuts":null,"pareto":null,"variant":null,)x"
            R"x("communication_bound":null,"staleness_bound":null,)x"
            R"x("weighted_staleness_bound":null,)x"
            R"x("fractional_staleness":null,"staler_parameters":null}
]
)x");
}

TEST(FormatJson, ofNoRowsIsAnEmptyList) { EXPECT_EQ(formatJson({}), "[]\n"); }

TEST(FormatJson, staysJsonWhateverTheNames) {
  std::string bytes;
  for (int c = 0; c < 256; ++c)
    bytes += static_cast<char>(c);
  auto json = nlohmann::json::parse(formatJson({failedRow(bytes)}), nullptr,
                                    /*allow_exceptions=*/false);
  ASSERT_FALSE(json.is_discarded());
  EXPECT_EQ(json[0]["strategy"], "layerpipe-intra");
}

TEST(FormatCsv, hasAHeaderAndOneLineARow) {
  EXPECT_EQ(
      formatCsv({fullRow(), costRow()}),
      "strategy,processors,processors_used,schedulable,time_unit,period,"
      "speedup,vs_pipedream,lower_bound,gap,utilization,max_staleness,"
      "stash_bytes,peak_memory_bytes,communication_bytes,bytes_copied,"
      "limited_by,proof,error,weighted_staleness,splits,parts,cuts,"
      "pareto,variant,communication_bound,staleness_bound,"
      "weighted_staleness_bound,fractional_staleness,staler_parameters\r\n"
      "pipedream,2,2,true,us,31,1.625,1.0,26,0.25,0.875,1,100,1536,"
      "9007199254740993,0,processor 1 (layer 2),feasible,,,,,,,,,,,,\r\n"
      "pipedream-replicated,16,,false,us,7,8.5,,,,,,,,,,cost,,,,,,,,,,,,,\r\n");
}

TEST(FormatCsv, quotesWhatWouldBreakALine) {
  EXPECT_THAT(formatCsv({failedRow("a,\"b\"\r\nc")}),
              HasSubstr(",\"a,\"\"b\"\"\r\nc\",,,,,,,,,,,\r\n"));
}

TEST(FormatRows, choosesTheFormat) {
  std::vector<Row> rows = {fullRow()};
  EXPECT_EQ(formatRows(Format::table, "m", rows), formatTable("m", rows));
  EXPECT_EQ(formatRows(Format::json, "m", rows), formatJson(rows));
  EXPECT_EQ(formatRows(Format::csv, "m", rows), formatCsv(rows));
}

TEST(ScheduleFileName, namesModelStrategyAndProcessors) {
  EXPECT_EQ(scheduleFileName("vgg16", fullRow()), "vgg16-pipedream-p2.json");
}

TEST(ScheduleFileName, tellsVariantsApart) {
  Row row = fullRow();
  row.variant = 12;
  EXPECT_EQ(scheduleFileName("m", row), "m-pipedream-p2-12.json");
}

TEST(ScheduleFileName, staysInItsFolder) {
  EXPECT_EQ(scheduleFileName("../a b/\xc3\xa9", fullRow()),
            "_._a_b___-pipedream-p2.json");
  EXPECT_EQ(scheduleFileName("-rf", fullRow()), "_rf-pipedream-p2.json");
  EXPECT_EQ(scheduleFileName("", fullRow()), "model-pipedream-p2.json");
  EXPECT_EQ(scheduleFileName(std::string(1000, 'a'), fullRow()),
            std::string(100, 'a') + "-pipedream-p2.json");
}
