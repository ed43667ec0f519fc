//===- OnnxOptionsTest.cpp - Options of imports as users write them -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Import/OnnxOptions.h"

#include <gmock/gmock.h>

using namespace layerpipe;
using ::testing::HasSubstr;
using Texts = std::vector<std::string>;

TEST(OnnxOptions, ALossMayNameItsOutput) {
  auto plain = parseOnnxOptions({.losses = {"mse"}});
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->losses[0].loss, "mse");
  EXPECT_EQ(plain->losses[0].output, "");
  EXPECT_EQ(plain->losses[0].weight, 1);
  auto named = parseOnnxOptions({.losses = {"a=b=cross-entropy"}});
  ASSERT_TRUE(named);
  EXPECT_EQ(named->losses[0].loss, "cross-entropy");
  EXPECT_EQ(named->losses[0].output, "a=b");
  EXPECT_THAT(parseOnnxOptions({.losses = {"l1"}}).message(),
              HasSubstr("--loss: there is no loss 'l1'"));
}

TEST(OnnxOptions, RunningVariancesHaveAConvention) {
  EXPECT_EQ(parseOnnxOptions({})->runningVariance, RunningVariance::automatic);
  EXPECT_EQ(parseOnnxOptions({.runningVariance = "biased"})->runningVariance,
            RunningVariance::biased);
  EXPECT_EQ(parseOnnxOptions({.runningVariance = "unbiased"})->runningVariance,
            RunningVariance::unbiased);
  EXPECT_THAT(parseOnnxOptions({.runningVariance = "onnx"}).message(),
              HasSubstr("--running-variance: there is no 'onnx'"));
}

TEST(OnnxOptions, SeveralLossesHaveWeightsAndLabels) {
  auto options =
      parseOnnxOptions({.losses = {"main=cross-entropy@species", "a:b=mse:0.25",
                                   "aux=mse:-1e-3@x=y@z"}});
  ASSERT_TRUE(options) << options.message();
  EXPECT_EQ(options->losses[0].labels, "species");
  EXPECT_EQ(options->losses[1].output, "a:b");
  EXPECT_EQ(options->losses[1].weight, 0.25);
  EXPECT_EQ(options->losses[2].output, "aux");
  EXPECT_EQ(options->losses[2].weight, -1e-3);
  EXPECT_EQ(options->losses[2].labels, "x=y@z");
  for (const auto &[texts, message] :
       std::vector<std::pair<Texts, const char *>>{
           {{"mse", "a=mse"}, "several losses need the names of their outputs"},
           {{"a=mse", "a=mse"}, "the output 'a' has two losses"},
           {{"a=mse@"}, "has no name of labels"},
           {{"a=mse:"}, "the weight in 'a=mse:'"},
           {{"a=mse:x"}, "the weight in 'a=mse:x'"},
           {{"a=mse:nan"}, "the weight in 'a=mse:nan'"},
           {{"a=mse@t:0.5", "b=l1"}, "there is no loss 'l1'"}})
    EXPECT_THAT(parseOnnxOptions({.losses = texts}).message(),
                HasSubstr(message));
}

TEST(OnnxOptions, DimensionsHaveNamesAndSizes) {
  auto options = parseOnnxOptions({.dimensions = {"height=32", "w=1"}});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->dimensions.at("height"), 32);
  EXPECT_EQ(options->dimensions.at("w"), 1);
  for (const char *wrong : {"height", "=3", "height=", "height=0", "height=-1",
                            "height=3x", "height=99999999999999999999"})
    EXPECT_THAT(parseOnnxOptions({.dimensions = {wrong}}).message(),
                HasSubstr("is no NAME=N"))
        << wrong;
  EXPECT_THAT(parseOnnxOptions({.dimensions = {"h=3", "h=4"}}).message(),
              HasSubstr("is given twice"));
}
