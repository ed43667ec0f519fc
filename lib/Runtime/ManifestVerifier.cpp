//===- ManifestVerifier.cpp - The rules of a program ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The verifier checks rules M2 to M12 of docs/runtime.md. A program that passes
// can be executed without further bounds checks, and its order within a
// processor, and on one thread, is right. The compiler proves that the
// channels' capacities let it flow; the watchdog looks after that at run time.
//
//===----------------------------------------------------------------------===//

#include "ManifestVerifier.h"

#include "KernelOp.h"

#include "layerpipe/Base/WeightLayout.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

using namespace layerpipe;
using namespace layerpipe::runtime;

bool ManifestVerifier::index(int64_t value, size_t size,
                             const std::string &what,
                             const std::string &where) {
  return require(value >= 0 && value < int64_t(size),
                 "M3: {} names {} {}, but there are {}", where, what, value,
                 size);
}

void ManifestVerifier::sizes() {
  require(manifest.batch > 0 && manifest.batch <= greatestCount,
          "M2: batch must be positive, not {}", manifest.batch);
  require(manifest.period >= 0 && manifest.lowerBound >= 0,
          "M2: period and lower_bound must not be negative");
  require(manifest.arenaBytes >= 0 && manifest.arenaBytes <= greatestSize,
          "M2: arena_bytes {} is out of range", manifest.arenaBytes);
  require(!manifest.processors.empty(), "M2: there are no processors");
  require(manifest.learningRate >= 0 && std::isfinite(manifest.learningRate),
          "M2: learning_rate must be finite and not negative");
  for (const Processor &p : manifest.processors)
    require(p.scratchBytes >= 0 && p.scratchBytes <= greatestSize,
            "M2: processor {}: scratch_bytes {} is out of range", p.id,
            p.scratchBytes);
}

void ManifestVerifier::buffers(const std::vector<Buffer> &list, int64_t arena) {
  std::vector<const Buffer *> kept;
  for (const Buffer &buffer : list) {
    if (!require(buffer.bytes > 0 && buffer.bytes <= greatestSize &&
                     buffer.slots > 0 && buffer.slots <= greatestCount,
                 "M2: buffer {}: bytes and slots must be positive",
                 buffer.name))
      return;
    require(buffer.offset >= 0 && buffer.offset % bufferAlignment == 0,
            "M5: buffer {}: offset {} is not a multiple of 64", buffer.name,
            buffer.offset);
    require(buffer.offset <= arena &&
                buffer.slots <= (arena - buffer.offset) / buffer.stride(),
            "M5: buffer {}: its {} slots at offset {} leave the arena of {} "
            "bytes",
            buffer.name, buffer.slots, buffer.offset, arena);
    if (auto *p = std::get_if<ParameterInitial>(&buffer.initial)) {
      if (!index(p->index, manifest.parameters.size(), "parameter",
                 "buffer " + buffer.name))
        return;
      require(buffer.bytes == 4 * manifest.parameters[p->index].elements(),
              "M10: buffer {}: {} bytes can't hold parameter {}", buffer.name,
              buffer.bytes, manifest.parameters[p->index].name);
    }
    if (hasInitial(buffer)) {
      require(buffer.bytes % 4 == 0,
              "M5: buffer {}: an initial value needs f32 elements",
              buffer.name);
      kept.push_back(&buffer);
    }
  }
  std::sort(kept.begin(), kept.end(), [](auto *a, auto *b) {
    return std::tie(a->offset, a->name) < std::tie(b->offset, b->name);
  });
  for (size_t i = 1; i < kept.size(); ++i)
    require(kept[i - 1]->offset + kept[i - 1]->slots * kept[i - 1]->stride() <=
                kept[i]->offset,
            "M5: buffers {} and {} overlap and both have initial values",
            kept[i - 1]->name, kept[i]->name);
}

void ManifestVerifier::scratch(const Task &task, int64_t bytes) {
  for (int64_t offset : task.scratch)
    require(offset >= 0 && offset % bufferAlignment == 0 && offset < bytes,
            "M5: task {}: scratch offset {} must be a multiple of 64 below {}",
            task.name, offset, bytes);
}

void ManifestVerifier::tasks(const std::vector<Task> &list,
                             size_t bufferCount) {
  for (const Task &task : list) {
    const std::string where = "task " + task.name;
    index(task.function, tables.functions, "function", where);
    index(task.processor, manifest.processors.size(), "processor", where);
    for (const Read &read : task.reads) {
      index(read.buffer, bufferCount, "buffer", where);
      require(read.distance >= 0 && read.distance <= greatestSize,
              "M2: {}: distance {} must not be negative", where, read.distance);
    }
    for (int64_t buffer : task.writes)
      index(buffer, bufferCount, "buffer", where);
    for (int64_t kernel : task.kernels)
      index(kernel, manifest.kernels.size(), "kernel", where);
    require(task.start >= 0 && task.duration >= 0 &&
                std::abs(task.lag) <= greatestSize,
            "M2: {}: start, duration or lag is out of range", where);
  }
}

void ManifestVerifier::placement() {
  std::set<int64_t> placed;
  for (size_t p = 0; p < manifest.processors.size(); ++p) {
    const Processor &processor = manifest.processors[p];
    require(processor.id == int64_t(p),
            "M4: processor {} has id {}; the id must be the index", p,
            processor.id);
    for (int64_t slot : processor.slots) {
      if (!index(slot, manifest.tasks.size(), "task",
                 fmt::format("processor {}", p)))
        return;
      const Task &task = manifest.tasks[slot];
      require(task.processor == int64_t(p),
              "M4: task {} belongs to processor {}, but stands in the slots "
              "of processor {}",
              task.name, task.processor, p);
      require(placed.insert(slot).second, "M4: task {} has two slots",
              task.name);
      scratch(task, processor.scratchBytes);
    }
  }
  std::set<int64_t> ordered;
  for (int64_t slot : manifest.sequential) {
    if (!index(slot, manifest.tasks.size(), "task", "sequential"))
      return;
    require(ordered.insert(slot).second, "M4: task {} is twice in sequential",
            manifest.tasks[slot].name);
  }
  for (size_t t = 0; t < manifest.tasks.size(); ++t)
    require(placed.count(t) && ordered.count(t),
            "M4: task {} has no slot, or is not in sequential",
            manifest.tasks[t].name);
}

void ManifestVerifier::parameters() {
  std::set<std::string> names;
  for (const Parameter &parameter : manifest.parameters) {
    int64_t elements = 1;
    for (int64_t extent : parameter.shape)
      if (!require(extent > 0 && elements <= greatestSize / extent,
                   "M2: parameter {}: shape [{}] is out of range",
                   parameter.name, fmt::join(parameter.shape, ", ")))
        return;
      else
        elements *= extent;
    require(names.insert(parameter.name).second && !parameter.name.empty() &&
                parameter.name != "__metadata__",
            "M10: parameter name '{}' is empty, reserved or used twice",
            parameter.name);
    if (!parameter.layout.empty())
      require(base::WeightLayout::parse(parameter.layout, parameter.shape).ok(),
              "M13: parameter {}: '{}' is no layout of [{}]", parameter.name,
              parameter.layout, fmt::join(parameter.shape, ", "));
    require(parameter.staleness >= 0 && std::isfinite(parameter.value) &&
                (!parameter.uniform || parameter.value >= 0),
            "M2: parameter {}: staleness or bound is negative", parameter.name);
    if (parameter.values)
      index(*parameter.values, tables.values, "values",
            "parameter " + parameter.name);
  }
}

/// Checks that a task which reads or writes a parameter, and has kernels for
/// weights of its shape, has one for the parameter's layout.
void ManifestVerifier::layoutsOf(const Task &task,
                                 const std::vector<Buffer> &buffers) {
  auto check = [&](int64_t buffer) {
    const auto *initial =
        std::get_if<ParameterInitial>(&buffers[buffer].initial);
    if (!initial)
      return;
    const Parameter &parameter = manifest.parameters[initial->index];
    bool hasSome = false, agrees = false;
    for (int64_t index : task.kernels) {
      const KernelDescription &kernel = manifest.kernels[index];
      Result<KernelOp> op = kernelOp(kernel);
      if (!op || weightShapeOf(*op) != parameter.shape)
        continue;
      hasSome = true;
      agrees |= kernel.weights == parameter.layout;
    }
    require(!hasSome || agrees,
            "M13: task {}: no kernel takes parameter {} in layout '{}'",
            task.name, parameter.name, parameter.layout);
  };
  for (const Read &read : task.reads)
    check(read.buffer);
  for (int64_t buffer : task.writes)
    check(buffer);
}

void ManifestVerifier::layouts() {
  for (const KernelDescription &kernel : manifest.kernels)
    if (!kernel.weights.empty()) {
      Result<KernelOp> op = kernelOp(kernel);
      require(op.ok(), "M13: {}", op.message());
    }
  for (const Task &task : manifest.tasks)
    layoutsOf(task, manifest.buffers);
  if (manifest.evaluation)
    for (const Task &task : manifest.evaluation->tasks)
      layoutsOf(task, manifest.evaluation->buffers);
}

static Places placesOf(const std::vector<int64_t> &order) {
  Places places;
  for (size_t i = 0; i < order.size(); ++i)
    places[order[i]] = i;
  return places;
}

void ManifestVerifier::run() {
  sizes();
  parameters();
  if (good())
    buffers(manifest.buffers, manifest.arenaBytes);
  if (good())
    tasks(manifest.tasks, manifest.buffers.size());
  if (good())
    placement();
  if (good())
    writers();
  if (good())
    channels();
  for (const Processor &processor : manifest.processors)
    if (good())
      order(placesOf(processor.slots), "M8");
  if (good())
    order(placesOf(manifest.sequential), "M9");
  if (good())
    interfaces();
  if (good() && manifest.evaluation)
    evaluation(*manifest.evaluation);
  if (good())
    layouts();
}

int64_t Parameter::elements() const {
  int64_t product = 1;
  for (int64_t extent : shape)
    product *= extent;
  return product;
}

Result<void> layerpipe::runtime::verifyManifest(const Manifest &manifest,
                                                const TableSizes &tables) {
  ManifestVerifier verifier(manifest, tables);
  verifier.run();
  if (!verifier.message.empty())
    return Error{"the compiled program is broken: " + verifier.message,
                 ErrorKind::Defect};
  return {};
}
