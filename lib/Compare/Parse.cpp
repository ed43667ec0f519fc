//===- Parse.cpp - Lists of processors and strategies ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/Text.h"
#include "layerpipe/Compare/Compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace layerpipe::compare {

using namespace scheduling;

namespace {

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
  for (std::string_view item : base::splitList(text, ',')) {
    std::vector<std::string_view> ends = base::splitList(item, '-');
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

} // namespace layerpipe::compare
