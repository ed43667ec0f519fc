//===- NpyTest.cpp - Tests of the reader of NumPy's arrays ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Good files of each type and version, and all kinds of broken ones.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Npy.h"

#include "ArrayBytes.h"

#include <gmock/gmock.h>

#include <cmath>

using namespace layerpipe::runtime;
using testing::ElementsAre;
using testing::HasSubstr;

static std::string errorOf(const std::string &bytes) {
  Result<NumberArray> array = parseNpy(bytes, "file");
  return array ? "" : array.error().message;
}

TEST(Npy, ReadsEveryTypeAndVersion) {
  const std::pair<std::string, std::string> types[] = {
      {"|u1", bytesOf<uint8_t>({1, 2, 3})},
      {"<i4", bytesOf<int32_t>({1, 2, 3})},
      {"<i8", bytesOf<int64_t>({1, 2, 3})},
      {"<f4", bytesOf<float>({1, 2, 3})},
      {"<f8", bytesOf<double>({1, 2, 3})}};
  for (const auto &[descr, data] : types)
    for (int version : {1, 2, 3}) {
      Result<NumberArray> array =
          parseNpy(npyBytes(descr, "(3, 1)", data, version), "file");
      ASSERT_TRUE(array) << array.error().message;
      EXPECT_EQ(array->shape, (std::vector<int64_t>{3, 1}));
      EXPECT_THAT(*floatsOf(*array), ElementsAre(1, 2, 3)) << descr;
    }
}

TEST(Npy, HeadersMayBeSpelledOtherwise) {
  const std::string data = bytesOf<float>({1, 2});
  for (std::string header :
       {"{'shape': (2,), 'fortran_order': True, 'descr': '<f4'}",
        "{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(2,)}",
        " { 'descr' : '<f4' , 'fortran_order' : False , 'shape' : ( 2 ) } \n"})
    EXPECT_EQ(errorOf(npyWithHeader(header, data)), "") << header;
}

TEST(Npy, BrokenHeadersAreRefused) {
  const std::string data = bytesOf<float>({1, 2});
  const std::string twice = "{'descr': '<f4', 'descr': '<f4', "
                            "'fortran_order': False, 'shape': (2,)}";
  const std::string huge = "{'descr': '<f4', 'fortran_order': False, 'shape': "
                           "(99999999999999999999,)}";
  for (const std::string &header : std::vector<std::string>{
           "", "{", "{}", "{'descr': '<f4', 'fortran_order': False}",
           "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2,",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
           twice,
           "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,)}",
           huge})
    EXPECT_NE(errorOf(npyWithHeader(header, data)), "") << header;
  EXPECT_THAT(errorOf("\x93NUMPX"), HasSubstr("file is no whole .npy file"));
  EXPECT_THAT(errorOf(npyBytes("<f4", "(2,)", data, 4)),
              HasSubstr("version 1, 2 or 3"));
}

TEST(Npy, OtherTypesAndOrdersSayWhatToDo) {
  for (std::string descr : {">f4", "<f2", "<U5", "|b1", "|O"})
    EXPECT_THAT(errorOf(npyBytes(descr, "(1,)", "abcd")),
                HasSubstr("elements of type '" + descr + "'; they must be"));
  EXPECT_THAT(
      errorOf(npyWithHeader(
          "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2)}", "abcd")),
      HasSubstr("numpy.ascontiguousarray"));
}

TEST(Npy, DataMustBeThoseOfTheShape) {
  const std::string bytes = npyBytes("<f4", "(2, 1)", bytesOf<float>({1, 2}));
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(errorOf(bytes.substr(0, size)), "") << size;
  EXPECT_THAT(errorOf(bytes.substr(0, bytes.size() - 1)),
              HasSubstr("file is truncated: its shape [2, 1] of <f4 needs 8 "
                        "bytes, but it has 7"));
  EXPECT_THAT(errorOf(bytes + "x"), HasSubstr("corrupt"));
  EXPECT_THAT(errorOf(npyBytes("<f8", "(4294967296, 4294967296)", "abc")),
              HasSubstr("truncated"));
}

TEST(NumberArray, NumbersMustBeFinite) {
  NumberArray array{"file", "F64", {2}, {}};
  for (double bad : {double(NAN), double(INFINITY), 1e300}) {
    const std::string bytes = bytesOf<double>({1, bad});
    array.bytes.assign(bytes.begin(), bytes.end());
    Result<std::vector<float>> floats = floatsOf(array);
    ASSERT_FALSE(floats);
    EXPECT_THAT(floats.error().message, HasSubstr("file"));
    EXPECT_THAT(floats.error().message, HasSubstr("element 1"));
  }
  array.type = "BOOL";
  EXPECT_THAT(floatsOf(array).error().message,
              HasSubstr("elements of type BOOL"));
}

TEST(NumberArray, ProductsOfDimensionsDontOverflow) {
  NumberArray array{"file", "U8", {0, int64_t(1) << 40, int64_t(1) << 40}, {}};
  EXPECT_GT(array.valuesPerSample(), int64_t(1) << 40);
}
