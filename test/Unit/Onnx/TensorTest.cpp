//===- TensorTest.cpp - Tests of tensors of ONNX files --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors as values, and all forms in which messages hold them.
//
//===----------------------------------------------------------------------===//

#include "Models.h"

#include <gmock/gmock.h>

#include <limits>

using namespace layerpipe::onnx;
using namespace layerpipe::onnx::test;
using Proto = ::onnx::TensorProto;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

Proto protoOf(int32_t type, const Extents &extents) {
  Proto tensor;
  setType(tensor, "t", type, extents);
  return tensor;
}

Result<Tensor> read(const Proto &tensor) {
  return parseTensor(tensor.SerializeAsString(), "t.pb");
}

std::vector<float> floatsOf(const Proto &proto) {
  Result<Tensor> tensor = read(proto);
  EXPECT_TRUE(tensor) << tensor.message();
  return tensor ? *tensor->toFloats() : std::vector<float>();
}

std::vector<int64_t> integersOf(const Proto &proto) {
  Result<Tensor> tensor = read(proto);
  EXPECT_TRUE(tensor) << tensor.message();
  return tensor ? *tensor->toIntegers() : std::vector<int64_t>();
}

} // namespace

TEST(OnnxTensor, EveryTypeIsReadFromRawBytes) {
  for (int type : {1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 16}) {
    Proto tensor = protoOf(type, {3});
    int64_t bytes = 3 * bytesOf(ElementType(type));
    tensor.set_raw_data(std::string(bytes, '\x01'));
    Result<Tensor> made = read(tensor);
    ASSERT_TRUE(made) << made.message();
    EXPECT_EQ(made->element(), ElementType(type));
    EXPECT_EQ(made->bytes(), tensor.raw_data());
  }
}

TEST(OnnxTensor, FieldsOfFloats) {
  Proto floats = protoOf(Proto::FLOAT, {2});
  floats.add_float_data(1.5f);
  floats.add_float_data(-2);
  EXPECT_THAT(floatsOf(floats), ElementsAre(1.5f, -2));
  Proto doubles = protoOf(Proto::DOUBLE, {1});
  doubles.add_double_data(0.1);
  EXPECT_THAT(floatsOf(doubles), ElementsAre(0.1f));
  Proto halves = protoOf(Proto::FLOAT16, {1});
  halves.add_int32_data(0x3E00);
  EXPECT_THAT(floatsOf(halves), ElementsAre(1.5f));
  Proto brains = protoOf(Proto::BFLOAT16, {1});
  brains.add_int32_data(0xBFC0);
  EXPECT_THAT(floatsOf(brains), ElementsAre(-1.5f));
}

TEST(OnnxTensor, FieldsOfIntegers) {
  for (int type : {Proto::INT8, Proto::INT16, Proto::INT32}) {
    Proto tensor = protoOf(type, {2});
    tensor.add_int32_data(-7);
    tensor.add_int32_data(100);
    EXPECT_THAT(integersOf(tensor), ElementsAre(-7, 100));
  }
  for (int type : {Proto::UINT8, Proto::UINT16}) {
    Proto tensor = protoOf(type, {1});
    tensor.add_int32_data(200);
    EXPECT_THAT(integersOf(tensor), ElementsAre(200));
  }
  for (int type : {Proto::UINT32, Proto::UINT64}) {
    Proto tensor = protoOf(type, {1});
    tensor.add_uint64_data(4000000000);
    EXPECT_THAT(integersOf(tensor), ElementsAre(4000000000));
  }
  Proto wide = protoOf(Proto::INT64, {1});
  wide.add_int64_data(-5000000000);
  EXPECT_THAT(integersOf(wide), ElementsAre(-5000000000));
  Proto truths = protoOf(Proto::BOOL, {2});
  truths.add_int32_data(0);
  truths.add_int32_data(256);
  EXPECT_THAT(integersOf(truths), ElementsAre(0, 1));
}

TEST(OnnxTensor, AnElementOutsideItsTypeIsRefused) {
  Proto tensor = protoOf(Proto::UINT8, {1});
  tensor.add_int32_data(256);
  EXPECT_EQ(read(tensor).message(), "t.pb: it holds 256, which is no uint8");
}

TEST(OnnxTensor, CountsMustMatch) {
  Proto tensor = protoOf(Proto::FLOAT, {2, 2});
  tensor.add_float_data(1);
  EXPECT_EQ(read(tensor).message(),
            "t.pb: it holds 1 elements, but float32[2, 2] has 4");
  tensor.set_raw_data("12345678");
  EXPECT_EQ(read(tensor).message(),
            "t.pb: it holds 8 bytes, but float32[2, 2] takes 16");
}

TEST(OnnxTensor, ExtentsAreChecked) {
  EXPECT_THAT(read(protoOf(Proto::FLOAT, {2, -1})).message(),
              HasSubstr("its extents [2, -1] have a negative number"));
  constexpr int64_t large = int64_t(1) << 40;
  EXPECT_THAT(read(protoOf(Proto::FLOAT, {large, large})).message(),
              HasSubstr("are more elements than a file can have"));
  EXPECT_THAT(read(protoOf(Proto::FLOAT, {1, large << 22})).message(),
              HasSubstr("are more elements than a file can have"));
  EXPECT_THAT(read(protoOf(Proto::FLOAT, Extents(65, 1))).message(),
              HasSubstr("it has 65 dimensions; 64 are the most"));
  Result<Tensor> empty = read(protoOf(Proto::FLOAT, {large, 0, large}));
  ASSERT_TRUE(empty) << empty.message();
  EXPECT_EQ(empty->count(), 0);
}

TEST(OnnxTensor, OtherTypesAreNamed) {
  EXPECT_THAT(read(protoOf(Proto::STRING, {})).message(),
              HasSubstr("its element type is string (number 8)"));
  EXPECT_THAT(read(protoOf(17, {})).message(), HasSubstr("float8e4m3fn"));
  EXPECT_THAT(read(protoOf(99, {})).message(), HasSubstr("unknown"));
}

TEST(OnnxTensor, SegmentsAreRefused) {
  Proto tensor = protoOf(Proto::FLOAT, {});
  tensor.mutable_segment()->set_begin(0);
  EXPECT_THAT(read(tensor).message(), HasSubstr("segments"));
}

TEST(OnnxTensor, OneElementStandsForAll) {
  float value = 2.5f;
  std::string bytes(reinterpret_cast<char *>(&value), sizeof value);
  Tensor splat({ElementType::float32, {2, 2}}, bytes);
  EXPECT_TRUE(splat.isSplat());
  EXPECT_THAT(*splat.toFloats(), ElementsAre(2.5f, 2.5f, 2.5f, 2.5f));
  EXPECT_EQ(splat.dense().bytes(), bytes + bytes + bytes + bytes);
  EXPECT_FALSE(splat.dense().isSplat());
  EXPECT_FALSE(Tensor({ElementType::float32, {0}}, "").isSplat());
}

TEST(OnnxTensor, OtherExtentsShareTheBytes) {
  Tensor tensor = floats({2, 3}, {1, 2, 3, 4, 5, 6});
  Tensor other = tensor.withExtents({6});
  EXPECT_EQ(toText(other.type()), "float32[6]");
  EXPECT_EQ(other.bytes().data(), tensor.bytes().data());
}

TEST(OnnxTensor, NumbersThatDoNotFitAreRefused) {
  EXPECT_EQ(tensorOf<double>(ElementType::float64, {2}, {1, 1e300})
                .toFloats()
                .message(),
            "element 1 is 1e+300, which is too large for a 32-bit float");
  EXPECT_THAT(tensorOf<uint64_t>(ElementType::uint64, {1},
                                 {std::numeric_limits<uint64_t>::max()})
                  .toIntegers()
                  .message(),
              HasSubstr("too large for a signed 64-bit integer"));
  EXPECT_EQ(integers({1}, {1}).toFloats().message(),
            "int64[1] is no tensor of floats");
  EXPECT_EQ(floats({1}, {1}).toIntegers().message(),
            "float32[1] is no tensor of integers");
}
