//===- ExportTest.cpp - Schedules become those of other runtimes ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Export.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

using namespace layerpipe::interchange;
using testing::HasSubstr;
using testing::StartsWith;

static const std::string rows = "0F0,0F1,0B0,0B1\n1F0,1B0,1F1,1B1\n";

static std::string exported(const std::string &text,
                            const ExportOptions &options) {
  auto written = exportSchedule(text, options);
  return written ? *written : written.message();
}

TEST(Export, NamesOfFormatsAreRead) {
  for (ExportFormat format : allExportFormats)
    EXPECT_EQ(parseExportFormat(toString(format)), format);
  EXPECT_FALSE(parseExportFormat("csv"));
}

TEST(Export, RowsAreAlignedOrGetMessages) {
  EXPECT_EQ(exported(rows, {ExportFormat::torch_csv}),
            "0F0,0F1,,0B0,,0B1\r\n,1F0,1B0,1F1,1B1\r\n");
  std::string made = exported(rows, {ExportFormat::torch_csv_comms});
  EXPECT_THAT(made, HasSubstr("0B1,0REDUCE_GRAD\r\n"));
  // Rows with messages get theirs anew.
  EXPECT_EQ(exported(made, {ExportFormat::torch_csv_comms}), made);
  EXPECT_EQ(exported(made, {ExportFormat::torch_csv}),
            exported(rows, {ExportFormat::torch_csv}));
  EXPECT_THAT(exported(rows, {ExportFormat::torch_csv_comms, newestTorch,
                              TorchVersion::v2_9}),
              StartsWith("0F0,0SEND_F0,0F1,0SEND_F1,0RECV_B0,0B0,0RECV_B1,"
                         "0B1\r\n1RECV_F0,"));
}

TEST(Export, VersionsAreTranslated) {
  EXPECT_EQ(exported("0F0,0BW0,0F1,0B1,0W1\n",
                     {ExportFormat::torch_csv, TorchVersion::v2_5}),
            "0F0,0B0,0F1,0I1,0W1\r\n");
  EXPECT_THAT(exported("0F0,0BW0\n", {ExportFormat::torch_csv}),
              HasSubstr("BW is the spelling of PyTorch 2.5"));
}

TEST(Export, RowsBecomePlansOfTessel) {
  EXPECT_THAT(exported(rows, {ExportFormat::tessel}),
              StartsWith(R"({"ndevs": 2, "blocks": [{"mid": 0, "span": 1, )"
                         R"("memory": 1, "btype": "forward", "gid": 0, )"));
  EXPECT_EQ(exported(rows, {ExportFormat::ssp}),
            "PyTorch's rows are not written as ssp, which is for schedules "
            "that repeat with a period");
  EXPECT_THAT(exported(exported(rows, {ExportFormat::tessel}),
                       {ExportFormat::torch_csv}),
              HasSubstr("plans of Tessel are read, checked and searched"));
}

TEST(Export, SchedulesBecomeGraphs) {
  std::ifstream file(LAYERPIPE_EXAMPLE_SCHEDULE);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_THAT(exported(text.str(), {ExportFormat::ssp}),
              StartsWith("ssp.instance @"));
  EXPECT_THAT(exported(text.str(), {ExportFormat::sdf3}),
              HasSubstr("<sdf3 type=\"sdf\""));
  EXPECT_THAT(exported(text.str(), {ExportFormat::torch_csv}),
              HasSubstr("iterations late"));
  EXPECT_THAT(exported(text.str(), {ExportFormat::tessel}),
              HasSubstr("it can be written as ssp or sdf3"));
  EXPECT_THAT(exported("{}", {ExportFormat::ssp}), HasSubstr("format"));
}
