//===- TorchCsvTest.cpp - PyTorch's rows as text -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchCsv.h"

#include <gtest/gtest.h>

using namespace layerpipe::interchange;

namespace {

std::string errorOf(const std::string &text,
                    TorchVersion version = newestTorch) {
  return readTorchCsv(text, version).message();
}

std::string written(const std::string &text, TorchVersion version,
                    TorchVersion as) {
  auto rows = readTorchCsv(text, version);
  EXPECT_TRUE(rows) << rows.message();
  auto result = writeTorchCsv(*rows, {as, "\n"});
  return result ? *result : result.message();
}

/// Text that is read and written as it is.
void expectKept(const std::string &text) {
  EXPECT_EQ(written(text, newestTorch, newestTorch), text);
}

} // namespace

TEST(TorchCsv, AllOfTheGrammarIsKept) {
  expectKept("0F0,0F1,,0B0,,0B1\n,1F0,1I0,1W0,1F1,1B1\n");
  expectKept("0UNSHARD,0F0,0SEND_F0,0RECV_B0,0B0,0RESHARD,0REDUCE_GRAD\n"
             "1RECV_F0,1F0,1B0,1SEND_B0\n");
  expectKept("0F12,(0F7;7B3)OVERLAP_F_B,(1I0;2F10;3W4)OVERLAP_F_B\n");
  expectKept("1048575F1048575,,\n");
}

TEST(TorchCsv, CellsHaveStageOpAndMicrobatch) {
  auto rows = readTorchCsv("10F2,,(0F7;7B3)OVERLAP_F_B,3RESHARD\n");
  ASSERT_TRUE(rows) << rows.message();
  ASSERT_EQ(rows->ranks.size(), 1u);
  const TorchRow &row = rows->ranks[0];
  ASSERT_EQ(row.size(), 4u);
  EXPECT_EQ(row[0].actions[0], (TorchAction{10, TorchOp::forward, 2}));
  EXPECT_TRUE(row[1].actions.empty());
  EXPECT_EQ(row[2].actions[1], (TorchAction{7, TorchOp::backward, 3}));
  EXPECT_EQ(row[3].actions[0], (TorchAction{3, TorchOp::reshard, -1}));
  EXPECT_EQ(toString(row[2]), "(0F7;7B3)OVERLAP_F_B");
  EXPECT_EQ(levelOf(*rows), TorchLevel::compute_comms);
}

TEST(TorchCsv, LinesEndInTwoWaysAndBlanksDontCount) {
  auto plain = readTorchCsv("0F0,,0B0\n1F0,1B0\n");
  for (const char *text : {"0F0,,0B0\r\n1F0,1B0\r\n", "0F0,,0B0\n1F0,1B0",
                           " 0F0 ,  ,\t0B0\n1F0, 1B0 \r\n"}) {
    auto rows = readTorchCsv(text);
    ASSERT_TRUE(rows) << rows.message();
    EXPECT_EQ(*rows, *plain) << text;
  }
  auto text = writeTorchCsv(*plain);
  EXPECT_EQ(*text, "0F0,,0B0\r\n1F0,1B0\r\n");
}

TEST(TorchCsv, ErrorsNameThePlace) {
  EXPECT_EQ(errorOf("0F0,0B0\n1F0,1FOO\n"),
            "row 2, cell 2: '1FOO': there is no action 'FOO'; there are F, I, "
            "W, B, SEND_F, RECV_F, SEND_B, RECV_B, UNSHARD, RESHARD, "
            "REDUCE_GRAD");
  EXPECT_EQ(errorOf("0F\n"), "row 1, cell 1: '0F': the microbatch is missing; "
                             "it is written behind, as in 0F0");
  EXPECT_EQ(errorOf("0UNSHARD3\n"),
            "row 1, cell 1: '0UNSHARD3': UNSHARD has no microbatch; write "
            "0UNSHARD");
  EXPECT_EQ(errorOf("F0\n"),
            "row 1, cell 1: 'F0': there is no stage in front; "
            "an action is written as 0F3: a stage, letters and "
            "a microbatch");
  EXPECT_EQ(errorOf("00F1\n"),
            "row 1, cell 1: '00F1': the stage begins with a zero");
  EXPECT_EQ(errorOf("0F99999999999999999999\n"),
            "row 1, cell 1: '0F99999999999999999999': the microbatch is larger "
            "than 1048575");
  for (const char *wrong :
       {"0f0", "0F-1", "0 F0", "\"0F0\"", "0F0;0F1", "12", "0F0\x01", "x"})
    EXPECT_NE(errorOf(wrong), "") << wrong;
}

TEST(TorchCsv, OverlapsAreOfSeveralComputingActions) {
  EXPECT_EQ(errorOf("(0F0)OVERLAP_F_B"),
            "row 1, cell 1: '(0F0)OVERLAP_F_B': a single action overlaps "
            "nothing; write 0F0");
  EXPECT_EQ(errorOf("(0F0;0SEND_F0)OVERLAP_F_B"),
            "row 1, cell 1: '(0F0;0SEND_F0)OVERLAP_F_B': 0SEND_F0 computes "
            "nothing, so it can't overlap");
  EXPECT_EQ(errorOf("(0F0;1B)OVERLAP_F_B"),
            "row 1, cell 1: '(0F0;1B)OVERLAP_F_B': '1B': the microbatch is "
            "missing; it is written behind, as in 1B0");
  for (const char *wrong : {"(0F0;1B0)", "(0F0;1B0", "(0F0;1B0)OVERLAP",
                            "()OVERLAP_F_B", "((0F0;1B0);2F0)OVERLAP_F_B"})
    EXPECT_NE(errorOf(wrong), "") << wrong;
}

TEST(TorchCsv, RowsAreNotBlank) {
  EXPECT_EQ(errorOf(""), "the file is empty; it must have a row for each rank");
  EXPECT_EQ(errorOf("0F0\n\n"), "row 2: the line is blank, which makes a rank "
                                "without actions; leave it out");
  EXPECT_EQ(errorOf("\xEF\xBB\xBF"
                    "0F0\n"),
            "the file begins with a byte order mark, which PyTorch can't read");
  EXPECT_EQ(writeTorchCsv({{{}}}).message(),
            "rank 0 has no actions, and PyTorch refuses such rows");
}

/// In 2.5, B is the gradient of inputs and BW is both.
TEST(TorchCsv, LettersOf25AreExplained) {
  EXPECT_EQ(errorOf("0F3,0BW3\n"),
            "row 1, cell 2: '0BW3': BW is the spelling of PyTorch 2.5, where B "
            "is the gradient of inputs alone; later versions take the B of "
            "such a file for both gradients. Read it as one of 2.5, or write "
            "0B3 for BW, and 0I3 for B");
  EXPECT_EQ(errorOf("0I3\n", TorchVersion::v2_5),
            "row 1, cell 1: '0I3': I is the spelling of PyTorch 2.6 and later; "
            "2.5 writes 0B3");
  EXPECT_EQ(written("0F0,0BW0,0F1,0B1,0W1\n", TorchVersion::v2_5, newestTorch),
            "0F0,0B0,0F1,0I1,0W1\n");
  EXPECT_EQ(written("0F0,0B0,0F1,0I1,0W1\n", newestTorch, TorchVersion::v2_5),
            "0F0,0BW0,0F1,0B1,0W1\n");
}

TEST(TorchCsv, VersionsLackWhatCameLater) {
  const std::string overlap = "(0F0;1B0)OVERLAP_F_B\n",
                    reduce = "0REDUCE_GRAD\n";
  EXPECT_EQ(errorOf(overlap, TorchVersion::v2_9), "");
  EXPECT_EQ(errorOf(overlap, TorchVersion::v2_6),
            "row 1, cell 1: '(0F0;1B0)OVERLAP_F_B': PyTorch 2.6 has no "
            "OVERLAP_F_B; it came with 2.9");
  EXPECT_EQ(errorOf(reduce, TorchVersion::v2_9),
            "row 1, cell 1: '0REDUCE_GRAD': PyTorch 2.9 has no REDUCE_GRAD; it "
            "came with 2.10");
  EXPECT_EQ(written(overlap, newestTorch, TorchVersion::v2_6),
            "row 1, cell 1: PyTorch 2.6 has no OVERLAP_F_B; it came with 2.9");
  EXPECT_EQ(written(reduce, newestTorch, TorchVersion::v2_9),
            "row 1, cell 1: PyTorch 2.9 has no REDUCE_GRAD; it came with 2.10");
}

TEST(TorchCsv, VersionsAreRead) {
  const std::pair<const char *, TorchVersion> versions[] = {
      {"2.5", TorchVersion::v2_5},     {"2.5.1", TorchVersion::v2_5},
      {"2.6", TorchVersion::v2_6},     {"2.8", TorchVersion::v2_6},
      {"2.9", TorchVersion::v2_9},     {"2.10", TorchVersion::v2_10},
      {"2.14.1", TorchVersion::v2_10}, {"3.0", TorchVersion::v2_10}};
  for (auto [text, version] : versions) {
    auto read = parseTorchVersion(text);
    ASSERT_TRUE(read) << read.message();
    EXPECT_EQ(*read, version) << text;
  }
  EXPECT_EQ(parseTorchVersion("2.4").message(),
            "PyTorch 2.4 reads no schedules; 2.5 is the first version that "
            "does");
  for (const char *wrong : {"", "2", "2.x", "2.5.1.0", "two", "2.-5"})
    EXPECT_NE(parseTorchVersion(wrong).message().find("it must be one like"),
              std::string::npos)
        << wrong;
}

TEST(TorchCsv, IsKnownByItsFirstAction) {
  for (const char *text :
       {"0F0,0F1\n", ",,1F0", "\r\n0BW3", "(0F7;7B3)", "0FOO"})
    EXPECT_TRUE(looksLikeTorchCsv(text)) << text;
  for (const char *text : {"", "{\"ndevs\": 4}", "12", "name,time\n", "0,1"})
    EXPECT_FALSE(looksLikeTorchCsv(text)) << text;
}
