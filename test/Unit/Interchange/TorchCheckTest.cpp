//===- TorchCheckTest.cpp - Whether PyTorch's rows can run ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchCheck.h"
#include "layerpipe/Interchange/TorchCsv.h"

#include <gmock/gmock.h>

using namespace layerpipe::interchange;
using testing::HasSubstr;

static layerpipe::scheduling::Result<TorchFacts>
checked(const std::string &text) {
  auto rows = readTorchCsv(text);
  EXPECT_TRUE(rows) << rows.message();
  return checkTorchRows(*rows);
}

static std::string errorOf(const std::string &text) {
  return checked(text).message();
}

TEST(TorchCheck, FactsOfRows) {
  auto facts = checked("0F0,0F1,,,0B0,0B1\n,1F0,1F1,1B0,1I1,1W1\n");
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(facts->level, TorchLevel::compute_only);
  EXPECT_EQ(facts->ranks, 2);
  EXPECT_EQ(facts->stages, 2);
  EXPECT_EQ(facts->microbatches, 2);
  EXPECT_EQ(facts->rankOfStage, (std::vector<int64_t>{0, 1}));
  EXPECT_EQ(facts->placement, TorchPlacement::loop);
  EXPECT_TRUE(facts->splits);
  EXPECT_FALSE(facts->overlaps);
}

/// PyTorch's validator keeps sets, and lets all of these pass.
TEST(TorchCheck, WhatPyTorchMisses) {
  EXPECT_EQ(errorOf("0F0,0B0,0F0\n"),
            "row 1, cell 3: '0F0' is there twice, first in cell 1");
  // |B| + |I| = M and |I| = |W|, but microbatch 2 gets no gradients.
  EXPECT_EQ(errorOf("0F0,0F1,0F2,0B0,0B1,0I1,0W1\n"),
            "row 1, cell 6: '0I1' computes a gradient that '0B1' computes as "
            "well: B is both gradients");
  EXPECT_EQ(errorOf("0F0,0F1,0B0\n"),
            "row 1: there is neither '0B1' nor '0I1', so microbatch 1 gets no "
            "gradients in stage 0");
  EXPECT_EQ(errorOf("0F0,0F2,0B0,0B2\n"),
            "row 1: stage 0 has no actions for microbatch 1; there are "
            "microbatches 0 to 2");
  EXPECT_EQ(errorOf("0F0,0B0,0B5\n"), "row 1, cell 3: '0B5' has no '0F5'");
  EXPECT_EQ(errorOf("0F0,0B0\n1F0,1F1,1B0,1B1\n"),
            "row 1: stage 0 has no actions for microbatch 1; there are "
            "microbatches 0 to 1");
  EXPECT_EQ(errorOf("0F0,0F1,0B0,0B1\n1F0,1B0\n"),
            "row 2: stage 1 has no actions for microbatch 1; there are "
            "microbatches 0 to 1");
  // The ranks wait for each other.
  EXPECT_THAT(errorOf("0F0,0B0,0F1,0B1\n1F0,1F1,1B0,1B1\n"),
              HasSubstr("wait for each other forever: 0B0 on processor 0 reads "
                        "what 1B0 makes, which processor 1 runs after 1F1"));
}

TEST(TorchCheck, ActionsAreInTurn) {
  EXPECT_EQ(errorOf("0B0,0F0\n"), "row 1, cell 1: '0B0' comes before '0F0'");
  EXPECT_EQ(errorOf("0F0,0W0,0I0\n"),
            "row 1, cell 2: '0W0' comes before '0I0'");
  EXPECT_EQ(errorOf("0F0,0I0\n"), "row 1, cell 2: '0I0' has no '0W0'");
  EXPECT_EQ(errorOf("0F0,0W0\n"), "row 1, cell 2: '0W0' has no '0I0'");
  EXPECT_EQ(errorOf("0F0,0B0,0W0\n"),
            "row 1, cell 3: '0W0' computes a gradient that '0B0' computes as "
            "well: B is both gradients; in files of PyTorch 2.5 it is that of "
            "inputs alone");
}

TEST(TorchCheck, StagesAreOnOneRank) {
  EXPECT_EQ(errorOf("0F0,0B0\n1F0,1B0,0F1\n"),
            "row 2, cell 3: '0F1' is of stage 0, which is on rank 0 (row 1, "
            "cell 1)");
  EXPECT_EQ(errorOf("0F0,0B0\n2F0,2B0\n"),
            "there is a stage 2, but no stage 1");
  EXPECT_EQ(errorOf("0F0,0B0\n,,\n"),
            "row 2: rank 1 computes nothing; each rank has a stage");
  EXPECT_EQ(errorOf("0F0,0B0,1RESHARD\n"),
            "row 1: stage 1 has no actions for microbatch 0; there are "
            "microbatches 0 to 0");
  // Numbers that make large tables are no reason to allocate them.
  EXPECT_THAT(errorOf("0F1048575,0B1048575\n"), HasSubstr("microbatch 0"));
  EXPECT_THAT(errorOf("1048575F0,1048575B0\n"), HasSubstr("no stage 0"));
}

TEST(TorchCheck, Placements) {
  auto v = checked("0F0,3F0,3B0,0B0\n1F0,2F0,2B0,1B0\n");
  ASSERT_TRUE(v) << v.message();
  EXPECT_EQ(v->placement, TorchPlacement::v);
  EXPECT_TRUE(checkTorchtitanPlacement(v->rankOfStage, 2));
  auto manual = checked("0F0,1F0,1B0,0B0\n2F0,2B0\n");
  ASSERT_TRUE(manual) << manual.message();
  EXPECT_EQ(manual->placement, TorchPlacement::manual);
  EXPECT_EQ(checkTorchtitanPlacement(manual->rankOfStage, 2).message(),
            "torchtitan places stages as a loop or a v, and this is neither: "
            "stage 1 is on rank 0; the placement loop has it on rank 1");
  EXPECT_EQ(checkPlacement({0, 1, 0}, 2, TorchPlacement::v).message(),
            "the placement v has two stages for each rank, which makes 4; "
            "there are 3");
  EXPECT_EQ(checkTorchtitanPlacement({0, 1, 0}, 2).message(),
            "torchtitan wants as many stages on each rank; 3 stages are not "
            "divisible by 2");
  EXPECT_EQ(checkPlacement({0, 0}, 2, TorchPlacement::manual).message(),
            "rank 1 has no stage");
  EXPECT_EQ(placementOf({0, 1, 2, 2, 1, 0}, 3), TorchPlacement::v);
  EXPECT_EQ(placementOf({0, 1, 2, 0, 1}, 3), TorchPlacement::loop);
  EXPECT_EQ(placementOf({0, 0, 0}, 1), TorchPlacement::loop);
}

TEST(TorchCheck, OverlapsAreIndependent) {
  auto facts = checked("0F0,3F0,3F1,(0F1;3B0)OVERLAP_F_B\n1F0,2F0,1F1,2F1\n");
  EXPECT_EQ(facts.message(),
            "row 1: there is neither '0B0' nor '0I0', so microbatch 0 gets no "
            "gradients in stage 0");
  EXPECT_EQ(errorOf("(0F0;1F0)OVERLAP_F_B,1B0,0B0\n"),
            "row 1, cell 1: '1F0' reads what '0F0' makes, so they can't "
            "overlap");
  EXPECT_EQ(errorOf("0F0,1F0,(1B0;0I0)OVERLAP_F_B,0W0\n"),
            "row 1, cell 3: '0I0' reads what '1B0' makes, so they can't "
            "overlap");
  EXPECT_EQ(errorOf("0F0,(0I0;0W0)OVERLAP_F_B\n"),
            "row 1, cell 2: '0W0' reads what '0I0' makes, so they can't "
            "overlap");
}

namespace {

const std::string row0 = "0F0,0SEND_F0,0RECV_B0,0B0";
const std::string row1 = "1RECV_F0,1F0,1B0,1SEND_B0";

} // namespace

TEST(TorchCheck, SendsAndReceives) {
  auto facts = checked(row0 + "\n" + row1 + "\n");
  ASSERT_TRUE(facts) << facts.message();
  EXPECT_EQ(facts->level, TorchLevel::compute_comms);
  auto with0 = [](const std::string &other) {
    return errorOf(other + "\n" + row1 + "\n");
  };
  EXPECT_EQ(with0("0F0,,0SEND_F0,0RECV_B0,0B0"),
            "row 1, cell 2 is blank; rows with sends and receives have no "
            "bubbles");
  EXPECT_EQ(with0("0F0,0RECV_B0,0B0"),
            "'1RECV_F0' of processor 1 has no '0SEND_F0' on processor 0");
  EXPECT_EQ(with0("0F0,0SEND_F0,0SEND_F0,0RECV_B0,0B0"),
            "processor 0 has '0SEND_F0' twice");
  EXPECT_EQ(with0("0SEND_F0,0F0,0RECV_B0,0B0"),
            "processor 0 has '0SEND_F0' before '0F0', which makes it");
  EXPECT_EQ(with0("0F0,0SEND_F0,0B0,0RECV_B0"),
            "processor 0 has '0RECV_B0' after '0B0', which reads it");
  EXPECT_EQ(with0("0F0,0SEND_F0,0SEND_B0,0RECV_B0,0B0"),
            "row 1, cell 3: '0SEND_B0' has no partner: stage 0 is the first "
            "one");
  EXPECT_EQ(with0("0F0,0SEND_F0,0SEND_F1,0RECV_B0,0B0"),
            "row 1, cell 3: '0SEND_F1': there are microbatches 0 to 0");
  EXPECT_EQ(errorOf("0F0,0SEND_F0,1F0,1B0,0B0\n"),
            "row 1, cell 2: '0SEND_F0' is not needed: stages 0 and 1 are both "
            "on rank 0");
}

TEST(TorchCheck, Shards) {
  EXPECT_EQ(errorOf("0UNSHARD,0F0,0B0,0RESHARD,0REDUCE_GRAD\n"), "");
  EXPECT_EQ(errorOf("0UNSHARD,0F0,0RESHARD,0UNSHARD,0B0\n"), "");
  EXPECT_EQ(errorOf("0UNSHARD,0F0,0RESHARD,0B0\n"),
            "row 1, cell 4: '0B0' needs parameters that are sharded; there "
            "must be '0UNSHARD' before it");
  EXPECT_EQ(errorOf("0UNSHARD,0UNSHARD,0F0,0B0\n"),
            "row 1, cell 2: '0UNSHARD': the parameters of stage 0 are gathered "
            "already");
  EXPECT_EQ(errorOf("0RESHARD,0F0,0B0\n"),
            "row 1, cell 1: '0RESHARD': the parameters of stage 0 are sharded "
            "already");
  EXPECT_EQ(errorOf("0F0,0REDUCE_GRAD,0B0\n"),
            "row 1, cell 2: '0REDUCE_GRAD' comes when stage 0 has the "
            "gradients of 0 of 1 microbatches");
  EXPECT_EQ(errorOf("0F0,0B0,0REDUCE_GRAD,0REDUCE_GRAD\n"),
            "row 1, cell 4: '0REDUCE_GRAD' is there twice");
  EXPECT_EQ(errorOf(row0 + ",0REDUCE_GRAD\n" + row1 + "\n"),
            "stage 0 has a REDUCE_GRAD and stage 1 has none, so their "
            "gradients would be scaled differently");
}
