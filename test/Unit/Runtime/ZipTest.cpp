//===- ZipTest.cpp - Tests of the reader of ZIP archives ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Members that are stored and deflated, and archives that are broken.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Zip.h"

#include "ArrayBytes.h"

#include <gmock/gmock.h>

using namespace layerpipe::runtime;
using testing::HasSubstr;

static std::string errorOf(const std::string &archive,
                           const std::string &member = "b") {
  Result<std::string> bytes = readZipMember(archive, member, "file");
  return bytes ? "" : bytes.error().message;
}

static const std::string content = std::string(5000, 'x') + "abc";

TEST(Zip, ReadsStoredAndDeflatedMembers) {
  for (bool deflate : {false, true})
    for (std::string comment : {"", "a comment", "PK\5\6"}) {
      std::string archive =
          zipBytes({{"a", "first"}, {"b", content}}, deflate, 0, comment);
      Result<std::string> bytes = readZipMember(archive, "b", "file");
      ASSERT_TRUE(bytes) << bytes.error().message;
      EXPECT_EQ(*bytes, content);
      EXPECT_EQ(errorOf(archive, "c"), "file has no member c");
    }
}

TEST(Zip, EveryTruncationIsRefused) {
  for (bool deflate : {false, true}) {
    const std::string archive = zipBytes({{"b", "abcdef"}}, deflate);
    for (size_t size = 0; size < archive.size(); ++size)
      EXPECT_NE(errorOf(archive.substr(0, size)), "") << size;
  }
}

/// Whatever byte changes, the reader says so or gives the right bytes.
TEST(Zip, NoDamageGoesUnseen) {
  for (bool deflate : {false, true}) {
    const std::string archive = zipBytes({{"b", "abcdef"}}, deflate);
    for (size_t at = 0; at < archive.size(); ++at)
      for (char change : {'\1', '\x7f', '\xff'}) {
        std::string damaged = archive;
        damaged[at] ^= change;
        Result<std::string> bytes = readZipMember(damaged, "b", "file");
        if (bytes)
          EXPECT_EQ(*bytes, "abcdef") << at;
      }
  }
}

TEST(Zip, SaysWhatItDoesNotRead) {
  EXPECT_THAT(errorOf(zipBytes({{"b", content}}, true, 1)),
              HasSubstr("file: member b is encrypted"));
  std::string other = zipBytes({{"b", content}}, false);
  other[other.find("PK\1\2") + 10] = 12;
  EXPECT_THAT(errorOf(other), HasSubstr("packed by method 12"));
  std::string large = zipBytes({{"b", content}}, false);
  large.replace(large.find("PK\1\2") + 24, 4, "\xff\xff\xff\xff");
  EXPECT_THAT(errorOf(large), HasSubstr("ZIP64"));
}

/// A size that no deflated bytes have takes no memory.
TEST(Zip, SizesMustBePossible) {
  std::string archive = zipBytes({{"b", content}}, true);
  archive.replace(archive.find("PK\1\2") + 24, 4, "\xf0\xff\xff\xff");
  EXPECT_THAT(errorOf(archive), HasSubstr("member b is damaged"));
}
