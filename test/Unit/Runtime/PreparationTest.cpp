//===- PreparationTest.cpp - Tests of normalized and varied inputs --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Options that are right and wrong, and what becomes of small images.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Preparation.h"

#include <gmock/gmock.h>

#include <set>

using namespace layerpipe::runtime;
using testing::ElementsAre;
using testing::HasSubstr;

/// A program for images of 2 channels of 2 x 3 pixels.
static Manifest imageManifest() {
  Manifest manifest;
  manifest.name = "net";
  manifest.batch = 4;
  manifest.inputs[0].shape = {4, 2, 2, 3};
  return manifest;
}

static std::string normalizationError(const std::string &text) {
  auto read = parseNormalization(text, imageManifest());
  return read ? "" : read.error().message;
}

static std::string augmentationError(const std::string &text) {
  auto read = parseAugmentation(text, imageManifest());
  return read ? "" : read.error().message;
}

static const std::vector<float> oneToTwelve = {1, 2, 3, 4,  5,  6,
                                               7, 8, 9, 10, 11, 12};

TEST(Normalization, HasANumberForEachChannelOrOneForAll) {
  std::vector<float> values = {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6};
  auto read = parseNormalization("1,-2:0.5", imageManifest());
  ASSERT_TRUE(read) << read.error().message;
  Normalizer(imageManifest(), *read).apply(values.data());
  EXPECT_THAT(values, ElementsAre(0, 2, 4, 6, 8, 10, 6, 8, 10, 12, 14, 16));
}

TEST(Normalization, NothingChangesWithout) {
  std::vector<float> values = oneToTwelve;
  Normalizer(imageManifest(), {}).apply(values.data());
  Augmenter(imageManifest(), {}, 1).apply(values.data(), 0, 0);
  EXPECT_EQ(values, oneToTwelve);
}

TEST(Normalization, MistakesSayWhatWouldBeRight) {
  EXPECT_THAT(normalizationError("0.5"),
              HasSubstr("'0.5' has no colon; it must be MEAN[,MEAN...]:STD"));
  EXPECT_THAT(normalizationError("1,2,3:1"),
              HasSubstr("has 3 means, but the input of net has 2 channels: "
                        "give one for all, or 2"));
  EXPECT_THAT(normalizationError("1:1,2,3"),
              HasSubstr("has 3 standard deviations"));
  for (std::string bad : {"1:0", "1:-1", "x:1", "1,:1", ":", "1:inf", "nan:1"})
    EXPECT_THAT(normalizationError(bad), HasSubstr("--normalize: ")) << bad;
}

TEST(Augmentation, MistakesSayWhatWouldBeRight) {
  EXPECT_EQ(augmentationError("flip,crop=1"), "");
  for (std::string bad : {"", "flop", "flip,flip", "crop=1,crop=1", "flip,"})
    EXPECT_THAT(augmentationError(bad), HasSubstr("none of flip and crop=N"))
        << bad;
  EXPECT_THAT(augmentationError("crop=2"), HasSubstr("'2' is too large"));
  EXPECT_THAT(augmentationError("crop=0"), HasSubstr("'0' is too small"));
  Manifest rows = imageManifest();
  rows.inputs[0].shape = {4, 12};
  EXPECT_THAT(parseAugmentation("flip", rows).error().message,
              HasSubstr("a sample of net is none"));
}

/// Returns all images that become of one in many epochs.
static std::set<std::vector<float>> variations(Augmentation augmentation) {
  std::set<std::vector<float>> seen;
  Augmenter augmenter(imageManifest(), augmentation, 1);
  for (int64_t epoch = 0; epoch < 400; ++epoch) {
    std::vector<float> values = oneToTwelve;
    augmenter.apply(values.data(), epoch, 5);
    seen.insert(values);
  }
  return seen;
}

TEST(Augmentation, FlipMirrorsRows) {
  EXPECT_THAT(variations({true, 0}),
              ElementsAre(oneToTwelve,
                          ElementsAre(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10)));
}

TEST(Augmentation, CropShiftsWithZeros) {
  std::set<std::vector<float>> seen = variations({false, 1});
  EXPECT_EQ(seen.size(), 9u);
  EXPECT_TRUE(seen.contains({0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 7, 8}));
  EXPECT_TRUE(seen.contains({5, 6, 0, 0, 0, 0, 11, 12, 0, 0, 0, 0}));
  EXPECT_EQ(variations({true, 1}).size(), 18u);
}

TEST(Augmentation, DependsOnSeedEpochAndSampleAlone) {
  auto after = [](uint64_t seed, const std::vector<int64_t> &epochs) {
    Augmenter augmenter(imageManifest(), {true, 1}, seed);
    std::vector<float> all;
    for (int64_t sample = 0; sample < 8; ++sample) {
      std::vector<float> values;
      for (int64_t epoch : epochs) {
        values = oneToTwelve;
        augmenter.apply(values.data(), epoch, sample);
      }
      all.insert(all.end(), values.begin(), values.end());
    }
    return all;
  };
  EXPECT_EQ(after(1, {9}), after(1, {4, 7, 9}));
  EXPECT_NE(after(1, {9}), after(2, {9}));
  EXPECT_NE(after(1, {9}), after(1, {8}));
}
