//===- LayerPins.h - Layers that have a processor already -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A pinned layer runs on a processor that its user chose: every task that
// carries its number, forward, gradients and updates, runs there, and stays
// whole. Tasks of no layer, such as a loss, are free. With layer 2 pinned to
// processor 0,
//
//   F2, I2, G2 and U2 run on processor 0, and anything else anywhere.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_MODEL_LAYERPINS_H
#define LAYERPIPE_SCHEDULING_MODEL_LAYERPINS_H

#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace layerpipe::scheduling {

/// Layers, by the numbers that tasks carry (from 1), have their processors
/// here.
using LayerPins = std::map<int64_t, int64_t>;

/// Succeeds if each layer has a task in the graph that is no input, and each
/// processor is there.
Status check(const LayerPins &pins, const TaskGraph &graph, int64_t processors);

/// Returns the processor of the task's layer, or −1 if that has none. Inputs
/// have none.
int64_t pinOf(const LayerPins &pins, const Task &task);

/// Returns the processor of each task's layer, if it has one; the list is empty
/// where no layer has one.
std::vector<std::optional<int64_t>> pinsOfTasks(const LayerPins &pins,
                                                const TaskGraph &graph);

/// Returns how many processors a machine must have for these pins: the highest
/// one, and those before it.
int64_t processorsOf(const LayerPins &pins);

/// Returns how long each processor needs for what is pinned to it: Σ timeOn
/// over the tasks. The machine must have all processors.
std::vector<int64_t> pinnedTimes(const LayerPins &pins, const TaskGraph &graph,
                                 const Machine &machine);

/// Puts each task of a pinned layer on its processor.
void applyPins(const LayerPins &pins, const TaskGraph &graph,
               std::vector<int64_t> &assignment);

/// Checks that each task of a pinned layer runs on its processor. `graph` may
/// be in parts. The error names the first task that does not.
Status verify(const LayerPins &pins, const TaskGraph &graph,
              const std::vector<int64_t> &assignment);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_MODEL_LAYERPINS_H
