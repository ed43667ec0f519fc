//===- ScoreTest.cpp - Tests of scores and how they are told --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rank.h"
#include "Report.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

using namespace layerpipe::runtime;

TEST(Rank, EqualPredictionsStandInOrder) {
  const float prediction[] = {3, 5, 5, 1, -2, 3};
  std::vector<int64_t> ranks;
  for (int64_t label = 0; label < 6; ++label)
    ranks.push_back(rankOf(prediction, 6, label));
  EXPECT_THAT(ranks, testing::ElementsAre(2, 0, 1, 4, 5, 3));
}

static Score tenClasses() {
  Score score;
  score.samples = 4;
  score.accuracy = 0.25;
  score.topFive = 0.75;
  return score;
}

TEST(Score, TopFiveStandsBesideTheAccuracy) {
  EXPECT_EQ(describeScore(tenClasses()),
            "test accuracy 0.2500\ntest top-5 accuracy 0.7500\n");
  EXPECT_EQ(describeScoreShortly(tenClasses()),
            "test accuracy 0.2500, test top-5 accuracy 0.7500");
}

TEST(Score, LinesOfMetricsHaveWhatWasMeasured) {
  EXPECT_EQ(writeScoreLine(400, tenClasses()),
            "{\"step\":399,\"test_accuracy\":0.25,\"test_top5_accuracy\":"
            "0.75}\n");
  Score regression;
  regression.loss = 0.5;
  EXPECT_EQ(writeScoreLine(1, regression), "{\"step\":0,\"test_loss\":0.5}\n");
}

TEST(Score, SummariesHaveEveryFigure) {
  Manifest manifest;
  auto json =
      nlohmann::json::parse(writeRunJson(manifest, std::nullopt, tenClasses()));
  EXPECT_EQ(json["test_top5_accuracy"], 0.75);
  EXPECT_EQ(json["test_loss"], nullptr);
  json =
      nlohmann::json::parse(writeRunJson(manifest, std::nullopt, std::nullopt));
  EXPECT_EQ(json["test_top5_accuracy"], nullptr);
}
