//===- ReadJson.cpp - Reading schedule files ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each field is read with its path in the file, and the first mistake is
// reported. This reader refuses what docs/schedule.schema.json refuses, and
// names that name nothing. CheckSchedule.cpp has the rules that relate the
// numbers.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Schedule/ScheduleJson.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/JsonReader.h"
#include "layerpipe/Machine/LinksJson.h"

#include <fmt/format.h>

#include <limits>
#include <unordered_map>

namespace layerpipe::scheduling {
namespace {

using Json = nlohmann::json;
using NameIndex = std::unordered_map<std::string, int64_t>;

constexpr base::IntegerRange fromZero{0}, fromOne{1};
/// The schema's integers are symmetric, so that no double stands at an end.
constexpr base::IntegerRange anyInteger{-std::numeric_limits<int64_t>::max()};

Fraction readFraction(base::JsonObjectReader &object, const char *key,
                      base::JsonFailure &failure);

/// Reads an object of a schedule file. It may have keys that nobody knows.
class ObjectReader : public base::JsonObjectReader {
public:
  ObjectReader(const Json &value, std::string path, base::JsonFailure &failure)
      : JsonObjectReader(value, std::move(path), failure,
                         base::OtherKeys::ignored),
        failure(failure) {}

  Fraction fraction(const char *key) {
    return readFraction(*this, key, failure);
  }
  /// Returns the index of the task or parameter that the member names.
  int64_t reference(const char *key, const NameIndex &names, const char *what);

private:
  base::JsonFailure &failure;
};

Fraction readFraction(base::JsonObjectReader &object, const char *key,
                      base::JsonFailure &failure) {
  const Json &pair = object.member(key);
  std::string place = object.pathOf(key);
  if (!pair.is_array() || pair.size() != 2) {
    object.fail(key, "must be [numerator, denominator]");
    return {};
  }
  return {base::readInteger(pair[0], place + "[0]", failure, fromZero),
          base::readInteger(pair[1], place + "[1]", failure, fromOne)};
}

int64_t ObjectReader::reference(const char *key, const NameIndex &names,
                                const char *what) {
  std::string word = name(key);
  auto found = names.find(word);
  if (found != names.end())
    return found->second;
  fail(key, fmt::format("there is no {} '{}'", what, word));
  return -1;
}

/// Reads a file into `schedule`; `failure` keeps the first error.
class Reader {
public:
  Result<StaticSchedule> read(const Json &root);

private:
  using ReadItem = void (Reader::*)(ObjectReader &item);

  void readHeader(ObjectReader &root);
  void readLinks(ObjectReader &root);
  void readList(ObjectReader &root, const char *key, ReadItem read);
  void readProcessor(ObjectReader &item);
  void readTask(ObjectReader &item);
  void readEdge(ObjectReader &item);
  void readInitial(ObjectReader &item, ScheduleEdge &edge);
  void readTransfer(ObjectReader &item);
  void readParameter(ObjectReader &item);
  TaskPart readPart(const Json &json, const std::string &path);

  base::JsonFailure failure;
  StaticSchedule schedule;
  NameIndex tasks;
  NameIndex parameters;
};

std::optional<std::string> parseTimeUnit(std::string_view text) {
  bool known = text == "ns" || text == "us" || text == "cycles";
  return known ? std::optional(std::string(text)) : std::nullopt;
}

void Reader::readHeader(ObjectReader &root) {
  std::string format = root.text("format");
  if (format != "layerpipe-schedule")
    root.fail("format",
              fmt::format("is '{}' instead of 'layerpipe-schedule'", format));
  int64_t version = root.integer("version");
  if (version != 1)
    root.fail("version",
              fmt::format("is {}; this program reads version 1", version));
  schedule.graph = root.text("graph");
  schedule.strategy = root.text("strategy");
  schedule.timeUnit = root.oneOf("time_unit", parseTimeUnit);
  schedule.period = root.integer("period", fromOne);
  if (root.has("limited_by"))
    schedule.limitedBy = root.name("limited_by");
  schedule.utilization = root.real("utilization", 0, 1);

  ObjectReader bounds(root.member("bounds"), "bounds", failure);
  schedule.bounds.iteration = bounds.fraction("iteration");
  schedule.bounds.work = bounds.integer("work", fromZero);
  schedule.bounds.longestTask = bounds.integer("longest_task", fromZero);
  schedule.bounds.link = bounds.integer("link", fromZero);
  schedule.bounds.lower = bounds.integer("lower", fromZero);
  schedule.bounds.lowerSplit = bounds.integer("lower_split", fromZero);

  ObjectReader communication(root.member("communication"), "communication",
                             failure);
  schedule.bytesPerIteration =
      communication.integer("bytes_per_iteration", fromZero);
  schedule.bytesCopied = communication.integer("bytes_copied", fromZero);
  if (communication.has("bandwidth"))
    schedule.links.others.bandwidth = communication.fraction("bandwidth");
  schedule.links.others.latency =
      communication.integerIfAny("latency", fromZero).value_or(0);
}

/// Reads links that differ. They stand in a key of their own, since `bandwidth`
/// and `latency` are those of every link.
void Reader::readLinks(ObjectReader &root) {
  const Json &communication = root.member("communication");
  auto links = communication.find("links");
  if (failure || links == communication.end())
    return;
  auto bandwidth = [&](base::JsonObjectReader &link, const char *key) {
    return readFraction(link, key, failure);
  };
  schedule.links = machine::readLinks(
      *links, "communication.links",
      static_cast<int64_t>(schedule.processors.size()),
      {bandwidth, fromZero, base::OtherKeys::ignored}, failure);
}

void Reader::readList(ObjectReader &root, const char *key, ReadItem read) {
  root.each(key, [&](const Json &json, const std::string &path) {
    ObjectReader item(json, path, failure);
    (this->*read)(item);
  });
}

void Reader::readProcessor(ObjectReader &item) {
  ScheduleProcessor processor;
  processor.id = item.integer("id", fromZero);
  processor.speed = item.fraction("speed");
  processor.busy = item.integer("busy", fromZero);
  processor.memoryBytes = item.integer("memory_bytes", fromZero);
  item.each("order", [&](const Json &json, const std::string &path) {
    const auto *name = json.get_ptr<const std::string *>();
    auto found = name ? tasks.find(*name) : tasks.end();
    if (found != tasks.end())
      processor.order.push_back(found->second);
    else
      failure.add(path, name ? fmt::format("there is no task '{}'", *name)
                             : "must be a task name");
  });
  schedule.processors.push_back(std::move(processor));
}

TaskPart Reader::readPart(const Json &json, const std::string &path) {
  ObjectReader item(json, path, failure);
  TaskPart part;
  part.of = item.name("of");
  part.axis = item.oneOf("axis", parseSplitAxis);
  part.begin = item.integer("begin", fromZero);
  part.end = item.integer("end", fromZero);
  part.length = item.integer("length", fromOne);
  part.combine = item.oneOf("combine", parseCombine);
  return part;
}

void Reader::readTask(ObjectReader &item) {
  ScheduleTask task;
  task.name = item.name("name");
  task.layer = item.integer("layer", fromZero);
  task.kind = item.oneOf("kind", parseTaskKind);
  task.processor = item.integer("processor", {-1});
  task.start = item.integer("start", fromZero);
  task.duration = item.integer("duration", fromZero);
  task.lag = item.integer("lag", anyInteger);
  task.microbatch = item.integerIfAny("microbatch", fromZero);
  if (const Json *part = item.find("part"))
    task.part = readPart(*part, item.pathOf("part"));
  int64_t index = schedule.tasks.size();
  if (!tasks.emplace(task.name, index).second)
    item.fail("name", fmt::format("'{}' is used twice", task.name));
  schedule.tasks.push_back(std::move(task));
}

/// Returns true for a decimal number as the schema's pattern has it: 0, -1.5,
/// 2e-05.
bool isNumber(std::string_view text) {
  auto takeDigits = [&] {
    size_t before = text.size();
    while (!text.empty() && text.front() >= '0' && text.front() <= '9')
      text.remove_prefix(1);
    return text.size() < before;
  };
  auto take = [&](std::string_view any) {
    bool there = !text.empty() && any.find(text.front()) != any.npos;
    text.remove_prefix(there ? 1 : 0);
    return there;
  };
  take("-");
  bool good = takeDigits();
  if (take("."))
    good &= takeDigits();
  if (take("eE")) {
    take("+-");
    good &= takeDigits();
  }
  return good && text.empty();
}

/// Reads what the consumer of an edge with delays finds before there is a
/// value: "absent", "parameter:NAME" or "constant:NUMBER".
void Reader::readInitial(ObjectReader &item, ScheduleEdge &edge) {
  constexpr std::string_view parameter = "parameter:", constant = "constant:";
  if (edge.distance > 0 || item.has("initial"))
    edge.initial = item.text("initial");
  std::string_view initial = edge.initial;
  if (!item.has("initial") || initial == "absent")
    return;
  // A statistic is a parameter that no optimizer updates, and so it is not
  // among those that have a staleness.
  if (initial.starts_with(parameter)) {
    if (initial.size() == parameter.size())
      item.fail("initial", "names no parameter");
  } else if (!initial.starts_with(constant) ||
             !isNumber(initial.substr(constant.size()))) {
    item.fail("initial", fmt::format("is '{}'; it must be absent, "
                                     "parameter:NAME or constant:NUMBER",
                                     initial));
  }
}

void Reader::readEdge(ObjectReader &item) {
  ScheduleEdge edge;
  edge.from = item.reference("from", tasks, "task");
  edge.to = item.reference("to", tasks, "task");
  edge.kind = item.oneOf("kind", parseEdgeKind);
  edge.value = item.text("value");
  edge.distance = item.integer("distance", fromZero);
  edge.bytes = item.integer("bytes", fromZero);
  readInitial(item, edge);
  edge.channelCapacity = item.integer("channel_capacity", fromOne);
  edge.transfer = item.integerIfAny("transfer", fromZero).value_or(-1);
  if (item.has("parameter"))
    edge.parameter = item.reference("parameter", parameters, "parameter");
  schedule.edges.push_back(std::move(edge));
}

void Reader::readTransfer(ObjectReader &item) {
  ScheduleTransfer transfer;
  transfer.value = item.text("value");
  transfer.fromProcessor = item.integer("from_processor", fromZero);
  transfer.toProcessor = item.integer("to_processor", fromZero);
  transfer.start = item.integer("start", fromZero);
  transfer.lag = item.integer("lag", anyInteger);
  transfer.duration = item.integer("duration", fromZero);
  transfer.latency = item.integer("latency", fromZero);
  schedule.transfers.push_back(std::move(transfer));
}

void Reader::readParameter(ObjectReader &item) {
  ScheduleParameter parameter;
  parameter.name = item.name("name");
  parameter.bytes = item.integer("bytes", fromZero);
  parameter.layer = item.integer("layer", fromZero);
  parameter.staleness = item.integer("staleness", fromZero);
  parameter.versions = item.integer("versions", fromOne);
  int64_t index = schedule.parameters.size();
  if (!parameters.emplace(parameter.name, index).second)
    item.fail("name", fmt::format("'{}' is used twice", parameter.name));
  schedule.parameters.push_back(std::move(parameter));
}

Result<StaticSchedule> Reader::read(const Json &json) {
  ObjectReader root(json, json.is_object() ? "" : "the schedule", failure);
  readHeader(root);
  // The names come first, since orders and edges refer to them.
  readList(root, "tasks", &Reader::readTask);
  readList(root, "parameters", &Reader::readParameter);
  readList(root, "processors", &Reader::readProcessor);
  readLinks(root);
  readList(root, "edges", &Reader::readEdge);
  readList(root, "transfers", &Reader::readTransfer);
  if (failure)
    return Error{failure.message};
  return std::move(schedule);
}

} // namespace

Result<StaticSchedule> readScheduleJson(std::string_view text) {
  base::Result<Json> root = base::parseJson(text);
  if (!root)
    return Error{"the text is not JSON: " + root.error().message};
  return Reader().read(*root);
}

} // namespace layerpipe::scheduling
