//===- ManifestEnds.cpp - What a program has in common with its host ------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file checks rules M10 to M12 of docs/runtime.md: parameters, inputs,
// labels and the loss, and the program that scores data.
//
//===----------------------------------------------------------------------===//

#include "ManifestVerifier.h"

using namespace layerpipe::runtime;

/// Returns how many elements a shape has behind its batch.
static int64_t perSample(const std::vector<int64_t> &shape) {
  int64_t product = 1;
  for (size_t i = 1; i < shape.size(); ++i)
    product *= shape[i];
  return product;
}

int64_t Input::elementsPerSample() const { return perSample(shape); }

int64_t Labels::valuesPerSample() const { return perSample(shape); }

std::string layerpipe::runtime::dataKeyOf(const Input &input) {
  return input.name == "input" ? "inputs" : input.name;
}

std::string layerpipe::runtime::dataKeyOf(const Labels &labels) {
  return labels.name == "labels" ? "targets" : labels.name;
}

void ManifestVerifier::parameterBuffers() {
  for (size_t p = 0; p < manifest.parameters.size(); ++p) {
    const Parameter &parameter = manifest.parameters[p];
    if (!index(parameter.buffer, manifest.buffers.size(), "buffer",
               "parameter " + parameter.name))
      return;
    const Buffer &buffer = manifest.buffers[parameter.buffer];
    auto *initial = std::get_if<ParameterInitial>(&buffer.initial);
    require(initial && initial->index == int64_t(p),
            "M10: buffer {} of parameter {} doesn't have it as initial value",
            buffer.name, parameter.name);
  }
}

/// Checks an input or labels, whose elements have 4 bytes each.
void ManifestVerifier::stream(const std::vector<int64_t> &shape, int64_t buffer,
                              const std::string &name) {
  int64_t elements = 1;
  for (int64_t extent : shape)
    if (!require(extent > 0 && elements <= greatestSize / extent,
                 "M2: the shape of {} is out of range", name))
      return;
    else
      elements *= extent;
  require(!shape.empty() && shape[0] == manifest.batch,
          "M11: the first extent of {} must be the batch, {}", name,
          manifest.batch);
  require(manifest.buffers[buffer].bytes == 4 * elements,
          "M11: the buffer of {} doesn't have 4 bytes an element", name);
}

void ManifestVerifier::labels(const Labels &labels) {
  stream(labels.shape, labels.buffer, labels.name);
  require(labels.classes > 0 && labels.classes <= greatestCount,
          "M2: {}: classes must be positive", labels.name);
  require(labels.kind == LabelKind::Class ||
              labels.shape ==
                  std::vector<int64_t>{manifest.batch, labels.classes},
          "M11: the shape of {} must be [{}, {}]", labels.name, manifest.batch,
          labels.classes);
}

void ManifestVerifier::interfaces() {
  parameterBuffers();
  require(!manifest.inputs.empty() && !manifest.labels.empty(),
          "M11: there must be an input and labels");
  std::set<std::string> keys;
  auto name = [&](const std::string &key) {
    require(!key.empty() && keys.insert(key).second,
            "M11: data sets would have two arrays named {}", key);
  };
  for (const Input &input : manifest.inputs) {
    name(dataKeyOf(input));
    stream(input.shape, input.buffer, input.name);
  }
  for (const Labels &own : manifest.labels) {
    name(dataKeyOf(own));
    labels(own);
  }
  require(manifest.buffers[manifest.loss].bytes == 4,
          "M11: the loss' buffer must have 4 bytes");
}

void ManifestVerifier::evaluation(const Evaluation &evaluation) {
  const std::vector<Buffer> &list = evaluation.buffers;
  require(evaluation.arenaBytes >= 0 && evaluation.arenaBytes <= greatestSize &&
              evaluation.scratchBytes >= 0 &&
              evaluation.scratchBytes <= greatestSize,
          "M2: evaluation: a size is out of range");
  buffers(list, evaluation.arenaBytes);
  tasks(evaluation.tasks, list.size());
  for (int64_t input : evaluation.inputs)
    index(input, list.size(), "buffer", "evaluation.inputs");
  index(evaluation.prediction, list.size(), "buffer", "evaluation.prediction");
  require(evaluation.inputs.size() == manifest.inputs.size(),
          "M12: the evaluation has {} inputs, the training {}",
          evaluation.inputs.size(), manifest.inputs.size());
  if (!good())
    return;
  std::set<int64_t> written(evaluation.inputs.begin(), evaluation.inputs.end());
  for (size_t b = 0; b < list.size(); ++b) {
    require(list[b].slots == 1, "M12: evaluation buffer {} has {} slots",
            list[b].name, list[b].slots);
    if (hasInitial(list[b]))
      written.insert(b);
  }
  for (const Task &task : evaluation.tasks) {
    scratch(task, evaluation.scratchBytes);
    for (const Read &read : task.reads)
      require(read.distance == 0 && written.count(read.buffer),
              "M12: evaluation task {} reads buffer {} before it is written",
              task.name, list[read.buffer].name);
    written.insert(task.writes.begin(), task.writes.end());
  }
  require(written.count(evaluation.prediction),
          "M12: no evaluation task writes the prediction");
  for (size_t i = 0; i < evaluation.inputs.size(); ++i)
    require(list[evaluation.inputs[i]].bytes ==
                manifest.buffers[manifest.inputs[i].buffer].bytes,
            "M12: the evaluation's input {} differs in size from the "
            "training's",
            manifest.inputs[i].name);
  const Labels &scored = manifest.labels.front();
  require(list[evaluation.prediction].bytes / 4 / scored.classes ==
                  manifest.batch * scored.positions() &&
              list[evaluation.prediction].bytes % (4 * scored.classes) == 0,
          "M12: the prediction must have an element for each sample, position "
          "and class");
}
