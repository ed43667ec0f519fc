//===- ReadJson.cpp - Reading schedule files ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Field by field with the path in the file; the first thing wrong is reported,
// nothing throws.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Schedule/ScheduleJson.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <unordered_map>

namespace layerpipe::scheduling {
namespace {

using Json = nlohmann::json;
using NameIndex = std::unordered_map<std::string, int64_t>;

/// Reads fields until the first error, which it keeps; later reads then do
/// nothing.
class Reader {
public:
  Result<StaticSchedule> read(std::string_view text);

private:
  bool failed() const { return !error.message.empty(); }
  void fail(const std::string &path, const std::string &what) {
    if (!failed())
      error.message = fmt::format("{}: {}", path, what);
  }

  /// The member, or null with an error (none if it is optional).
  const Json *member(const Json &object, const std::string &path,
                     const char *key, bool optional = false);
  void integer(const Json &json, const std::string &path, int64_t &value);
  void readInteger(const Json &object, const std::string &path, const char *key,
                   int64_t &value);
  void readText(const Json &object, const std::string &path, const char *key,
                std::string &value, bool optional = false);
  void readNumber(const Json &object, const std::string &path, const char *key,
                  double &value);
  void readFraction(const Json &object, const std::string &path,
                    const char *key, Fraction &value);
  int64_t readName(const Json &object, const std::string &path, const char *key,
                   const NameIndex &names, const char *what);
  template <typename Kind, typename Parse>
  void readKind(const Json &object, const std::string &path, Kind &kind,
                Parse parse, const char *key = "kind");
  /// Calls `item` on every element of the array member.
  template <typename Item>
  void readList(const Json &object, const char *key, Item item);

  void readHeader(const Json &root);
  void readProcessor(const Json &json, const std::string &path);
  void readOrder(const Json &json, const std::string &path, size_t index);
  void readTask(const Json &json, const std::string &path);
  void readEdge(const Json &json, const std::string &path);
  void readTransfer(const Json &json, const std::string &path);
  void readParameter(const Json &json, const std::string &path);

  StaticSchedule schedule;
  NameIndex tasks;
  NameIndex parameters;
  Error error;
};

const Json *Reader::member(const Json &object, const std::string &path,
                           const char *key, bool optional) {
  if (failed())
    return nullptr;
  if (!object.is_object()) {
    fail(path, "must be an object");
    return nullptr;
  }
  auto found = object.find(key);
  if (found != object.end())
    return &*found;
  if (!optional)
    fail(path, fmt::format("key \"{}\" is missing", key));
  return nullptr;
}

void Reader::integer(const Json &json, const std::string &path,
                     int64_t &value) {
  bool tooLarge =
      json.is_number_unsigned() &&
      json.get<uint64_t>() > uint64_t(std::numeric_limits<int64_t>::max());
  if (!json.is_number_integer() || tooLarge)
    return fail(path, "must be a 64-bit integer");
  value = json.get<int64_t>();
}

void Reader::readInteger(const Json &object, const std::string &path,
                         const char *key, int64_t &value) {
  if (const Json *json = member(object, path, key))
    integer(*json, path + "." + key, value);
}

void Reader::readText(const Json &object, const std::string &path,
                      const char *key, std::string &value, bool optional) {
  const Json *json = member(object, path, key, optional);
  if (!json)
    return;
  if (!json->is_string())
    return fail(path + "." + key, "must be a string");
  value = json->get<std::string>();
}

void Reader::readNumber(const Json &object, const std::string &path,
                        const char *key, double &value) {
  const Json *json = member(object, path, key);
  if (!json)
    return;
  if (!json->is_number())
    return fail(path + "." + key, "must be a number");
  value = json->get<double>();
}

void Reader::readFraction(const Json &object, const std::string &path,
                          const char *key, Fraction &value) {
  const Json *json = member(object, path, key);
  if (!json)
    return;
  std::string place = path + "." + key;
  if (!json->is_array() || json->size() != 2)
    return fail(place, "must be [numerator, denominator]");
  integer((*json)[0], place + "[0]", value.numerator);
  integer((*json)[1], place + "[1]", value.denominator);
  if (value.denominator < 1 || value.numerator < 0)
    fail(place, "must be a fraction ≥ 0 with a denominator ≥ 1");
}

int64_t Reader::readName(const Json &object, const std::string &path,
                         const char *key, const NameIndex &names,
                         const char *what) {
  std::string name;
  readText(object, path, key, name);
  if (failed())
    return -1;
  auto found = names.find(name);
  if (found != names.end())
    return found->second;
  fail(path + "." + key, fmt::format("there is no {} '{}'", what, name));
  return -1;
}

template <typename Kind, typename Parse>
void Reader::readKind(const Json &object, const std::string &path, Kind &kind,
                      Parse parse, const char *key) {
  std::string text;
  readText(object, path, key, text);
  if (failed())
    return;
  if (std::optional<Kind> parsed = parse(text))
    kind = *parsed;
  else
    fail(path + "." + key, fmt::format("'{}' is no known {}", text, key));
}

template <typename Item>
void Reader::readList(const Json &object, const char *key, Item item) {
  const Json *list = member(object, "schedule", key);
  if (!list)
    return;
  if (!list->is_array())
    return fail(key, "must be an array");
  for (size_t i = 0; i < list->size() && !failed(); ++i)
    item((*list)[i], fmt::format("{}[{}]", key, i), i);
}

void Reader::readHeader(const Json &root) {
  std::string format, path = "schedule";
  int64_t version = 0;
  readText(root, path, "format", format);
  if (!failed() && format != "layerpipe-schedule")
    fail("schedule.format",
         fmt::format("is '{}' instead of 'layerpipe-schedule'", format));
  readInteger(root, path, "version", version);
  if (!failed() && version != 1)
    fail("schedule.version",
         fmt::format("is {}; this program reads version 1", version));
  readText(root, path, "graph", schedule.graph);
  readText(root, path, "strategy", schedule.strategy);
  readText(root, path, "time_unit", schedule.timeUnit);
  readInteger(root, path, "period", schedule.period);
  readNumber(root, path, "utilization", schedule.utilization);
  if (const Json *json = member(root, path, "bounds")) {
    ScheduleBounds &bounds = schedule.bounds;
    readFraction(*json, "bounds", "iteration", bounds.iteration);
    readInteger(*json, "bounds", "work", bounds.work);
    readInteger(*json, "bounds", "longest_task", bounds.longestTask);
    readInteger(*json, "bounds", "link", bounds.link);
    readInteger(*json, "bounds", "lower", bounds.lower);
    readInteger(*json, "bounds", "lower_split", bounds.lowerSplit);
  }
  if (const Json *json = member(root, path, "communication")) {
    readInteger(*json, "communication", "bytes_per_iteration",
                schedule.bytesPerIteration);
    readInteger(*json, "communication", "bytes_copied", schedule.bytesCopied);
  }
}

void Reader::readProcessor(const Json &json, const std::string &path) {
  ScheduleProcessor processor;
  readInteger(json, path, "id", processor.id);
  readFraction(json, path, "speed", processor.speed);
  readInteger(json, path, "busy", processor.busy);
  readInteger(json, path, "memory_bytes", processor.memoryBytes);
  schedule.processors.push_back(std::move(processor));
}

void Reader::readOrder(const Json &json, const std::string &path,
                       size_t index) {
  const Json *order = member(json, path, "order");
  if (!order)
    return;
  if (!order->is_array())
    return fail(path + ".order", "must be an array of task names");
  for (size_t i = 0; i < order->size(); ++i) {
    std::string place = fmt::format("{}.order[{}]", path, i);
    const Json &name = (*order)[i];
    if (!name.is_string())
      return fail(place, "must be a task name");
    auto found = tasks.find(name.get<std::string>());
    if (found == tasks.end())
      return fail(
          place, fmt::format("there is no task '{}'", name.get<std::string>()));
    schedule.processors[index].order.push_back(found->second);
  }
}

void Reader::readTask(const Json &json, const std::string &path) {
  ScheduleTask task;
  readText(json, path, "name", task.name);
  readInteger(json, path, "layer", task.layer);
  readKind(json, path, task.kind, parseTaskKind);
  readInteger(json, path, "processor", task.processor);
  readInteger(json, path, "start", task.start);
  readInteger(json, path, "duration", task.duration);
  readInteger(json, path, "lag", task.lag);
  if (const Json *microbatch = member(json, path, "microbatch", true)) {
    int64_t number = 0;
    integer(*microbatch, path + ".microbatch", number);
    task.microbatch = number;
  }
  if (const Json *part = member(json, path, "part", true)) {
    TaskPart made;
    std::string place = path + ".part";
    readText(*part, place, "of", made.of);
    readKind(*part, place, made.axis, parseSplitAxis, "axis");
    readInteger(*part, place, "begin", made.begin);
    readInteger(*part, place, "end", made.end);
    readInteger(*part, place, "length", made.length);
    readKind(*part, place, made.combine, parseCombine, "combine");
    task.part = std::move(made);
  }
  int64_t index = schedule.tasks.size();
  if (!failed() && !tasks.emplace(task.name, index).second)
    fail(path + ".name", fmt::format("'{}' is used twice", task.name));
  schedule.tasks.push_back(std::move(task));
}

void Reader::readEdge(const Json &json, const std::string &path) {
  ScheduleEdge edge;
  edge.from = readName(json, path, "from", tasks, "task");
  edge.to = readName(json, path, "to", tasks, "task");
  readKind(json, path, edge.kind, parseEdgeKind);
  readText(json, path, "value", edge.value);
  readInteger(json, path, "distance", edge.distance);
  readInteger(json, path, "bytes", edge.bytes);
  readText(json, path, "initial", edge.initial, /*optional=*/true);
  readInteger(json, path, "channel_capacity", edge.channelCapacity);
  if (const Json *transfer = member(json, path, "transfer", true)) {
    integer(*transfer, path + ".transfer", edge.transfer);
    if (!failed() && edge.transfer < 0)
      fail(path + ".transfer", "must not be negative");
  }
  if (member(json, path, "parameter", true))
    edge.parameter = readName(json, path, "parameter", parameters, "parameter");
  schedule.edges.push_back(std::move(edge));
}

void Reader::readTransfer(const Json &json, const std::string &path) {
  ScheduleTransfer transfer;
  readText(json, path, "value", transfer.value);
  readInteger(json, path, "from_processor", transfer.fromProcessor);
  readInteger(json, path, "to_processor", transfer.toProcessor);
  readInteger(json, path, "start", transfer.start);
  readInteger(json, path, "lag", transfer.lag);
  readInteger(json, path, "duration", transfer.duration);
  readInteger(json, path, "latency", transfer.latency);
  schedule.transfers.push_back(std::move(transfer));
}

void Reader::readParameter(const Json &json, const std::string &path) {
  ScheduleParameter parameter;
  readText(json, path, "name", parameter.name);
  readInteger(json, path, "bytes", parameter.bytes);
  readInteger(json, path, "layer", parameter.layer);
  readInteger(json, path, "staleness", parameter.staleness);
  readInteger(json, path, "versions", parameter.versions);
  int64_t index = schedule.parameters.size();
  if (!failed() && !parameters.emplace(parameter.name, index).second)
    fail(path + ".name", fmt::format("'{}' is used twice", parameter.name));
  schedule.parameters.push_back(std::move(parameter));
}

Result<StaticSchedule> Reader::read(std::string_view text) {
  // The parser recurses with the nesting; a schedule needs four levels.
  constexpr int maxDepth = 16;
  bool tooDeep = false;
  auto limitDepth = [&](int depth, Json::parse_event_t, Json &) {
    tooDeep |= depth > maxDepth;
    return !tooDeep;
  };
  Json root = Json::parse(text, limitDepth, /*allow_exceptions=*/false);
  if (tooDeep)
    return Error{"the text is nested too deeply for a schedule"};
  if (root.is_discarded())
    return Error{"the text is not JSON"};

  readHeader(root);
  // Names first: orders and edges refer to them.
  readList(root, "tasks",
           [&](const Json &json, const std::string &path, size_t) {
             readTask(json, path);
           });
  readList(root, "parameters",
           [&](const Json &json, const std::string &path, size_t) {
             readParameter(json, path);
           });
  readList(root, "processors",
           [&](const Json &json, const std::string &path, size_t index) {
             readProcessor(json, path);
             readOrder(json, path, index);
           });
  readList(root, "edges",
           [&](const Json &json, const std::string &path, size_t) {
             readEdge(json, path);
           });
  readList(root, "transfers",
           [&](const Json &json, const std::string &path, size_t) {
             readTransfer(json, path);
           });
  if (failed())
    return error;
  return std::move(schedule);
}

} // namespace

Result<StaticSchedule> readScheduleJson(std::string_view text) {
  return Reader().read(text);
}

} // namespace layerpipe::scheduling
