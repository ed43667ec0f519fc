//===- Parse.cpp - Lists of processors and strategies ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Compare/Compare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace layerpipe::compare {

using namespace scheduling;

namespace {

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// Returns the trimmed texts between separators, one more than there are
/// separators.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (size_t begin = 0;;) {
    size_t end = text.find(separator, begin);
    parts.push_back(trim(text.substr(begin, end - begin)));
    if (end == std::string_view::npos)
      return parts;
    begin = end + 1;
  }
}

constexpr std::string_view listForm =
    "numbers and ranges with commas between them, as in 2,4,7-9, are right";

Result<int64_t> parseCount(std::string_view text, std::string_view item) {
  int64_t count = 0;
  const char *end = text.data() + text.size();
  auto [stop, problem] = std::from_chars(text.data(), end, count);
  bool tooLarge = problem == std::errc::result_out_of_range && stop == end;
  bool number = problem == std::errc() && stop == end;
  if (text.empty() || text[0] == '-' || !(number || tooLarge))
    return Error{
        fmt::format("'{}' is no number of processors; {}", item, listForm)};
  if (tooLarge || count < 1 || count > maxProcessors)
    return Error{fmt::format("{} processors; there must be between 1 and {}",
                             text, maxProcessors)};
  return count;
}

} // namespace

Result<std::vector<int64_t>> parseProcessorList(std::string_view text) {
  std::vector<int64_t> processors;
  for (std::string_view item : split(text, ',')) {
    std::vector<std::string_view> ends = split(item, '-');
    if (item.empty() || ends.size() > 2)
      return Error{fmt::format("'{}' is no list of processor numbers; {}", text,
                               listForm)};
    Result<int64_t> first = parseCount(ends.front(), item);
    if (!first)
      return first.error();
    Result<int64_t> last = parseCount(ends.back(), item);
    if (!last)
      return last.error();
    if (*last < *first)
      return Error{fmt::format("the range '{}' runs backwards; {}-{} is right",
                               item, *last, *first)};
    if (*last - *first >=
        maxProcessorCounts - static_cast<int64_t>(processors.size()))
      return Error{fmt::format("'{}' names more than {} numbers of processors; "
                               "at most that many can be compared",
                               text, maxProcessorCounts)};
    for (int64_t count = *first; count <= *last; ++count)
      processors.push_back(count);
  }
  std::sort(processors.begin(), processors.end());
  processors.erase(std::unique(processors.begin(), processors.end()),
                   processors.end());
  return processors;
}

Result<Strategy> parseStrategy(std::string_view text) {
  std::vector<std::string_view> names;
  for (const Strategy &strategy : knownStrategies()) {
    if (strategy.name == text)
      return strategy;
    names.push_back(strategy.name);
  }
  return Error{fmt::format("there is no strategy '{}'; there are {}", text,
                           fmt::join(names, ", "))};
}

Result<std::vector<Strategy>> parseStrategyList(std::string_view text) {
  std::vector<Strategy> strategies;
  for (std::string_view name : split(text, ',')) {
    Result<Strategy> strategy = parseStrategy(name);
    if (!strategy)
      return strategy.error();
    bool seen = std::any_of(strategies.begin(), strategies.end(),
                            [&](const Strategy &earlier) {
                              return earlier.name == strategy->name;
                            });
    if (!seen)
      strategies.push_back(*strategy);
  }
  return strategies;
}

} // namespace layerpipe::compare
