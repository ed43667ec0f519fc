//===- PublishedSplitsTest.cpp - Splits of a published profile ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What splits gain over whole layers on PipeDream's profile of VGG-16, and that
// this does not cost more traffic.
//
//===----------------------------------------------------------------------===//

#include "Support/TrainingTasks.h"
#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Network/PipedreamProfile.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace layerpipe;
using namespace layerpipe::compare;
using namespace layerpipe::scheduling;
using namespace layerpipe::testing;

namespace {
using namespace strategies;

std::optional<TaskForms> readModel(const std::string &path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  Result<LayerGraph> layers = network::readPipedreamProfile(text.str());
  EXPECT_TRUE(layers) << layers.message();
  if (!layers)
    return std::nullopt;
  TaskForms model{"vgg16", "ns", makeTrainingTasks(*layers, true),
                  makeTrainingTasks(*layers, false)};
  model.coupledInStages = [layers = *layers](const auto &stages) {
    return makeTrainingTasks(layers, true, stages);
  };
  model.divisible = model.decoupled;
  constexpr int64_t quantum = 16;
  model.rules = makeTrainingSplitRules(*layers, model.divisible, quantum);
  return model;
}

} // namespace

TEST(PublishedSplits, vgg16GainsWithoutMoreTraffic) {
  const char *folder = std::getenv("LAYERPIPE_TEST_DATA");
  if (!folder)
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of profiles";
  auto model = readModel(std::string(folder) + "/pipedream-profiles/vgg16.txt");
  ASSERT_TRUE(model);
  CompareOptions options;
  options.processors = {7, 8, 9};
  options.strategies = {*parseStrategy("pipedream"),
                        *parseStrategy("layerpipe")};
  options.objectives = {Objective::period, Objective::communication};
  Result<std::vector<Row>> rows = compareAll(*model, options);
  ASSERT_TRUE(rows) << rows.message();
  ASSERT_EQ(rows->size(), 6u);
  const double gains[] = {1.64, 1.88, 2.11};
  for (size_t i = 0; i < 3; ++i) {
    const Row &pipedream = (*rows)[2 * i], &split = (*rows)[2 * i + 1];
    SCOPED_TRACE(split.processors);
    ASSERT_EQ(split.error, "");
    // The tolerance allows a period that is 1 % longer.
    EXPECT_GE(*split.vsPipedream * 1.01, gains[i]);
    EXPECT_LE(2 * *split.communicationBytes, 3 * *pipedream.communicationBytes);
  }
}

// Sums of gradients follow the stages, which need not follow the numbers of
// ResNet-18's layers.
TEST(PublishedStages, gradientsAreAsLateAsStagesAreBehind) {
  const char *folder = std::getenv("LAYERPIPE_TEST_DATA");
  if (!folder)
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of profiles";
  auto model =
      readModel(std::string(folder) + "/pipedream-profiles/resnet18.txt");
  ASSERT_TRUE(model);
  CompareOptions options;
  options.processors = {2, 3, 4, 5, 6, 7, 8, 9};
  options.strategies = {*parseStrategy("pipedream")};
  Result<std::vector<Row>> rows = compareAll(*model, options);
  ASSERT_TRUE(rows) << rows.message();
  for (const Row &row : *rows)
    EXPECT_EQ(row.maxStaleness, *row.processorsUsed - 1)
        << row.processors << " processors";
}
