//===- WriteJson.cpp - Writing schedule files -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The keys of docs/schedule-format.md are written in their fixed order; long
// lists have one object per line.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Schedule/ScheduleJson.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Machine/LinksJson.h"

namespace layerpipe::scheduling {
namespace {

using Json = nlohmann::ordered_json;

std::string nameOf(const StaticSchedule &schedule, int64_t task) {
  bool known = task >= 0 && task < static_cast<int64_t>(schedule.tasks.size());
  return known ? schedule.tasks[task].name : std::string();
}

Json toJson(const ScheduleBounds &bounds) {
  return Json{
      {"iteration", {bounds.iteration.numerator, bounds.iteration.denominator}},
      {"work", bounds.work},
      {"longest_task", bounds.longestTask},
      {"link", bounds.link},
      {"lower", bounds.lower},
      {"lower_split", bounds.lowerSplit}};
}

Json toJson(const StaticSchedule &schedule,
            const ScheduleProcessor &processor) {
  Json order = Json::array();
  for (int64_t task : processor.order)
    order.push_back(nameOf(schedule, task));
  return Json{
      {"id", processor.id},
      {"speed", {processor.speed.numerator, processor.speed.denominator}},
      {"busy", processor.busy},
      {"memory_bytes", processor.memoryBytes},
      {"order", std::move(order)}};
}

Json toJson(const ScheduleTask &task) {
  Json json{{"name", task.name},
            {"layer", task.layer},
            {"kind", toString(task.kind)},
            {"processor", task.processor},
            {"start", task.start},
            {"duration", task.duration},
            {"lag", task.lag}};
  if (task.microbatch)
    json["microbatch"] = *task.microbatch;
  if (task.part)
    json["part"] = Json{{"of", task.part->of},
                        {"axis", toString(task.part->axis)},
                        {"begin", task.part->begin},
                        {"end", task.part->end},
                        {"length", task.part->length},
                        {"combine", toString(task.part->combine)}};
  return json;
}

Json toJson(const StaticSchedule &schedule, const ScheduleEdge &edge) {
  Json json{
      {"from", nameOf(schedule, edge.from)}, {"to", nameOf(schedule, edge.to)},
      {"kind", toString(edge.kind)},         {"value", edge.value},
      {"distance", edge.distance},           {"bytes", edge.bytes}};
  if (!edge.initial.empty())
    json["initial"] = edge.initial;
  json["channel_capacity"] = edge.channelCapacity;
  if (edge.transfer >= 0)
    json["transfer"] = edge.transfer;
  int64_t parameters = schedule.parameters.size();
  if (edge.parameter >= 0 && edge.parameter < parameters)
    json["parameter"] = schedule.parameters[edge.parameter].name;
  return json;
}

Json toJson(const ScheduleTransfer &transfer) {
  return Json{{"value", transfer.value},
              {"from_processor", transfer.fromProcessor},
              {"to_processor", transfer.toProcessor},
              {"start", transfer.start},
              {"lag", transfer.lag},
              {"duration", transfer.duration},
              {"latency", transfer.latency}};
}

Json toJson(const ScheduleParameter &parameter) {
  return Json{{"name", parameter.name},
              {"bytes", parameter.bytes},
              {"layer", parameter.layer},
              {"staleness", parameter.staleness},
              {"versions", parameter.versions}};
}

void writeMember(std::string &text, const char *key, const Json &value,
                 const char *end = ",\n") {
  text += "  \"" + std::string(key) + "\": " + base::dumpJson(value) + end;
}

template <typename List, typename ToJson>
void writeList(std::string &text, const char *key, const List &list,
               ToJson toJsonOf, const char *end = ",\n") {
  text += "  \"" + std::string(key) + "\": [";
  const char *separator = "\n    ";
  for (const auto &item : list) {
    text += separator + base::dumpJson(toJsonOf(item));
    separator = ",\n    ";
  }
  text += list.empty() ? "]" : "\n  ]";
  text += end;
}

Json communicationOf(const StaticSchedule &schedule) {
  Json json{{"bytes_per_iteration", schedule.bytesPerIteration},
            {"bytes_copied", schedule.bytesCopied}};
  Json links = machine::writeLinks(schedule.links);
  if (schedule.links.areUniform())
    json.update(links);
  else
    json["links"] = std::move(links);
  return json;
}

} // namespace

std::string writeScheduleJson(const StaticSchedule &schedule) {
  std::string text = "{\n";
  writeMember(text, "format", "layerpipe-schedule");
  writeMember(text, "version", 1);
  writeMember(text, "graph", schedule.graph);
  writeMember(text, "strategy", schedule.strategy);
  writeMember(text, "time_unit", schedule.timeUnit);
  writeMember(text, "period", schedule.period);
  writeMember(text, "bounds", toJson(schedule.bounds));
  if (!schedule.limitedBy.empty())
    writeMember(text, "limited_by", schedule.limitedBy);
  writeMember(text, "utilization", schedule.utilization);
  writeMember(text, "communication", communicationOf(schedule));
  auto plain = [](const auto &item) { return toJson(item); };
  auto named = [&](const auto &item) { return toJson(schedule, item); };
  writeList(text, "processors", schedule.processors, named);
  writeList(text, "tasks", schedule.tasks, plain);
  writeList(text, "edges", schedule.edges, named);
  writeList(text, "transfers", schedule.transfers, plain);
  writeList(text, "parameters", schedule.parameters, plain, "\n");
  return text + "}\n";
}

} // namespace layerpipe::scheduling
