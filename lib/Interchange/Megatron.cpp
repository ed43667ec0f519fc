//===- Megatron.cpp - Megatron's layouts of pipelines ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The grammar, in which commas and blanks don't count:
//
//   list = { item [ "*" number ] }
//   item = layer | "|" | "(" list ")"
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Megatron.h"

#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace layerpipe::interchange {

using scheduling::Error;
using scheduling::Result;
using scheduling::Status;

namespace {

constexpr std::string_view layers = "EtmL";

/// Fewer equal things than this are written one by one.
constexpr size_t fewestRepeated = 3;

/// Parentheses may be nested so deep; Megatron's own layouts need one level.
constexpr int deepest = 16;

std::string writeStage(const std::string &stage) {
  std::string text;
  for (size_t begin = 0, end = 0; begin < stage.size(); begin = end) {
    end = std::min(stage.find_first_not_of(stage[begin], begin), stage.size());
    text += end - begin < fewestRepeated
                ? stage.substr(begin, end - begin)
                : fmt::format("{}*{}", stage[begin], end - begin);
    // A layer behind a number is easier to see behind a comma.
    if (end - begin >= fewestRepeated && end < stage.size())
      text += ',';
  }
  return text;
}

class Reader {
public:
  explicit Reader(std::string_view text) : text(text) {}

  Result<MegatronStages> read();

private:
  Result<std::string> readList(int depth);
  Result<std::string> readItem(int depth);
  Result<int64_t> readCount();
  void skip() {
    while (at < text.size() && (text[at] == ',' || text[at] == ' '))
      ++at;
  }
  Error wrong(std::string_view what) const {
    return {fmt::format("character {}: {}", at + 1, what)};
  }

  std::string_view text;
  size_t at = 0;
};

Result<int64_t> Reader::readCount() {
  skip();
  if (at == text.size() || text[at] != '*')
    return 1;
  ++at;
  skip();
  int64_t count = 0;
  auto [end, failure] =
      std::from_chars(text.data() + at, text.data() + text.size(), count);
  if (failure != std::errc() || count < 1 || count > maxMegatronLayers)
    return wrong(fmt::format("behind * there must be a number from 1 to {}",
                             maxMegatronLayers));
  at = end - text.data();
  return count;
}

Result<std::string> Reader::readItem(int depth) {
  char now = text[at];
  if (now == '|' || layers.find(now) != std::string_view::npos) {
    ++at;
    return std::string(1, now);
  }
  if (now != '(')
    return wrong(fmt::format("'{}' is no layer; there are E, t, m and L, | "
                             "between stages, and repetitions such as t*3",
                             base::printable(text.substr(at, 1))));
  if (depth == deepest)
    return wrong("parentheses are nested too deep");
  ++at;
  Result<std::string> list = readList(depth + 1);
  if (!list)
    return list;
  if (at == text.size())
    return wrong("a parenthesis is not closed");
  ++at;
  return list;
}

/// Reads up to a closing parenthesis, or to the end of the text.
Result<std::string> Reader::readList(int depth) {
  std::string list;
  for (skip(); at < text.size() && text[at] != ')'; skip()) {
    Result<std::string> item = readItem(depth);
    if (!item)
      return item;
    Result<int64_t> count = readCount();
    if (!count)
      return count.error();
    if (static_cast<int64_t>(list.size()) +
            *count * static_cast<int64_t>(item->size()) >
        maxMegatronLayers)
      return wrong(fmt::format("there are more than {} layers and stages",
                               maxMegatronLayers));
    for (int64_t i = 0; i < *count; ++i)
      list += *item;
  }
  return list;
}

Result<MegatronStages> Reader::read() {
  Result<std::string> list = readList(0);
  if (!list)
    return list.error();
  if (at < text.size())
    return wrong("there is no ( for this parenthesis");
  MegatronStages stages(1);
  for (char layer : *list)
    if (layer == '|')
      stages.emplace_back();
    else
      stages.back() += layer;
  return stages;
}

} // namespace

Status checkMegatronStages(const MegatronStages &stages, int64_t ranks) {
  auto count = static_cast<int64_t>(stages.size());
  if (ranks < 1 || count == 0 || count % ranks != 0)
    return Error{fmt::format(
        "{} stages can't be shared out among {} ranks; their number must be a "
        "multiple",
        count, ranks)};
  std::string all;
  for (const std::string &stage : stages)
    all += stage;
  if (size_t other = all.find_first_not_of(layers); other != std::string::npos)
    return Error{fmt::format("'{}' is no layer; there are E, t, m and L",
                             base::printable(all.substr(other, 1)))};
  if (!stages.front().starts_with('E') ||
      std::count(all.begin(), all.end(), 'E') != 1)
    return Error{
        "the embedding, E, must be there once, first in the first stage"};
  if (!stages.back().ends_with('L') ||
      std::count(all.begin(), all.end(), 'L') != 1)
    return Error{"the loss, L, must be there once, last in the last stage"};
  return Status::success();
}

Result<std::string> writeMegatronLayout(const MegatronStages &stages,
                                        int64_t ranks) {
  if (Status valid = checkMegatronStages(stages, ranks); !valid)
    return valid;
  std::string text;
  for (size_t begin = 0, end = 0; begin < stages.size(); begin = end) {
    while (end < stages.size() && stages[end] == stages[begin])
      ++end;
    std::string stage = writeStage(stages[begin]);
    if (end - begin < fewestRepeated)
      for (size_t i = begin; i < end; ++i)
        text += stage + (i + 1 < stages.size() ? "|" : "");
    else // The last stage has the loss, so others follow.
      text += fmt::format("({}|)*{},", stage, end - begin);
  }
  return text;
}

Result<MegatronStages> readMegatronLayout(std::string_view text) {
  return Reader(text).read();
}

} // namespace layerpipe::interchange
