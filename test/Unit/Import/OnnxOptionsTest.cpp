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

TEST(OnnxOptions, ALossMayNameItsOutput) {
  EXPECT_EQ(parseOnnxOptions({.loss = "mse"})->loss, "mse");
  EXPECT_EQ(parseOnnxOptions({.loss = "mse"})->output, "");
  auto named = parseOnnxOptions({.loss = "a=b=cross-entropy"});
  ASSERT_TRUE(named);
  EXPECT_EQ(named->loss, "cross-entropy");
  EXPECT_EQ(named->output, "a=b");
  EXPECT_THAT(parseOnnxOptions({.loss = "l1"}).message(),
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
