//===- SafetensorsTest.cpp - Tests of tensor files ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A round trip, and files that are broken in every way that the reader claims
// to see.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Safetensors.h"
#include "layerpipe/Runtime/Data/Checkpoint.h"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <numeric>

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
  EXPECT_THAT(errorOf(withHeader("[]", 0)), HasSubstr("begin with {"));
  EXPECT_THAT(errorOf(withHeader(" {}", 0)), HasSubstr("begin with {"));
  EXPECT_EQ(errorOf(withHeader("{}  ", 0)), ""); // Padding is allowed.
  EXPECT_THAT(errorOf(withHeader("{} x", 0)), HasSubstr("not JSON: line 1"));
  EXPECT_THAT(errorOf(withHeader("{\"\xff\":1}", 0)), HasSubstr("UTF-8"));
  EXPECT_THAT(errorOf(withHeader(std::string(100'000, '{'), 0)),
              HasSubstr("not JSON"));
  EXPECT_THAT(errorOf(std::string("\1\xe1\xf5\5\0\0\0\0", 8) + "{"),
              HasSubstr("allows 100000000"));
  auto tensor = [](const char *type, const char *shape, const char *offsets) {
    return std::string("{\"a\":{\"dtype\":\"") + type +
           "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
  };
  EXPECT_EQ(errorOf(withHeader(tensor("F32", "[2]", "[0,8]"), 8)), "");
  EXPECT_THAT(errorOf(withHeader(tensor("F32", "[-1]", "[0,8]"), 8)),
              HasSubstr("its shape doesn't fit its 8 bytes of F32"));
  EXPECT_THAT(errorOf(withHeader(tensor("F16", "[2]", "[0,8]"), 8)),
              HasSubstr("doesn't fit"));
  EXPECT_THAT(errorOf(withHeader(tensor("BOOL", "[2]", "[0,8]"), 8)),
              HasSubstr("doesn't fit"));
  EXPECT_THAT(
      errorOf(withHeader(tensor("F32", "[0,9223372036854775807]", "[0,4]"), 4)),
      HasSubstr("doesn't fit"));
  EXPECT_EQ(errorOf(withHeader(tensor("F32", "[0,4294967296]", "[0,0]"), 0)),
            "");
  // Types to come may have any size.
  EXPECT_EQ(errorOf(withHeader(tensor("X9", "[3]", "[0,8]"), 8)), "");
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

TEST(Safetensors, NamesStandOnceAndDataIsSharedByNoTwo) {
  const std::string a =
      R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  const std::string b =
      R"("b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  EXPECT_EQ(errorOf(withHeader("{" + a + "}", 4)), "");
  EXPECT_THAT(errorOf(withHeader("{" + a + "," + a + "}", 4)),
              HasSubstr("\"a\" stands twice"));
  EXPECT_THAT(errorOf(withHeader("{" + a + "," + b + "}", 8)),
              HasSubstr("overlap"));
}

/// A file with one tensor "a" of one axis.
static TensorFile readOne(const std::string &type, const std::string &data,
                          size_t elements) {
  uint64_t bytes = data.size();
  std::string file = withHeader(
      fmt::format(
          R"({{"a":{{"dtype":"{}","shape":[{}],"data_offsets":[0,{}]}}}})",
          type, elements, bytes),
      0);
  Result<TensorFile> read = parseTensors(file + data, "x");
  EXPECT_TRUE(read) << read.error().message;
  return read ? *read : TensorFile();
}

template <typename Element>
static std::string bytesOf(const std::vector<Element> &elements) {
  return std::string(reinterpret_cast<const char *>(elements.data()),
                     elements.size() * sizeof(Element));
}

/// All numbers of 16 bits against what sign, exponent and mantissa mean.
static void checkAllHalves(const std::string &type, int mantissaBits) {
  std::vector<uint16_t> all(65536);
  std::iota(all.begin(), all.end(), 0);
  std::vector<float> values =
      readOne(type, bytesOf(all), all.size()).tensors["a"].values;
  ASSERT_EQ(values.size(), all.size());
  const int exponents = 1 << (15 - mantissaBits), bias = exponents / 2 - 1;
  for (int bits = 0; bits < 65536; ++bits) {
    int exponent = bits >> mantissaBits & (exponents - 1);
    double fraction =
        double(bits & ((1 << mantissaBits) - 1)) / double(1 << mantissaBits);
    double size = exponent == 0 ? std::ldexp(fraction, 1 - bias)
                                : std::ldexp(1 + fraction, exponent - bias);
    if (exponent == exponents - 1)
      size = fraction == 0 ? INFINITY : NAN;
    double expected = bits & 0x8000 ? -size : size;
    if (std::isnan(expected))
      ASSERT_TRUE(std::isnan(values[bits])) << bits;
    else
      ASSERT_EQ(values[bits], expected) << bits;
    ASSERT_EQ(std::signbit(values[bits]), bool(bits & 0x8000)) << bits;
  }
}

TEST(Safetensors, HalvesBecomeFloats) { checkAllHalves("F16", 10); }

TEST(Safetensors, BrainFloatsBecomeFloats) { checkAllHalves("BF16", 7); }

TEST(Safetensors, DoublesAreRounded) {
  std::vector<double> good = {1.0, -0.1, 1e-320, 3.4028234e38, INFINITY};
  Tensor tensor = readOne("F64", bytesOf(good), 5).tensors["a"];
  EXPECT_EQ(tensor.problem, "");
  EXPECT_EQ(tensor.values,
            (std::vector<float>{1, -0.1f, 0, 3.4028234e38f, INFINITY}));
  tensor =
      readOne("F64", bytesOf(std::vector<double>{1, -1e300}), 2).tensors["a"];
  EXPECT_THAT(tensor.problem, HasSubstr("element 1 is -1e+300, which is too "
                                        "large"));
  EXPECT_TRUE(tensor.values.empty());
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
  TensorFile integers = good, large = good;
  integers.tensors["fc.bias"] = {{2}, {}, "I64"};
  large.tensors["fc.bias"] = {{2}, {}, "F64", "element 1 is 1e300"};
  EXPECT_THAT(restoreError(integers),
              HasSubstr("fc.bias has type I64; it must be F32, F16, BF16 or "
                        "F64"));
  EXPECT_THAT(restoreError(large), HasSubstr("fc.bias: element 1 is 1e300"));
  good.metadata.clear(); // Another tool's file.
  EXPECT_EQ(restoreError(good), "");
}

TEST(Checkpoint, UnknownTensorsAreNamedOrIgnored) {
  Manifest manifest = twoParameters();
  ParameterValues values = initialParameters(manifest, 3);
  TensorFile larger = makeCheckpoint(manifest, values);
  larger.metadata["layerpipe.network"] = "that of a larger network";
  for (const char *name : {"e", "d", "c", "b", "a"})
    larger.tensors[name] = {{1}, {}, "I64"};
  EXPECT_THAT(restoreError(larger), HasSubstr("it also has a, b, c and 2 more; "
                                              "--load-ignore-unknown"));
  Result<ParameterValues> restored =
      restoreCheckpoint(manifest, larger, "c", UnknownTensors::ignored);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ(*restored, values);
  larger.tensors.erase("fc.bias");
  EXPECT_THAT(restoreCheckpoint(manifest, larger, "c", UnknownTensors::ignored)
                  .error()
                  .message,
              HasSubstr("it lacks fc.bias"));
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
