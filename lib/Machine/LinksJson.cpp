//===- LinksJson.cpp - Links as JSON --------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Machine/LinksJson.h"

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace layerpipe::machine {

using namespace scheduling;
using base::JsonObjectReader;
using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

namespace {

class Reader {
public:
  Reader(int64_t processors, const LinkFormat &format,
         base::JsonFailure &failure)
      : processors(processors), format(format), failure(failure) {}

  Links read(const Json &json, const std::string &path);

private:
  Link readLink(JsonObjectReader &object);
  void readLevel(const Json &json, const std::string &path);
  void readPair(const Json &json, const std::string &path);

  const int64_t processors;
  const LinkFormat &format;
  base::JsonFailure &failure;
  Links links;
  /// Each pair has its place in the file here.
  std::map<std::pair<int64_t, int64_t>, std::string> placeOf;
};

Link Reader::readLink(JsonObjectReader &object) {
  Link link;
  if (object.has("bandwidth"))
    link.bandwidth = format.bandwidth(object, "bandwidth");
  link.latency = object.integerIfAny("latency", format.latency).value_or(0);
  return link;
}

void Reader::readLevel(const Json &json, const std::string &path) {
  JsonObjectReader level(json, path, failure, format.others);
  int64_t before = links.levels.empty() ? 1 : links.levels.back().processors;
  int64_t size = level.integer("processors", {2, maxProcessors});
  links.levels.push_back({size, readLink(level)});
  if (failure)
    return;
  if (size <= before || size % before != 0)
    level.fail("processors",
               fmt::format("is {} after a level of {}; it must be a greater "
                           "multiple of that",
                           size, before));
}

void Reader::readPair(const Json &json, const std::string &path) {
  JsonObjectReader pair(json, path, failure, format.others);
  std::vector<int64_t> ends = pair.integers("processors");
  Link link = readLink(pair);
  if (failure)
    return;
  bool known = std::all_of(ends.begin(), ends.end(), [&](int64_t id) {
    return id >= 0 && id < processors;
  });
  if (!known || ends.size() != 2 || ends[0] == ends[1]) {
    pair.fail("processors", fmt::format("must be two different ones of 0 to {}",
                                        processors - 1));
    return;
  }
  auto [first, second] = std::minmax(ends[0], ends[1]);
  auto [place, isNew] = placeOf.try_emplace({first, second}, path);
  if (!isNew)
    pair.fail("processors", fmt::format("are {} and {}, as in {}", first,
                                        second, place->second));
  links.pairs.push_back({first, second, link});
}

Links Reader::read(const Json &json, const std::string &path) {
  {
    JsonObjectReader root(json, path, failure, format.others);
    links.others = readLink(root);
    if (root.has("levels"))
      root.each("levels", [&](const Json &level, const std::string &place) {
        readLevel(level, place);
      });
    if (root.has("pairs"))
      root.each("pairs", [&](const Json &pair, const std::string &place) {
        readPair(pair, place);
      });
  }
  std::sort(links.pairs.begin(), links.pairs.end(),
            [](const PairLink &a, const PairLink &b) {
              return std::pair(a.first, a.second) <
                     std::pair(b.first, b.second);
            });
  return std::move(links);
}

void addLink(OrderedJson &json, const Link &link) {
  if (link.bandwidth.numerator > 0)
    json["bandwidth"] = {link.bandwidth.numerator, link.bandwidth.denominator};
  if (link.latency > 0)
    json["latency"] = link.latency;
}

} // namespace

Links readLinks(const Json &json, const std::string &path, int64_t processors,
                const LinkFormat &format, base::JsonFailure &failure) {
  return Reader(processors, format, failure).read(json, path);
}

OrderedJson writeLinks(const Links &links) {
  OrderedJson json = OrderedJson::object();
  addLink(json, links.others);
  for (const LinkLevel &level : links.levels) {
    OrderedJson &made = json["levels"].emplace_back();
    made["processors"] = level.processors;
    addLink(made, level.link);
  }
  for (const PairLink &pair : links.pairs) {
    OrderedJson &made = json["pairs"].emplace_back();
    made["processors"] = {pair.first, pair.second};
    addLink(made, pair.link);
  }
  return json;
}

} // namespace layerpipe::machine
