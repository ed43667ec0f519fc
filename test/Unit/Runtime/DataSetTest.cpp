//===- DataSetTest.cpp - Tests of data sets -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// IDX files, good ones and broken ones, and synthetic data.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/DataSet.h"
#include "layerpipe/Runtime/Data/Idx.h"

#include "IdxBytes.h"
#include "TemporaryFolder.h"

#include <gmock/gmock.h>

using namespace layerpipe::runtime;
using testing::HasSubstr;

static std::string errorOf(const TemporaryFolder &folder,
                           const std::string &bytes) {
  writeFile(folder / "file", bytes);
  Result<IdxFile> file = readIdxFile(folder / "file");
  return file ? "" : file.error().message;
}

TEST(IdxFile, ReadsPlainAndGzipped) {
  TemporaryFolder folder;
  std::string bytes = idxBytes({2, 3}, "abcdef");
  for (const std::string &form : {bytes, gzipped(bytes)}) {
    writeFile(folder / "file", form);
    Result<IdxFile> file = readIdxFile(folder / "file");
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->extents, (std::vector<int64_t>{2, 3}));
    EXPECT_EQ(std::string(file->values.begin(), file->values.end()), "abcdef");
  }
}

TEST(IdxFile, GzipFilesMayHaveSeveralMembersAndPadding) {
  std::string bytes = idxBytes({2, 3}, "abcdef");
  std::string twice =
      gzipped(bytes.substr(0, 5)) + gzipped("") + gzipped(bytes.substr(5));
  TemporaryFolder folder;
  EXPECT_EQ(errorOf(folder, twice), "");
  EXPECT_EQ(errorOf(folder, twice + std::string(1, '\0')), "");
  EXPECT_EQ(errorOf(folder, gzipped(bytes) + std::string(5000, '\0')), "");
  EXPECT_THAT(errorOf(folder, twice + "x"),
              HasSubstr("1 bytes behind its gzip data"));
  EXPECT_THAT(errorOf(folder, twice + std::string("\0x", 2)),
              HasSubstr("2 bytes behind its gzip data"));
  for (size_t cut = 1; cut < gzipped(bytes.substr(5)).size(); ++cut)
    EXPECT_NE(errorOf(folder, twice.substr(0, twice.size() - cut)), "") << cut;
  std::string damaged = twice;
  damaged[damaged.size() - 6] ^= 1; // In the last checksum.
  EXPECT_THAT(errorOf(folder, damaged), HasSubstr("damaged"));
}

TEST(IdxFile, EveryTruncationIsRefused) {
  TemporaryFolder folder;
  std::string bytes = idxBytes({2, 3}, "abcdef"), packed = gzipped(bytes);
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(errorOf(folder, bytes.substr(0, size)), "") << size;
  for (size_t size = 0; size < packed.size(); ++size)
    EXPECT_NE(errorOf(folder, packed.substr(0, size)), "") << size;
  EXPECT_THAT(errorOf(folder, packed.substr(0, packed.size() - 9)),
              HasSubstr("truncated"));
}

TEST(IdxFile, CorruptFilesAreRefused) {
  TemporaryFolder folder;
  std::string bytes = idxBytes({2, 3}, "abcdef");
  EXPECT_THAT(errorOf(folder, bytes + "x"), HasSubstr("corrupt"));
  std::string damaged = gzipped(bytes);
  damaged[damaged.size() - 6] ^= 1; // In the checksum.
  EXPECT_THAT(errorOf(folder, damaged), HasSubstr("damaged"));
  std::string floats = bytes;
  floats[2] = 0x0d;
  EXPECT_THAT(errorOf(folder, floats), HasSubstr("unsigned bytes"));
  EXPECT_THAT(errorOf(folder, idxBytes({~0u, ~0u, ~0u}, "abc")),
              HasSubstr("truncated"));
  EXPECT_THAT(readIdxFile(folder / "nothing").error().message,
              HasSubstr("No such file"));
}

/// A program for 2 x 2 images in batches of 2 with 3 classes.
static Manifest smallManifest() {
  Manifest manifest;
  manifest.name = "net";
  manifest.batch = 2;
  manifest.inputs[0].shape = {2, 1, 2, 2};
  manifest.labels[0].classes = 3;
  return manifest;
}

static void writeSet(const TemporaryFolder &folder, const std::string &images,
                     const std::string &labels) {
  writeFile(folder / "train-images-idx3-ubyte.gz", gzipped(images));
  writeFile(folder / "train-labels-idx1-ubyte", labels);
}

static std::string setError(const TemporaryFolder &folder) {
  Result<DataSets> sets = readDataSets(folder.path, smallManifest());
  return sets ? "" : sets.error().message;
}

TEST(DataSets, ReadsAFolder) {
  TemporaryFolder folder;
  writeSet(folder,
           idxBytes({3, 2, 2}, std::string("\0\xff\x33\1", 4) + "abcdefgh"),
           idxBytes({3}, std::string("\2\0\1", 3)));
  Result<DataSets> sets = readDataSets(folder.path, smallManifest());
  ASSERT_TRUE(sets) << sets.error().message;
  EXPECT_EQ(sets->training.samples, 3);
  EXPECT_FALSE(sets->test);
  float input[8] = {};
  int32_t labels[2] = {};
  const Manifest manifest = smallManifest();
  copySample(sets->training, 0, 1, manifest, {{input}, {labels}});
  EXPECT_EQ(input[5], 1.0f);
  EXPECT_EQ(input[6], 51.0f / 255.0f);
  EXPECT_EQ(labels[1], 2);
  Manifest dense = manifest;
  dense.labels[0].kind = LabelKind::Dense;
  float rows[6] = {9, 9, 9, 9, 9, 9};
  copySample(sets->training, 0, 1, dense, {{input}, {rows}});
  EXPECT_THAT(rows, testing::ElementsAre(9, 9, 9, 0, 0, 1));
}

TEST(DataSets, FilesMayBeSpelledWithADot) {
  for (const char *suffix : {"", ".gz"}) {
    TemporaryFolder folder;
    auto write = [&](const std::string &name, const std::string &bytes) {
      writeFile(folder / (name + suffix), *suffix ? gzipped(bytes) : bytes);
    };
    write("train-images.idx3-ubyte", idxBytes({2, 2, 2}, "abcdefgh"));
    write("train-labels.idx1-ubyte", idxBytes({2}, std::string("\2\0", 2)));
    write("t10k-images.idx3-ubyte", idxBytes({1, 2, 2}, "abcd"));
    EXPECT_THAT(setError(folder), HasSubstr("t10k-labels-idx1-ubyte[.gz]"));
    write("t10k-labels.idx1-ubyte", idxBytes({1}, "\1"));
    Result<DataSets> sets = readDataSets(folder.path, smallManifest());
    ASSERT_TRUE(sets) << sets.error().message;
    EXPECT_EQ(sets->training.samples, 2);
    EXPECT_EQ(sets->test->samples, 1);
  }
}

TEST(DataSets, MistakesNameTheFile) {
  TemporaryFolder folder;
  EXPECT_THAT(setError(folder), HasSubstr("train-images-idx3-ubyte[.gz]"));
  std::string labels = idxBytes({2}, std::string("\0\1", 2));
  writeSet(folder, idxBytes({2, 3, 3}, std::string(18, 'x')), labels);
  EXPECT_THAT(setError(folder), HasSubstr("9 values per sample, but net takes "
                                          "4"));
  writeSet(folder, idxBytes({2, 2, 2}, "abcdefgh"),
           idxBytes({2}, std::string("\0\3", 2)));
  EXPECT_THAT(setError(folder),
              HasSubstr("train-labels-idx1-ubyte: label 3 of sample 1 is out "
                        "of range"));
  writeSet(folder, idxBytes({2, 2, 2}, "abcdefgh"), idxBytes({1}, "a"));
  EXPECT_THAT(setError(folder), HasSubstr("holds 2 samples"));
  writeSet(folder, idxBytes({1, 2, 2}, "abcd"),
           idxBytes({1}, std::string("\0", 1)));
  EXPECT_THAT(setError(folder), HasSubstr("less than one batch of 2"));
  writeSet(folder, idxBytes({0, 2, 2}, ""), idxBytes({0}, ""));
  EXPECT_THAT(setError(folder), HasSubstr("holds no samples"));
}

TEST(DataSets, SyntheticDataFollowsTheSeed) {
  Manifest manifest = smallManifest();
  DataSets sets = syntheticDataSets(manifest, 1);
  const std::vector<uint8_t> &pixels = sets.training.inputs[0].pixels;
  EXPECT_EQ(pixels, syntheticDataSets(manifest, 1).training.inputs[0].pixels);
  EXPECT_NE(pixels, syntheticDataSets(manifest, 2).training.inputs[0].pixels);
  EXPECT_EQ(sets.training.samples, 4096);
  ASSERT_TRUE(sets.test);
  EXPECT_NE(sets.test->labels[0].labels, sets.training.labels[0].labels);
  EXPECT_THAT(sets.training.labels[0].labels, testing::Each(testing::Lt(3)));
}

TEST(DataSets, SyntheticDataFillEveryInputAndAllLabels) {
  Manifest manifest = smallManifest();
  manifest.inputs.push_back({0, {2, 5}, "side"});
  manifest.labels[0].shape = {2, 2, 2};
  manifest.labels[0].ignored = -100;
  manifest.labels.push_back({0, {2}, 2, LabelKind::Class, "kind"});
  DataSets sets = syntheticDataSets(manifest, 1);
  const DataSet &set = sets.training;
  ASSERT_EQ(set.inputs.size(), 2u);
  ASSERT_EQ(set.labels.size(), 2u);
  EXPECT_EQ(set.inputs[1].pixels.size(), size_t(set.samples) * 5);
  const std::vector<int32_t> &labels = set.labels[0].labels;
  EXPECT_EQ(labels.size(), size_t(set.samples) * 4);
  EXPECT_THAT(labels, testing::Contains(-100));
  EXPECT_THAT(labels, testing::Contains(2));
  EXPECT_THAT(labels, testing::Each(testing::AnyOf(-100, 0, 1, 2)));
  EXPECT_EQ(set.labels[1].labels.size(), size_t(set.samples));
  EXPECT_THAT(set.labels[1].labels, testing::Each(testing::AnyOf(0, 1)));
}
