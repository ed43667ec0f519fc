//===- NamedPins.cpp - Layers that the user places ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Machine/NamedPins.h"

#include "layerpipe/Base/Arguments.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace layerpipe::machine {

using namespace scheduling;

static std::optional<int64_t> parseProcessor(std::string_view text) {
  int64_t processor = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), processor);
  bool good = error == std::errc() && end == text.data() + text.size() &&
              processor >= 0 && processor < maxProcessors;
  return good ? std::optional(processor) : std::nullopt;
}

Result<NamedPins> parsePins(const std::vector<std::string> &texts) {
  NamedPins pins;
  for (const std::string &text : texts) {
    size_t middle = text.rfind('=');
    if (middle == std::string::npos || middle == 0)
      return Error{
          fmt::format("'{}' must be LAYER=PROCESSOR, such as fc1=0", text)};
    std::string layer = text.substr(0, middle);
    std::optional<int64_t> processor =
        parseProcessor(std::string_view(text).substr(middle + 1));
    if (!processor)
      return Error{fmt::format("'{}': '{}' is no processor's number, which "
                               "begin with 0",
                               text, text.substr(middle + 1))};
    Result<NamedPins> joined =
        joinPins(std::move(pins), {{std::move(layer), *processor}});
    if (!joined)
      return joined;
    pins = std::move(*joined);
  }
  return pins;
}

Result<NamedPins> joinPins(NamedPins pins, const NamedPins &more) {
  for (const auto &[layer, processor] : more) {
    auto [place, isNew] = pins.try_emplace(layer, processor);
    if (!isNew && place->second != processor)
      return Error{fmt::format("layer '{}' is placed on processor {} and on "
                               "processor {}",
                               layer, place->second, processor)};
  }
  return pins;
}

Status checkPins(const NamedPins &pins, int64_t processors) {
  for (const auto &[layer, processor] : pins)
    if (processor < 0 || processor >= processors)
      return Error{fmt::format(
          "layer '{}' is placed on processor {}; {}", layer, processor,
          processors == 1 ? "there is only processor 0"
                          : fmt::format("there are 0 to {}", processors - 1))};
  return Status::success();
}

Result<LayerPins>
resolvePins(const NamedPins &pins,
            const std::map<int64_t, std::string> &layerNames) {
  LayerPins resolved;
  if (pins.empty())
    return resolved;
  std::map<std::string, int64_t> numberOf;
  std::vector<std::string> known;
  for (const auto &[number, name] : layerNames) {
    numberOf.emplace(name, number);
    known.push_back(name);
  }
  for (const auto &[layer, processor] : pins) {
    auto number = numberOf.find(layer);
    if (number != numberOf.end()) {
      resolved.emplace(number->second, processor);
      continue;
    }
    std::string hint;
    if (std::optional<std::string> close = base::closestWord(layer, known))
      hint = fmt::format("; did you mean '{}'?", *close);
    else if (!known.empty())
      hint =
          fmt::format("; there are '{}' to '{}'", known.front(), known.back());
    return Error{
        fmt::format("there is no layer '{}' to place on processor {}{}", layer,
                    processor, hint)};
  }
  return resolved;
}

} // namespace layerpipe::machine
