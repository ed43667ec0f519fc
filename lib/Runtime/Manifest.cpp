//===- Manifest.cpp - Reading the manifest --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reader turns JSON text into plain values (rule M1 of docs/runtime.md).
// ManifestVerifier.cpp checks what the values must satisfy among each other.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Manifest.h"

#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/JsonReader.h"

#include <fmt/format.h>

using namespace layerpipe;
using namespace layerpipe::runtime;
using Json = nlohmann::json;

namespace {

/// Reads one manifest; `failure` keeps what went wrong first.
class ManifestReader {
public:
  Manifest read(const Json &json);

  base::JsonFailure failure;

private:
  Task readTask(const Json &json, const std::string &path);
  Buffer readBuffer(const Json &json, const std::string &path);
  BufferInitial readInitial(const Json &json, const std::string &path);
  Processor readProcessor(const Json &json, const std::string &path);
  ChannelDescription readChannel(const Json &json, const std::string &path);
  Parameter readParameter(const Json &json, const std::string &path);
  KernelDescription readKernel(const Json &json, const std::string &path);
  Input readInput(const Json &json, const std::string &path);
  Parts readParts(const Json &json, const std::string &path);
  Labels readLabels(const Json &json, const std::string &path);
  Evaluation readEvaluation(const Json &json, const std::string &path);
  int64_t readBufferReference(const Json &json, const std::string &path);

  template <typename T>
  std::vector<T> list(base::JsonObjectReader &object, const char *key,
                      T (ManifestReader::*read)(const Json &,
                                                const std::string &)) {
    std::vector<T> result;
    object.each(key, [&](const Json &element, const std::string &path) {
      result.push_back((this->*read)(element, path));
    });
    return result;
  }
};

} // namespace

int64_t ManifestReader::readBufferReference(const Json &json,
                                            const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  return object.integer("buffer");
}

Task ManifestReader::readTask(const Json &json, const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  Task task;
  task.name = object.text("name");
  task.kind = object.text("kind");
  task.layer = object.text("layer");
  task.function = object.integer("function");
  task.processor = object.integer("processor");
  task.start = object.integer("start");
  task.duration = object.integer("duration");
  task.lag = object.integer("lag");
  object.each("reads", [&](const Json &element, const std::string &at) {
    base::JsonObjectReader read(element, at, failure);
    task.reads.push_back({read.integer("buffer"), read.integer("distance")});
  });
  task.writes = list(object, "writes", &ManifestReader::readBufferReference);
  task.scratch = object.integers("scratch");
  task.kernels = object.integers("kernels");
  return task;
}

BufferInitial ManifestReader::readInitial(const Json &json,
                                          const std::string &path) {
  if (json.is_null() || json == "absent")
    return ZeroInitial{};
  base::JsonObjectReader object(json, path, failure);
  if (object.has("parameter"))
    return ParameterInitial{object.integer("parameter")};
  return ConstantInitial{object.number("constant")};
}

Buffer ManifestReader::readBuffer(const Json &json, const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  Buffer buffer;
  buffer.name = object.text("name");
  buffer.bytes = object.integer("bytes");
  buffer.slots = object.integer("slots");
  buffer.offset = object.integer("offset");
  buffer.initial = readInitial(object.member("initial"), path + ".initial");
  return buffer;
}

Processor ManifestReader::readProcessor(const Json &json,
                                        const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  Processor processor;
  processor.id = object.integer("id");
  processor.slots = object.integers("slots");
  processor.scratchBytes = object.integer("scratch_bytes");
  return processor;
}

ChannelDescription ManifestReader::readChannel(const Json &json,
                                               const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  ChannelDescription channel;
  channel.buffer = object.integer("buffer");
  channel.from = object.integer("from");
  channel.to = object.integer("to");
  channel.capacity = object.integer("capacity");
  channel.unchecked = object.booleanOr("unchecked", false);
  return channel;
}

Parameter ManifestReader::readParameter(const Json &json,
                                        const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  Parameter parameter;
  parameter.name = object.text("name");
  parameter.shape = object.integers("shape");
  parameter.buffer = object.integer("buffer");
  parameter.staleness = object.integer("staleness");
  if (object.has("layout"))
    parameter.layout = object.name("layout");
  base::JsonObjectReader init(object.member("init"), path + ".init", failure);
  parameter.uniform = init.has("uniform");
  if (init.has("values"))
    parameter.values = init.integer("values");
  else
    parameter.value = init.number(parameter.uniform ? "uniform" : "constant");
  return parameter;
}

KernelDescription ManifestReader::readKernel(const Json &json,
                                             const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  KernelDescription kernel;
  kernel.op = object.text("op");
  if (object.has("candidate"))
    kernel.candidate = object.name("candidate");
  if (object.has("weights"))
    kernel.weights = object.name("weights");
  const Json &attributes = object.member("attributes");
  if (!attributes.is_object()) {
    failure.add(path + ".attributes", "must be an object");
    return kernel;
  }
  for (const auto &item : attributes.items())
    kernel.attributes[item.key()] = base::readInteger(
        item.value(), path + ".attributes." + item.key(), failure);
  return kernel;
}

Input ManifestReader::readInput(const Json &json, const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  return {object.integer("buffer"), object.integers("shape"),
          object.text("name")};
}

Parts ManifestReader::readParts(const Json &json, const std::string &path) {
  if (json.is_null())
    return Parts::None;
  if (json == "concatenate")
    return Parts::Concatenate;
  if (json != "sum")
    failure.add(path, "must be null, \"concatenate\" or \"sum\"");
  return Parts::Sum;
}

Labels ManifestReader::readLabels(const Json &json, const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  Labels labels;
  labels.buffer = object.integer("buffer");
  labels.classes = object.integer("classes");
  labels.shape = object.integers("shape");
  labels.name = object.text("name");
  if (object.has("ignored"))
    labels.ignored = int32_t(object.integer("ignored"));
  std::string kind = object.text("kind");
  if (kind == "dense")
    labels.kind = LabelKind::Dense;
  else if (kind != "class")
    failure.add(path + ".kind", "must be \"class\" or \"dense\"");
  return labels;
}

Evaluation ManifestReader::readEvaluation(const Json &json,
                                          const std::string &path) {
  base::JsonObjectReader object(json, path, failure);
  Evaluation evaluation;
  evaluation.arenaBytes = object.integer("arena_bytes");
  evaluation.scratchBytes = object.integer("scratch_bytes");
  evaluation.buffers = list(object, "buffers", &ManifestReader::readBuffer);
  evaluation.tasks = list(object, "tasks", &ManifestReader::readTask);
  evaluation.inputs =
      list(object, "inputs", &ManifestReader::readBufferReference);
  evaluation.prediction =
      readBufferReference(object.member("prediction"), path + ".prediction");
  return evaluation;
}

Manifest ManifestReader::read(const Json &json) {
  const std::string path = "program";
  base::JsonObjectReader object(json, path, failure);
  Manifest manifest;
  if (object.text("format") != "layerpipe-program" ||
      object.integer("version") != 1)
    failure.add(path, "format must be \"layerpipe-program\", version 1");
  manifest.name = object.text("name");
  manifest.fingerprint = object.text("fingerprint");
  manifest.strategy = object.text("strategy");
  manifest.parts = readParts(object.member("parts"), path + ".parts");
  manifest.kernelsLibrary = object.text("kernels_library");
  manifest.timeUnit = object.text("time_unit");
  manifest.batch = object.integer("batch");
  manifest.period = object.integer("period");
  manifest.lowerBound = object.integer("lower_bound");
  manifest.learningRate = object.number("learning_rate");
  manifest.arenaBytes = object.integer("arena_bytes");
  manifest.processors =
      list(object, "processors", &ManifestReader::readProcessor);
  manifest.sequential = object.integers("sequential");
  manifest.tasks = list(object, "tasks", &ManifestReader::readTask);
  manifest.buffers = list(object, "buffers", &ManifestReader::readBuffer);
  manifest.channels = list(object, "channels", &ManifestReader::readChannel);
  manifest.parameters =
      list(object, "parameters", &ManifestReader::readParameter);
  manifest.kernels = list(object, "kernels", &ManifestReader::readKernel);
  manifest.inputs = list(object, "inputs", &ManifestReader::readInput);
  manifest.labels = list(object, "labels", &ManifestReader::readLabels);
  manifest.loss = readBufferReference(object.member("loss"), path + ".loss");
  if (const Json &evaluation = object.member("evaluation");
      !evaluation.is_null())
    manifest.evaluation = readEvaluation(evaluation, path + ".evaluation");
  return manifest;
}

Result<Manifest> layerpipe::runtime::parseManifest(std::string_view text,
                                                   const TableSizes &tables) {
  Result<Json> json = base::parseJson(text);
  if (!json)
    return Error{"program: the manifest is not JSON: " + json.error().message,
                 ErrorKind::Defect};
  ManifestReader reader;
  Manifest manifest = reader.read(*json);
  if (reader.failure)
    return Error{"M1: " + reader.failure.message, ErrorKind::Defect};
  if (Result<void> verified = verifyManifest(manifest, tables); !verified)
    return verified.error();
  return manifest;
}
