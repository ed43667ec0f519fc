//===- NumbersTest.cpp - Reading numbers within limits --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values and messages by hand, then random texts and limits against readers
// that have more room than the number's type.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Numbers.h"
#include "layerpipe/Base/NumberOption.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace layerpipe::base;

static constexpr Limits<int64_t> epochs{1, 1'000'000'000};
static constexpr Limits<double> bandwidth{1e-6, 1e9, true};

template <typename T>
static std::string problem(std::string_view text, Limits<T> limits) {
  Result<T> number = parseNumber(text, limits);
  return number ? fmt::format("read {}", *number) : number.error().message;
}

TEST(NumbersTest, ReadsWholeNumbers) {
  EXPECT_EQ(problem("1", epochs), "read 1");
  EXPECT_EQ(problem("1000000000", epochs), "read 1000000000");
  EXPECT_EQ(problem("010", epochs), "read 10"); // Not octal.
  EXPECT_EQ(problem("-3", Limits<int64_t>{-3, 3}), "read -3");
}

TEST(NumbersTest, RefusesOtherWholeNumbers) {
  const std::string right = "; it must be a whole number from 1 to 1e9";
  EXPECT_EQ(problem("0", epochs), "'0' is too small" + right);
  EXPECT_EQ(problem("1000000001", epochs), "'1000000001' is too large" + right);
  EXPECT_EQ(problem("9223372036854775807", epochs),
            "'9223372036854775807' is too large" + right);
  EXPECT_EQ(problem("9223372036854775808", epochs),
            "'9223372036854775808' is too large" + right);
  EXPECT_EQ(problem("-9223372036854775809", epochs),
            "'-9223372036854775809' is too small" + right);
  for (const char *text : {"", " 1", "1 ", "+1", "1.5", "1e3", "0x10", "1'000",
                           "nan", "one", "-", "--1"})
    EXPECT_EQ(problem(text, epochs),
              fmt::format("'{}' is not a whole number{}", text, right));
}

TEST(NumbersTest, ReadsNumbersWithoutASign) {
  constexpr Limits<uint64_t> seeds{0, std::numeric_limits<uint64_t>::max()};
  EXPECT_EQ(problem("18446744073709551615", seeds),
            "read 18446744073709551615");
  EXPECT_TRUE(problem("18446744073709551616", seeds)
                  .starts_with("'18446744073709551616' is too large"));
  EXPECT_TRUE(problem("-1", seeds).starts_with("'-1' is too small"));
  EXPECT_TRUE(problem("-x", seeds).starts_with("'-x' is not a whole number"));
}

TEST(NumbersTest, ReadsRealNumbers) {
  EXPECT_EQ(problem("0.25", bandwidth), "read 0.25");
  EXPECT_EQ(problem("1e9", bandwidth), "read 1000000000");
  EXPECT_EQ(problem("0", bandwidth), "read 0");
  EXPECT_EQ(problem("-0", bandwidth), "read 0");
}

TEST(NumbersTest, RefusesOtherRealNumbers) {
  const std::string right = "; it must be a number from 1e-6 to 1e9, or 0";
  for (const char *text : {"1e-9", "1e-400", "-1e400", "-1"})
    EXPECT_EQ(problem(text, bandwidth),
              fmt::format("'{}' is too small{}", text, right));
  for (const char *text : {"1e39", "1e400", "1000000001"})
    EXPECT_EQ(problem(text, bandwidth),
              fmt::format("'{}' is too large{}", text, right));
  for (const char *text : {"inf", "-inf", "nan", "infinity", "NaN"})
    EXPECT_EQ(problem(text, bandwidth),
              fmt::format("'{}' is not a finite number{}", text, right));
  for (const char *text : {"", "1e", "0x1p3", "1,5", "1.5x", "e5", "."})
    EXPECT_EQ(problem(text, bandwidth),
              fmt::format("'{}' is not a number{}", text, right));
}

TEST(NumbersTest, MessagesStayShort) {
  std::string digits(309, '9');
  EXPECT_EQ(problem(digits, bandwidth),
            "'" + digits.substr(0, 40) +
                "...' is too large; it must be a number from 1e-6 to 1e9, or "
                "0");
  // A character is not cut in two: 39 letters and one of two bytes.
  EXPECT_TRUE(problem(std::string(39, 'a') + "\xC3\xA9" + "b", epochs)
                  .starts_with("'" + std::string(39, 'a') + "...'"));
}

TEST(NumbersTest, ShortTexts) {
  EXPECT_EQ(toShortText(int64_t(1'000'000'000'000)), "1e12");
  EXPECT_EQ(toShortText(int64_t(-20'000'000)), "-2e7");
  EXPECT_EQ(toShortText(int64_t(1'000'000)), "1000000");
  EXPECT_EQ(toShortText(int64_t(12'000'000'000)), "12000000000");
  EXPECT_EQ(toShortText(std::numeric_limits<int64_t>::min()),
            "-9223372036854775808");
  EXPECT_EQ(toShortText(1e-37), "1e-37");
  EXPECT_EQ(toShortText(2.5e-6), "2.5e-6");
  EXPECT_EQ(toShortText(1e38), "1e38");
  EXPECT_EQ(toShortText(0.25), "0.25");
}

TEST(NumbersTest, TestsNumbersReadElsewhere) {
  EXPECT_TRUE(checkNumber(0.5, positiveFloat));
  EXPECT_TRUE(checkNumber(0.0, positiveFloatOrZero));
  EXPECT_EQ(checkNumber(1e-50, positiveFloat).error().message,
            "1e-50 is too small; it must be a number from 1e-37 to 1e38");
  EXPECT_EQ(checkNumber(std::nan(""), positiveFloat).error().message,
            "nan is not a finite number; it must be a number from 1e-37 to "
            "1e38");
}

TEST(NumbersTest, ProductsDontOverflow) {
  constexpr int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(boundedProduct(3, 4, 12), 12);
  EXPECT_EQ(boundedProduct(3, 4, 11), std::nullopt);
  EXPECT_EQ(boundedProduct(0, most, 0), 0);
  EXPECT_EQ(boundedProduct(most, 0, 0), 0);
  EXPECT_EQ(boundedProduct(most, 2, most), std::nullopt);
  EXPECT_EQ(boundedProduct(most, 1, most), most);
}

TEST(NumbersTest, OptionsTakeWhatWasUnderstood) {
  CLI::App app;
  int64_t count = 0;
  app.add_option("--count", count)->transform(within(epochs));
  app.parse("--count 010");
  EXPECT_EQ(count, 10);
  try {
    app.parse("--count 0x10");
    FAIL();
  } catch (const CLI::ValidationError &error) {
    EXPECT_STREQ(error.what(), "--count: '0x10' is not a whole number; it must "
                               "be a whole number from 1 to 1e9");
  }
}

//===----------------------------------------------------------------------===//
// Random texts and limits
//===----------------------------------------------------------------------===//

static std::string toText(__int128 value) {
  bool negative = value < 0;
  std::string text;
  do {
    int digit = int(value % 10);
    text.insert(text.begin(), char('0' + (negative ? -digit : digit)));
    value /= 10;
  } while (value != 0);
  return (negative ? "-" : "") + text;
}

TEST(NumbersTest, WholeNumbersAgreeWithWiderOnes) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 20'000; ++round) {
    auto draw = [&] { return int64_t(random()) >> random() % 64; };
    int64_t a = draw(), b = draw();
    Limits<int64_t> limits{std::min(a, b), std::max(a, b), random() % 2 == 0};
    // Near a limit, or up to 2^70.
    __int128 value = random() % 2 ? __int128(a) + int64_t(random() % 5) - 2
                                  : __int128(draw()) * 128;
    bool good = (value >= limits.least && value <= limits.most) ||
                (limits.orZero && value == 0);
    Result<int64_t> read = parseNumber(toText(value), limits);
    ASSERT_EQ(bool(read), good)
        << toText(value) << " as " << describe(limits) << ", round " << round;
    if (good)
      ASSERT_EQ(__int128(*read), value);
    else
      ASSERT_NE(read.error().message.find(value < limits.least ? "too small"
                                                               : "too large"),
                std::string::npos);
  }
}

TEST(NumbersTest, RealNumbersAgreeWithWiderOnes) {
  std::mt19937_64 random(8);
  for (int round = 0; round < 20'000; ++round) {
    auto draw = [&](int exponents) {
      return fmt::format("{}{}.{}e{}", random() % 4 ? "" : "-", random() % 10,
                         random() % 1'000'000,
                         int(random() % (2 * exponents)) - exponents);
    };
    double a = std::strtod(draw(30).c_str(), nullptr);
    double b = std::strtod(draw(30).c_str(), nullptr);
    Limits<double> limits{std::min(a, b), std::max(a, b), random() % 2 == 0};
    std::string text = draw(random() % 2 ? 30 : 600);
    double narrow = std::strtod(text.c_str(), nullptr);
    long double wide = std::strtold(text.c_str(), nullptr);
    bool good = (narrow >= limits.least && narrow <= limits.most) ||
                (limits.orZero && wide == 0);
    if (narrow == 0 && wide != 0)
      good = false; // It would become 0.
    Result<double> read = parseNumber(text, limits);
    ASSERT_EQ(bool(read), good) << text << " as " << describe(limits);
    if (good)
      ASSERT_EQ(*read, narrow);
  }
}

TEST(NumbersTest, AnyBytesGetAnAnswer) {
  std::mt19937_64 random(9);
  const std::string likely = "0123456789+-.eExinfa ";
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 60, ' ');
    for (char &c : text)
      c = random() % 8 ? likely[random() % likely.size()] : char(random());
    if (Result<int64_t> read = parseNumber(text, epochs))
      EXPECT_EQ(text.find_first_not_of("0123456789"), text.npos) << text;
    if (Result<double> read = parseNumber(text, bandwidth))
      EXPECT_TRUE(*read == 0 || (*read >= 1e-6 && *read <= 1e9)) << text;
    else
      EXPECT_LT(read.error().message.size(), 120u);
  }
}
