//===- ProgramSummary.cpp - What the compiler tells of a program ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Compiler.h"

#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Scheduling/Bounds.h"

#include <fmt/format.h>
#include <map>

using namespace layerpipe;
using namespace layerpipe::sched;

/// Staleness per layer: that of the parameters which its updates write.
static std::map<int64_t, int64_t> stalenessOfLayers(ProgramOp program) {
  mlir::SymbolTable symbols(program);
  std::map<int64_t, int64_t> layers;
  for (auto processor : program.getBody().getOps<ProcessorOp>())
    for (auto slot : processor.getBody().getOps<SlotOp>())
      for (auto name : slot.getWrites().getAsRange<mlir::FlatSymbolRefAttr>()) {
        auto buffer = symbols.lookup<BufferOp>(name.getAttr());
        if (auto parameter = mlir::dyn_cast_or_null<ParameterAttr>(
                buffer.getInitialAttr())) {
          int64_t &staleness = layers[slot.getLayer()];
          staleness = std::max(staleness, parameter.getStaleness());
        }
      }
  return layers;
}

/// "1-3: 2, 4: 0": neighbouring layers of one staleness together.
static std::string describeStaleness(const std::map<int64_t, int64_t> &layers) {
  std::string text;
  for (auto first = layers.begin(); first != layers.end();) {
    auto last = first, next = std::next(first);
    for (; next != layers.end() && next->second == first->second; ++next)
      last = next;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", first->first);
    if (last != first)
      text += fmt::format("-{}", last->first);
    text += fmt::format(": {}", first->second);
    first = next;
  }
  return text;
}

void layerpipe::driver::printSummary(ProgramOp program) {
  int64_t tasks = 0, processors = 0, buffers = 0, unshared = 0;
  for (auto processor : program.getBody().getOps<ProcessorOp>()) {
    ++processors;
    for ([[maybe_unused]] auto slot : processor.getBody().getOps<SlotOp>())
      ++tasks;
  }
  for (auto buffer : program.getBody().getOps<BufferOp>()) {
    ++buffers;
    unshared += int64_t(buffer.getSlots()) * buffer.getStride();
  }
  int64_t period = program.getPeriod(), bound = program.getLowerBound();
  std::string unit = program.getTimeUnit().str();
  base::print("program      {}, strategy {}\n", program.getSymName().str(),
              program.getStrategy().str());
  base::print("tasks        {} on {} processor{}\n", tasks, processors,
              processors == 1 ? "" : "s");
  base::print("period       {} {}\n", period, unit);
  base::print("lower bound  {} {}, gap {:.1f} %\n", bound, unit,
              100 * scheduling::gap(period, bound));
  base::print("staleness    {} (layer: iterations)\n",
              describeStaleness(stalenessOfLayers(program)));
  base::print("buffers      {}, {} bytes ({} without sharing memory)\n",
              buffers, *program.getArenaBytes(), unshared);
}
