//===- DataFormatTest.cpp - Tests of data in all formats ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Folders with the same data in each format, and what programs refuse.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/DataSet.h"
#include "layerpipe/Runtime/Data/Safetensors.h"

#include "ArrayBytes.h"
#include "TemporaryFolder.h"

#include <gmock/gmock.h>

using namespace layerpipe::runtime;
using testing::ElementsAre;
using testing::HasSubstr;

/// A program for rows of 2 x 3 values in batches of 2, with 3 classes.
static Manifest rowsManifest(LabelKind kind = LabelKind::Class) {
  Manifest manifest;
  manifest.name = "net";
  manifest.batch = 2;
  manifest.inputs[0].shape = {2, 2, 3};
  manifest.labels[0].classes = 3;
  manifest.labels[0].kind = kind;
  manifest.labels[0].shape = {2};
  if (kind == LabelKind::Dense)
    manifest.labels[0].shape.push_back(3);
  return manifest;
}

static std::string errorOf(const TemporaryFolder &folder,
                           const Manifest &manifest = rowsManifest()) {
  Result<DataSets> sets = readDataSets(folder.path, manifest);
  return sets ? "" : sets.error().message;
}

static const std::vector<float> twoSamples = {1,  2,  3,  4,  5,  6,
                                              -1, -2, -3, -4, -5, -6};

static void writeNpy(const TemporaryFolder &folder, const std::string &name,
                     const std::string &descr, const std::string &shape,
                     const std::string &data) {
  writeFile(folder / (name + ".npy"), npyBytes(descr, shape, data));
}

/// A safetensors file of a float tensor and one of I64.
static std::string tensorBytes(const std::vector<float> &inputs,
                               const std::vector<int64_t> &targets) {
  const size_t floats = inputs.size() * 4, all = floats + targets.size() * 8;
  std::string header =
      "{\"inputs\":{\"dtype\":\"F32\",\"shape\":[" +
      std::to_string(targets.size()) + ",2,3],\"data_offsets\":[0," +
      std::to_string(floats) + "]},\"targets\":{\"dtype\":\"I64\",\"shape\":[" +
      std::to_string(targets.size()) + "],\"data_offsets\":[" +
      std::to_string(floats) + "," + std::to_string(all) + "]}}";
  return littleEndian(header.size(), 8) + header + bytesOf(inputs) +
         bytesOf(targets);
}

static void expectTwoSamples(const TemporaryFolder &folder) {
  Result<DataSets> sets = readDataSets(folder.path, rowsManifest());
  ASSERT_TRUE(sets) << sets.error().message;
  for (const DataSet *set : {&sets->training, &*sets->test}) {
    EXPECT_EQ(set->samples, 2);
    EXPECT_EQ(set->inputs[0].values, twoSamples);
    EXPECT_THAT(set->labels[0].labels, ElementsAre(2, 0));
  }
}

TEST(DataFormats, NumpyFiles) {
  TemporaryFolder folder;
  for (std::string part : {"train", "test"}) {
    writeNpy(folder, part + "-inputs", "<f4", "(2, 2, 3)", bytesOf(twoSamples));
    writeNpy(folder, part + "-targets", "<i8", "(2,)",
             bytesOf<int64_t>({2, 0}));
  }
  expectTwoSamples(folder);
}

TEST(DataFormats, NumpyArchives) {
  for (bool deflate : {false, true}) {
    TemporaryFolder folder;
    for (std::string part : {"train", "test"})
      writeFile(folder / (part + ".npz"),
                zipBytes({{"targets.npy",
                           npyBytes("<i4", "(2, 1)", bytesOf<int32_t>({2, 0}))},
                          {"inputs.npy",
                           npyBytes("<f4", "(2, 6)", bytesOf(twoSamples))}},
                         deflate));
    expectTwoSamples(folder);
  }
}

TEST(DataFormats, Safetensors) {
  TemporaryFolder folder;
  for (std::string part : {"train", "test"})
    writeFile(folder / (part + ".safetensors"),
              tensorBytes(twoSamples, {2, 0}));
  expectTwoSamples(folder);
  TensorFile file;
  file.tensors["inputs"] = {{2, 2, 3}, twoSamples};
  writeFile(folder / "train.safetensors", serializeTensors(file));
  EXPECT_THAT(errorOf(folder), HasSubstr("has no tensor targets"));
}

TEST(DataFormats, Cifar) {
  Manifest manifest = rowsManifest();
  manifest.inputs[0].shape = {2, 3, 32, 32};
  manifest.labels[0].classes = 10;
  TemporaryFolder folder;
  const std::string first = '\7' + std::string(3072, '\1');
  const std::string second = '\2' + std::string(3071, '\2') + '\xff';
  writeFile(folder / "data_batch_1.bin", first);
  writeFile(folder / "data_batch_2.bin", second + first);
  writeFile(folder / "test_batch.bin", second);
  Result<DataSets> sets = readDataSets(folder.path, manifest);
  ASSERT_TRUE(sets) << sets.error().message;
  EXPECT_THAT(sets->training.labels[0].labels, ElementsAre(7, 2, 7));
  EXPECT_EQ(sets->training.inputs[0].pixels[3071], 1);
  EXPECT_EQ(sets->training.inputs[0].pixels[2 * 3072 - 1], 255);
  EXPECT_THAT(sets->test->labels[0].labels, ElementsAre(2));
  EXPECT_EQ(dataFiles(folder.path, manifest).size(), 3u);
  writeFile(folder / "data_batch_2.bin", second + "x");
  EXPECT_THAT(errorOf(folder, manifest),
              HasSubstr("data_batch_2.bin has 3074 bytes, which are no whole "
                        "records of 3073"));
  writeFile(folder / "data_batch_2.bin", '\12' + std::string(3072, '\1'));
  EXPECT_THAT(errorOf(folder, manifest),
              HasSubstr("label 10 of sample 1 is out of range: there are 10 "
                        "classes, 0 to 9"));
}

TEST(DataFormats, BytesAreDividedAndOtherNumbersAreNot) {
  for (std::string descr : {"|u1", "<i4"}) {
    TemporaryFolder folder;
    const bool bytes = descr == "|u1";
    writeNpy(folder, "train-inputs", descr, "(2, 6)",
             bytes ? std::string(12, '\x33')
                   : bytesOf<int32_t>(std::vector<int32_t>(12, 0x33)));
    writeNpy(folder, "train-targets", "|u1", "(2,)", std::string("\1\2"));
    Result<DataSets> sets = readDataSets(folder.path, rowsManifest());
    ASSERT_TRUE(sets) << sets.error().message;
    float input[6];
    int32_t label;
    copySample(sets->training, 1, 0, rowsManifest(), {{input}, {&label}});
    EXPECT_EQ(input[5], bytes ? 51.0f / 255.0f : 51.0f);
    EXPECT_EQ(label, 2);
  }
}

TEST(DataFormats, DenseTargetsAreRowsOrClasses) {
  const Manifest manifest = rowsManifest(LabelKind::Dense);
  TemporaryFolder folder;
  writeNpy(folder, "train-inputs", "<f4", "(2, 6)", bytesOf(twoSamples));
  writeNpy(folder, "train-targets", "<f8", "(2, 3)",
           bytesOf<double>({.5, 1, 2, 3, 4, -5}));
  Result<DataSets> sets = readDataSets(folder.path, manifest);
  ASSERT_TRUE(sets) << sets.error().message;
  float input[6], row[3];
  copySample(sets->training, 1, 0, manifest, {{input}, {row}});
  EXPECT_THAT(row, ElementsAre(3, 4, -5));
  writeNpy(folder, "train-targets", "<i8", "(2,)", bytesOf<int64_t>({2, 1}));
  sets = readDataSets(folder.path, manifest);
  ASSERT_TRUE(sets) << sets.error().message;
  copySample(sets->training, 1, 0, manifest, {{input}, {row}});
  EXPECT_THAT(row, ElementsAre(0, 1, 0));
  writeNpy(folder, "train-targets", "<f4", "(2, 2)",
           bytesOf<float>({1, 2, 3, 4}));
  EXPECT_THAT(errorOf(folder, manifest),
              HasSubstr("has 2 values per sample, but net learns 3, or one "
                        "integer, the class"));
}

TEST(DataFormats, OneOutputLearnsIntegersAsNumbers) {
  Manifest manifest = rowsManifest(LabelKind::Dense);
  manifest.labels[0].classes = 1;
  TemporaryFolder folder;
  writeNpy(folder, "train-inputs", "<f4", "(2, 6)", bytesOf(twoSamples));
  writeNpy(folder, "train-targets", "<i8", "(2,)", bytesOf<int64_t>({-7, 9}));
  Result<DataSets> sets = readDataSets(folder.path, manifest);
  ASSERT_TRUE(sets) << sets.error().message;
  EXPECT_THAT(sets->training.labels[0].targets, ElementsAre(-7, 9));
}

TEST(DataFormats, EachPositionOfASampleHasALabel) {
  Manifest manifest = rowsManifest();
  manifest.labels[0].shape = {2, 3};
  TemporaryFolder folder;
  writeNpy(folder, "train-inputs", "<f4", "(2, 6)", bytesOf(twoSamples));
  writeNpy(folder, "train-targets", "<i8", "(2, 3)",
           bytesOf<int64_t>({0, 1, 2, 2, 1, -100}));
  EXPECT_THAT(errorOf(folder, manifest),
              HasSubstr("label -100 of sample 1 is out of range: there are 3 "
                        "classes, 0 to 2"));
  manifest.labels[0].ignored = -100;
  Result<DataSets> sets = readDataSets(folder.path, manifest);
  ASSERT_TRUE(sets) << sets.error().message;
  float input[6];
  int32_t labels[3];
  copySample(sets->training, 1, 0, manifest, {{input}, {labels}});
  EXPECT_THAT(labels, ElementsAre(2, 1, -100));
  writeNpy(folder, "train-targets", "<i8", "(2,)", bytesOf<int64_t>({0, 1}));
  EXPECT_THAT(
      errorOf(folder, manifest),
      HasSubstr("takes classes: 3 integers, one for each position [3]"));
}

/// A program of two inputs and two kinds of labels.
static Manifest severalManifest() {
  Manifest manifest = rowsManifest();
  manifest.inputs[0].name = "left";
  manifest.inputs.push_back({0, {2, 1}, "right"});
  manifest.labels.push_back({0, {2, 2}, 2, LabelKind::Dense, "place"});
  return manifest;
}

TEST(DataFormats, SeveralInputsAndLabelsHaveTheirNames) {
  const Manifest manifest = severalManifest();
  const std::vector<std::pair<std::string, std::string>> arrays = {
      {"place.npy", npyBytes("<f4", "(2, 2)", bytesOf<float>({1, 2, 3, 4}))},
      {"left.npy", npyBytes("<f4", "(2, 6)", bytesOf(twoSamples))},
      {"targets.npy", npyBytes("<i8", "(2,)", bytesOf<int64_t>({2, 0}))},
      {"right.npy", npyBytes("<f4", "(2, 1)", bytesOf<float>({7, 8}))}};
  for (bool archive : {false, true}) {
    TemporaryFolder folder;
    if (archive)
      writeFile(folder / "train.npz", zipBytes(arrays, false));
    else
      for (const auto &[name, bytes] : arrays)
        writeFile(folder / ("train-" + name), bytes);
    Result<DataSets> sets = readDataSets(folder.path, manifest);
    ASSERT_TRUE(sets) << sets.error().message;
    float left[6], right[1], place[2];
    int32_t label;
    copySample(sets->training, 1, 0, manifest,
               {{left, right}, {&label, place}});
    EXPECT_EQ(left[5], -6);
    EXPECT_EQ(right[0], 8);
    EXPECT_EQ(label, 0);
    EXPECT_THAT(place, ElementsAre(3, 4));
    EXPECT_EQ(dataFiles(folder.path, manifest).size(), archive ? 1u : 4u);
  }
}

TEST(DataFormats, SeveralInputsNeedAFormatWithNames) {
  const Manifest manifest = severalManifest();
  TemporaryFolder folder;
  writeFile(folder / "data_batch_1.bin", std::string(3073, '\1'));
  EXPECT_THAT(errorOf(folder, manifest),
              HasSubstr("are images and their classes, but the program takes "
                        "left, right, targets, place"));
  TemporaryFolder other;
  writeNpy(other, "train-left", "<f4", "(2, 6)", bytesOf(twoSamples));
  EXPECT_THAT(errorOf(other, manifest), HasSubstr("train-right.npy"));
  writeNpy(other, "train-right", "<f4", "(1, 1)", bytesOf<float>({1}));
  writeNpy(other, "train-targets", "<i8", "(2,)", bytesOf<int64_t>({2, 0}));
  writeNpy(other, "train-place", "<f4", "(2, 2)", bytesOf<float>({1, 2, 3, 4}));
  EXPECT_THAT(errorOf(other, manifest),
              HasSubstr("train-right.npy has shape [1, 1], but"));
}

TEST(DataFormats, MistakesSayWhatWouldBeRight) {
  TemporaryFolder folder;
  const std::string targets = bytesOf<int64_t>({2, 0});
  EXPECT_THAT(errorOf(folder), HasSubstr("has no training data, which would be "
                                         "one of: train-images-idx3-ubyte"));
  writeNpy(folder, "train-inputs", "<f4", "(2, 6)", bytesOf(twoSamples));
  EXPECT_THAT(errorOf(folder), HasSubstr("train-targets.npy"));
  writeNpy(folder, "train-targets", "<i8", "(1, 2)", targets);
  EXPECT_THAT(errorOf(folder), HasSubstr("train-targets.npy has shape [1, 2], "
                                         "but"));
  writeNpy(folder, "train-targets", "<f4", "(2,)", bytesOf<float>({1, 2}));
  EXPECT_THAT(errorOf(folder),
              HasSubstr("has 1 values of type F32 per sample, but net takes "
                        "classes: one integer"));
  writeNpy(folder, "train-targets", "<i8", "(2,)", bytesOf<int64_t>({0, -1}));
  EXPECT_THAT(errorOf(folder), HasSubstr("label -1 of sample 1 is out of"));
  writeNpy(folder, "train-targets", "<i8", "(2,)", targets);
  writeNpy(folder, "train-inputs", "<f4", "(2, 3, 2)", bytesOf(twoSamples));
  EXPECT_THAT(errorOf(folder), HasSubstr("has samples of [3, 2], but net takes "
                                         "[2, 3]: transpose them"));
  writeNpy(folder, "train-inputs", "<f4", "(4, 3)", bytesOf(twoSamples));
  EXPECT_THAT(errorOf(folder), HasSubstr("3 values per sample, but net takes "
                                         "6"));
  writeFile(folder / "train.npz", "");
  EXPECT_THAT(errorOf(folder), HasSubstr("training data twice: "
                                         "train-inputs.npy and "
                                         "train-targets.npy, and train.npz"));
}
