//===- SafetensorsTest.cpp - Tests of tensor files ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A round trip, and files that are broken in every way that the reader claims
// to see.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Safetensors.h"

#include <gmock/gmock.h>

#include <cstring>

using namespace layerpipe::runtime;
using testing::HasSubstr;

static TensorFile example() {
  TensorFile file;
  file.tensors["fc.weight"] = {{2, 3}, {1, 2, 3, 4, 5, 6}};
  file.tensors["fc.bias"] = {{2}, {-1, 0.5f}};
  file.tensors["scale"] = {{}, {7}};
  file.metadata["layerpipe.network"] = "abc";
  return file;
}

/// A file with this header text and so many bytes of data.
static std::string withHeader(const std::string &header, size_t data) {
  uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data, '\0');
}

static std::string errorOf(const std::string &bytes) {
  Result<TensorFile> file = parseTensors(bytes, "x.safetensors");
  return file ? "" : file.error().message;
}

TEST(Safetensors, RoundTrip) {
  TensorFile file = example();
  std::string bytes = serializeTensors(file);
  Result<TensorFile> read = parseTensors(bytes, "x");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->metadata, file.metadata);
  ASSERT_EQ(read->tensors.size(), file.tensors.size());
  for (const auto &[name, tensor] : file.tensors) {
    EXPECT_EQ(read->tensors[name].shape, tensor.shape);
    EXPECT_EQ(read->tensors[name].values, tensor.values);
  }
  uint64_t length;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ((8 + length) % 64, 0u);
  EXPECT_EQ(bytes[8], '{');
}

TEST(Safetensors, EveryTruncationIsRefused) {
  std::string bytes = serializeTensors(example());
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THAT(errorOf(bytes.substr(0, size)),
                HasSubstr("not a valid safetensors file"))
        << size;
  EXPECT_THAT(errorOf(bytes + "x"), HasSubstr("but the file has"));
}

TEST(Safetensors, HostileHeadersAreRefused) {
  EXPECT_THAT(errorOf(std::string(8, '\xff') + "{}"), HasSubstr("claims"));
  EXPECT_THAT(errorOf(withHeader("{", 0)), HasSubstr("not JSON"));
  EXPECT_THAT(errorOf(withHeader("[]", 0)), HasSubstr("must be an object"));
  auto tensor = [](const char *type, const char *shape, const char *offsets) {
    return std::string("{\"a\":{\"dtype\":\"") + type +
           "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
  };
  EXPECT_EQ(errorOf(withHeader(tensor("F32", "[2]", "[0,8]"), 8)), "");
  EXPECT_THAT(errorOf(withHeader(tensor("F16", "[2]", "[0,4]"), 4)),
              HasSubstr("only F32"));
  EXPECT_THAT(errorOf(withHeader(tensor("F32", "[-1]", "[0,8]"), 8)),
              HasSubstr("doesn't fit"));
  EXPECT_THAT(
      errorOf(withHeader(tensor("F32", "[4294967296,4294967296]", "[0,0]"), 8)),
      HasSubstr("doesn't fit"));
  EXPECT_THAT(errorOf(withHeader(tensor("F32", "[2]", "[8,0]"), 8)),
              HasSubstr("data_offsets"));
  EXPECT_THAT(errorOf(withHeader(tensor("F32", "[2]", "[4,12]"), 12)),
              HasSubstr("hole"));
  EXPECT_THAT(errorOf(withHeader(tensor("F32", "[1.5]", "[0,8]"), 8)),
              HasSubstr("integer"));
}

static Manifest twoParameters() {
  Manifest manifest;
  manifest.name = "net";
  manifest.fingerprint = "abc";
  manifest.parameters = {{"fc.weight", {2, 3}, true, 0.5f, 0, 0},
                         {"fc.bias", {2}, false, 0.25f, 1, 0}};
  return manifest;
}

static std::string restoreError(TensorFile file) {
  Result<ParameterValues> values =
      restoreCheckpoint(twoParameters(), std::move(file), "c.safetensors");
  return values ? "" : values.error().message;
}

TEST(Checkpoint, RestoresItsOwnNetwork) {
  Manifest manifest = twoParameters();
  ParameterValues values = initialParameters(manifest, 3);
  Result<ParameterValues> restored =
      restoreCheckpoint(manifest, makeCheckpoint(manifest, values), "c");
  ASSERT_TRUE(restored);
  EXPECT_EQ(*restored, values);
}

TEST(Checkpoint, RefusesAnotherNetwork) {
  Manifest manifest = twoParameters();
  TensorFile good = makeCheckpoint(manifest, initialParameters(manifest, 3));
  TensorFile missing = good, extra = good, reshaped = good, other = good;
  missing.tensors.erase("fc.bias");
  extra.tensors["more"] = {{1}, {0}};
  reshaped.tensors["fc.weight"].shape = {3, 2};
  other.metadata["layerpipe.network"] = "xyz";
  EXPECT_THAT(restoreError(missing), HasSubstr("it lacks fc.bias"));
  EXPECT_THAT(restoreError(extra), HasSubstr("it also has more"));
  EXPECT_THAT(restoreError(reshaped), HasSubstr("shape [3, 2]"));
  EXPECT_THAT(restoreError(other), HasSubstr("fingerprints"));
  good.metadata.clear(); // Another tool's file.
  EXPECT_EQ(restoreError(good), "");
}

TEST(Checkpoint, InitialValuesFollowTheSeed) {
  Manifest manifest = twoParameters();
  ParameterValues values = initialParameters(manifest, 3);
  EXPECT_EQ(values, initialParameters(manifest, 3));
  EXPECT_NE(values[0], initialParameters(manifest, 4)[0]);
  EXPECT_THAT(values[0], testing::Each(testing::AllOf(testing::Ge(-0.5f),
                                                      testing::Lt(0.5f))));
  EXPECT_EQ(values[1], (std::vector<float>{0.25f, 0.25f}));
}
