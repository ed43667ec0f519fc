//===- Graphs.h - Task graphs for tests -------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Training chains in the shape of the training graph, and random graphs by
// seed.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_GRAPHS_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_GRAPHS_H

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace layerpipe::scheduling::test {

/// Adds a task and the one value that it makes; returns the task's index.
int64_t addTask(TaskGraph &graph, std::string name, TaskKind kind,
                int64_t layer, int64_t time, int64_t bytes = 1);

/// Adds an edge that carries its producer's first value.
int64_t addEdge(TaskGraph &graph, int64_t from, int64_t to,
                EdgeKind kind = EdgeKind::activation, int64_t distance = 0);

/// Times of one layer's tasks.
struct LayerTimes {
  int64_t forward = 10;
  int64_t gradInput = 10;
  int64_t gradWeight = 10;
  int64_t update = 1;
};

/// The training graph of a chain of layers: x → F1 … FL → loss, the gradients
/// back (no grad_input for layer 1), an update per layer with its state, and
/// weights to the forward and to the grad_input that reads them. Gradient edges
/// have distance `staleness`. Parameter l − 1 is layer l's, of l·100 bytes.
TaskGraph makeChain(const std::vector<LayerTimes> &layers,
                    int64_t staleness = 0, bool coupled = false);
TaskGraph makeChain(int64_t layers, int64_t staleness = 0);

/// The task of that name; −1 if there is none.
int64_t findTask(const TaskGraph &graph, const std::string &name);

/// The edge between two named tasks; −1 if there is none.
int64_t findEdge(const TaskGraph &graph, const std::string &from,
                 const std::string &to);

/// A number from low to high, both included.
int64_t draw(std::mt19937_64 &random, int64_t low, int64_t high);

/// A legal graph of kind `other` tasks: edges forward in index order without
/// delay, others with one or two.
TaskGraph makeRandomGraph(std::mt19937_64 &random, int64_t maxTasks,
                          int64_t maxTime);

/// Whether a search that took `small` steps took near linearly many more for a
/// problem ten times as large.
inline bool growsNearLinearly(int64_t small, int64_t large) {
  return small > 0 && large <= 20 * small;
}

/// A random training chain with skip connections, some tasks without time.
TaskGraph makeRandomTraining(std::mt19937_64 &random, int64_t maxLayers);

/// Leiserson and Saxe's correlator: clock period 24, 13 after retiming, and an
/// iteration bound of 10.
TaskGraph makeCorrelator();

/// How many seeds a random test tries: `rounds`, a tenth of it under a
/// sanitizer, times the environment variable LAYERPIPE_LONG_TESTS.
uint64_t seeds(uint64_t rounds);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_GRAPHS_H
