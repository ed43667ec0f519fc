//===- InspectTest.cpp - What schedules of other runtimes are ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Inspect.h"

#include <gmock/gmock.h>

using namespace layerpipe::interchange;
using namespace layerpipe::scheduling;
using testing::HasSubstr;

static const std::string rows = "0F0,0F1,,0B0,,0B1\n,1F0,1B0,1F1,1B1\n";
static const std::string naive =
    "0F0,0SEND_F0,0F1,0SEND_F1,0RECV_B0,0B0,0RECV_B1,0B1\n"
    "1RECV_F0,1F0,1B0,1SEND_B0,1RECV_F1,1F1,1B1,1SEND_B1\n";

TEST(Inspect, FormatsAreKnownByContent) {
  EXPECT_TRUE(isForeignSchedule(rows));
  EXPECT_TRUE(isForeignSchedule(R"({"ndevs": 1, "blocks": []})"));
  EXPECT_FALSE(isForeignSchedule(R"({"format": "layerpipe-schedule"})"));
  EXPECT_FALSE(isForeignSchedule(""));
}

TEST(Inspect, RowsOfPyTorch) {
  auto found = inspectSchedule(rows);
  ASSERT_TRUE(found) << found.message();
  EXPECT_EQ(found->summary,
            "PyTorch rows, compute_only, 2 stages on 2 ranks (loop), 2 "
            "microbatches; at unit times makespan 9, busiest rank 6; at most 2 "
            "activations on a rank; 4 messages, whose naive sends and receives "
            "hang under pair, rank, host");
  EXPECT_EQ(found->facts["format"], "pytorch-csv");
  EXPECT_EQ(found->facts["makespan"], 9);
  EXPECT_EQ(found->facts["activations"], (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(found->facts["buffers"], (std::vector<int64_t>{3, 2}));
  EXPECT_EQ(found->facts["lock_step"], true);
  EXPECT_EQ(found->facts["torchtitan"], true);
  EXPECT_EQ(found->facts["naive_hangs"].size(), 3u);
}

TEST(Inspect, TransportsMayBeAskedFor) {
  auto found = inspectSchedule(naive, {newestTorch, {Transport::eager}});
  ASSERT_TRUE(found) << found.message();
  EXPECT_THAT(found->summary,
              HasSubstr("4 messages, whose sends and receives hang under pair, "
                        "rank, host"));
  found = inspectSchedule(naive, {newestTorch, {Transport::pair}});
  EXPECT_EQ(found.message(),
            "it hangs under pair: processor 0 never completes '0SEND_F1': "
            "'1RECV_F1' of processor 1 is queued behind '1SEND_B0'; '0RECV_B0' "
            "of processor 0 is queued behind '0SEND_F1'");
}

TEST(Inspect, PlansOfTessel) {
  auto found = inspectSchedule(
      R"({"ndevs": 1, "blocks": [
        {"mid": 0, "span": 1, "memory": 1, "btype": "forward", "gid": 0,
         "step": 0, "device": [0]},
        {"mid": 0, "span": 2, "memory": -1, "btype": "backward", "gid": 1,
         "step": 1, "device": [0]}], "repetend": [0, 3]})");
  ASSERT_TRUE(found) << found.message();
  EXPECT_EQ(found->summary,
            "Tessel plan, 2 sub-graphs on 1 device, 1 microbatch; makespan "
            "3 steps, busiest device 3; at most 1 of memory on a device; the "
            "repetend repeats every 3 steps");
  EXPECT_EQ(found->facts["period"], 3);
}

TEST(Inspect, MistakesAreNamed) {
  EXPECT_THAT(inspectSchedule("0F0,0FOO\n").message(),
              HasSubstr("row 1, cell 2: '0FOO'"));
  EXPECT_EQ(inspectSchedule("0F0\n").message(),
            "row 1: there is neither '0B0' nor '0I0', so microbatch 0 gets no "
            "gradients in stage 0");
  EXPECT_EQ(inspectSchedule(R"({"ndevs": 1, "blocks": []})").message(),
            "the plan has no blocks");
}
