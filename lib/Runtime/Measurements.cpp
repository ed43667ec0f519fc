//===- Measurements.cpp - Measurements as values and as text --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Measurements.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/JsonReader.h"

#include <algorithm>

using namespace layerpipe;
using namespace layerpipe::runtime;
using base::JsonFailure;
using base::JsonObjectReader;

/// A program has some hundred times, so this many make a file of a megabyte.
static constexpr size_t mostPrograms = 100;

const MeasuredProgram *
MachineMeasurements::findProgram(const std::string &key) const {
  auto it = std::ranges::find(programs, key, &MeasuredProgram::key);
  return it == programs.end() ? nullptr : &*it;
}

void MachineMeasurements::add(const MachineMeasurements &other) {
  kernels.insert(other.kernels.begin(), other.kernels.end());
  for (const MeasuredProgram &program : other.programs)
    if (!findProgram(program.key))
      programs.push_back(program);
  if (programs.size() > mostPrograms)
    programs.erase(programs.begin(), programs.end() - mostPrograms);
}

MachineMeasurements &Measurements::of(const MachineIdentity &machine) {
  auto it = std::ranges::find(machines, machine, &MachineMeasurements::machine);
  if (it != machines.end())
    return *it;
  machines.push_back({machine, {}, {}});
  return machines.back();
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Reads an object whose members `read` takes, each a name and a JSON value.
template <typename Read>
static void readMembers(JsonObjectReader &object, const char *key,
                        JsonFailure &failure, Read read) {
  const nlohmann::json &members = object.member(key);
  if (!members.is_object())
    return failure.add(object.pathOf(key), "must be an object");
  for (const auto &item : members.items())
    read(item.key(), item.value(), object.pathOf(key) + "." + item.key());
}

static CandidateTime readCandidate(const nlohmann::json &json,
                                   const std::string &path,
                                   JsonFailure &failure) {
  JsonObjectReader object(json, path, failure);
  CandidateTime time;
  time.candidate = object.name("name");
  time.median = object.integer("median", {.least = 1});
  time.low = object.integer("low", {.least = 1});
  time.high = object.integer("high", {.least = 1});
  if (time.low > time.median || time.median > time.high)
    object.fail("median", "must lie between low and high");
  return time;
}

static MeasuredKernel readKernel(const nlohmann::json &json,
                                 const std::string &path,
                                 JsonFailure &failure) {
  JsonObjectReader object(json, path, failure);
  MeasuredKernel measured;
  measured.kernel.op = object.name("op");
  readMembers(object, "attributes", failure,
              [&](const std::string &name, const nlohmann::json &value,
                  const std::string &at) {
                measured.kernel.attributes[name] =
                    base::readInteger(value, at, failure);
              });
  if (object.has("weights"))
    measured.kernel.weights = object.name("weights");
  object.each(
      "candidates", [&](const nlohmann::json &entry, const std::string &at) {
        measured.candidates.push_back(readCandidate(entry, at, failure));
      });
  if (measured.candidates.empty())
    object.fail("candidates", "must not be empty");
  return measured;
}

static NamedTimes readTimes(JsonObjectReader &program, const char *key,
                            JsonFailure &failure) {
  NamedTimes times;
  program.each(key, [&](const nlohmann::json &entry, const std::string &at) {
    JsonObjectReader task(entry, at, failure);
    std::string name = task.text("name");
    times.emplace_back(std::move(name), task.integer("time", {.least = 0}));
  });
  return times;
}

static MachineMeasurements readMachine(const nlohmann::json &json,
                                       const std::string &path,
                                       JsonFailure &failure) {
  JsonObjectReader object(json, path, failure);
  MachineMeasurements measured;
  measured.machine.cpu = object.text("cpu");
  measured.machine.flags = object.text("flags");
  readMembers(object, "libraries", failure,
              [&](const std::string &name, const nlohmann::json &value,
                  const std::string &at) {
                if (!value.is_string())
                  return failure.add(at, "must be a text");
                measured.machine.libraries[name] = value.get<std::string>();
              });
  object.each("kernels",
              [&](const nlohmann::json &entry, const std::string &at) {
                MeasuredKernel kernel = readKernel(entry, at, failure);
                std::string name = kernel.kernel.toString();
                if (!measured.kernels.emplace(name, std::move(kernel)).second)
                  failure.add(at, "is a second " + name);
              });
  object.each(
      "programs", [&](const nlohmann::json &entry, const std::string &at) {
        JsonObjectReader program(entry, at, failure);
        measured.programs.push_back({program.name("key"),
                                     readTimes(program, "planned", failure),
                                     readTimes(program, "measured", failure)});
      });
  return measured;
}

Result<Measurements>
layerpipe::runtime::parseMeasurements(std::string_view text) {
  Measurements measurements;
  if (text.empty())
    return measurements;
  Result<nlohmann::json> json = base::parseJson(text);
  if (!json)
    return Error{"it is not JSON: " + json.error().message};
  JsonFailure failure;
  {
    JsonObjectReader root(*json, json->is_object() ? "" : "the text", failure);
    if (root.text("format") != "layerpipe-measurements")
      root.fail("format", "must be \"layerpipe-measurements\"");
    if (root.integer("version") != 1)
      root.fail("version", "must be 1");
    root.each("machines",
              [&](const nlohmann::json &entry, const std::string &at) {
                MachineMeasurements machine = readMachine(entry, at, failure);
                measurements.of(machine.machine).add(machine);
              });
  }
  if (failure)
    return Error{failure.message};
  return measurements;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

using Json = nlohmann::ordered_json;

static Json jsonOf(const MeasuredKernel &measured) {
  Json candidates = Json::array();
  for (const CandidateTime &time : measured.candidates)
    candidates.push_back({{"name", time.candidate},
                          {"median", time.median},
                          {"low", time.low},
                          {"high", time.high}});
  Json json = {{"op", measured.kernel.op},
               {"attributes", measured.kernel.attributes}};
  if (!measured.kernel.weights.empty())
    json["weights"] = measured.kernel.weights;
  json["candidates"] = std::move(candidates);
  return json;
}

static Json jsonOf(const MachineMeasurements &measured) {
  Json kernels = Json::array(), programs = Json::array();
  for (const auto &[name, kernel] : measured.kernels)
    kernels.push_back(jsonOf(kernel));
  for (const MeasuredProgram &program : measured.programs)
    programs.push_back({{"key", program.key},
                        {"planned", tasksOf(program.planned)},
                        {"measured", tasksOf(program.measured)}});
  return {{"cpu", measured.machine.cpu},
          {"flags", measured.machine.flags},
          {"libraries", measured.machine.libraries},
          {"kernels", std::move(kernels)},
          {"programs", std::move(programs)}};
}

std::string
layerpipe::runtime::writeMeasurements(const Measurements &measurements) {
  Json machines = Json::array();
  for (const MachineMeasurements &machine : measurements.machines)
    machines.push_back(jsonOf(machine));
  return base::dumpJson(Json{{"format", "layerpipe-measurements"},
                             {"version", 1},
                             {"machines", std::move(machines)}},
                        {.indent = 1}) +
         "\n";
}
