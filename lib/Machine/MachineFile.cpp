//===- MachineFile.cpp - Reading machine files ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each member is read with its path in the file, and the first mistake is
// reported. Keys that the format does not have are mistakes, too.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Machine/MachineFile.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/JsonReader.h"
#include "layerpipe/Machine/LinksJson.h"
#include "layerpipe/Machine/MachineLimits.h"
#include "layerpipe/Machine/MachineOptions.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

namespace layerpipe::machine {

using namespace scheduling;
using base::JsonObjectReader;
using Json = nlohmann::json;

namespace {

constexpr int64_t maxTerm = 1'000'000'000'000'000;

/// Reads a file into `file`; `failure` keeps the first error.
class Reader {
public:
  Result<MachineFile> read(const Json &json);

private:
  void readHeader(JsonObjectReader &root);
  void readProcessors(const Json &entry, const std::string &path);
  Fraction readFraction(JsonObjectReader &object, const char *key,
                        Result<Fraction> (*exact)(double));
  void readPins(const Json &json);
  void dropEqualSpeeds();

  base::JsonFailure failure;
  MachineFile file;
};

void Reader::readHeader(JsonObjectReader &root) {
  if (root.text("format") != "layerpipe-machine")
    root.fail("format", "must be \"layerpipe-machine\"");
  if (root.integer("version") != 1)
    root.fail("version", "must be 1");
}

/// Reads a number as an option has it, or an exact [numerator, denominator].
Fraction Reader::readFraction(JsonObjectReader &object, const char *key,
                              Result<Fraction> (*exact)(double)) {
  const Json &value = object.member(key);
  if (value.is_array() && value.size() == 2) {
    std::string path = object.pathOf(key);
    Fraction fraction{
        base::readInteger(value[0], path + "[0]", failure, {1, maxTerm}),
        base::readInteger(value[1], path + "[1]", failure, {1, maxTerm})};
    return failure ? Fraction{1, 1} : reduce(fraction);
  }
  if (!value.is_number()) {
    object.fail(key, "must be a number or [numerator, denominator]");
    return {1, 1};
  }
  Result<Fraction> read = exact(value.get<double>());
  if (!read)
    object.fail(key, read.message());
  return read ? *read : Fraction{1, 1};
}

/// Reads an entry of `processors`, which stands for one or several equal ones.
void Reader::readProcessors(const Json &entry, const std::string &path) {
  JsonObjectReader processor(entry, path, failure);
  int64_t count =
      processor.integerIfAny("count", {1, maxProcessors}).value_or(1);
  Fraction speed{1, 1};
  if (processor.has("speed"))
    speed = readFraction(processor, "speed", exactSpeed);
  std::optional<int64_t> memory =
      processor.integerIfAny("memory_bytes", {1, limits::memory.most});
  if (failure)
    return;
  if (file.processors + count > maxProcessors) {
    processor.fail("count",
                   fmt::format("makes more than {} processors", maxProcessors));
    return;
  }
  file.processors += count;
  file.description.speeds.insert(file.description.speeds.end(), count, speed);
  if (memory)
    file.description.memories.insert(file.description.memories.end(), count,
                                     *memory);
  if (!file.description.memories.empty() &&
      static_cast<int64_t>(file.description.memories.size()) != file.processors)
    processor.fail("memory_bytes", "must be there for all processors or none");
}

void Reader::readPins(const Json &json) {
  if (!json.is_object()) {
    failure.add("pins", "must be an object, such as {\"fc1\": 0}");
    return;
  }
  for (const auto &[layer, processor] : json.items())
    file.pins.emplace(layer,
                      base::readInteger(processor, "pins['" + layer + "']",
                                        failure, {0, file.processors - 1}));
}

/// Equal processors are those without speeds, wherever machines are compared.
void Reader::dropEqualSpeeds() {
  for (Fraction speed : file.description.speeds)
    if (speed != Fraction{1, 1})
      return;
  file.description.speeds.clear();
}

Result<MachineFile> Reader::read(const Json &json) {
  file.processors = 0;
  {
    JsonObjectReader root(json, json.is_object() ? "" : "the machine", failure);
    readHeader(root);
    root.each("processors", [&](const Json &entry, const std::string &path) {
      readProcessors(entry, path);
    });
    auto readBandwidth = [&](JsonObjectReader &link, const char *key) {
      return readFraction(link, key, exactBandwidth);
    };
    if (const Json *links = root.find("links"))
      file.description.links = readLinks(
          *links, "links", file.processors,
          {readBandwidth, {limits::latency.least, limits::latency.most}},
          failure);
    if (const Json *pins = root.find("pins");
        pins && !failure && file.processors > 0)
      readPins(*pins);
  }
  if (!failure && file.processors == 0)
    failure.add("processors", "must name at least one");
  if (failure)
    return Error{failure.message};
  dropEqualSpeeds();
  if (Status valid = checkMachine(file.description, file.processors); !valid)
    return valid;
  return std::move(file);
}

} // namespace

Result<MachineFile> readMachineFile(std::string_view text) {
  base::Result<Json> json = base::parseJson(text);
  if (!json)
    return Error{"it is not JSON: " + json.error().message};
  return Reader().read(*json);
}

} // namespace layerpipe::machine
