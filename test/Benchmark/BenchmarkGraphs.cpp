//===- BenchmarkGraphs.cpp - Task graphs to measure with ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BenchmarkGraphs.h"

#include <random>
#include <string>

namespace layerpipe::scheduling::benchmarks {
namespace {

/// A graph in the making, with one value per task.
class Builder {
public:
  int64_t draw(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random() %
                                      static_cast<uint64_t>(high - low + 1));
  }

  int64_t addTask(TaskKind kind, int64_t layer, int64_t time) {
    int64_t index = graph.tasks.size();
    std::string name = "t" + std::to_string(index);
    graph.values.push_back({name + ".value", index, 64 * draw(1, 1 << 20)});
    graph.tasks.push_back({name, layer, kind, time});
    return index;
  }

  void addEdge(int64_t from, int64_t to, EdgeKind kind, int64_t distance = 0,
               int64_t parameter = -1) {
    graph.edges.push_back({from, to, kind, from, distance,
                           distance > 0 ? "absent" : "", parameter});
  }

  TaskGraph graph;

private:
  std::mt19937_64 random{1};
};

} // namespace

TaskGraph makeTraining(int64_t tasks, int64_t branches) {
  constexpr int64_t stages = 16;
  int64_t layers = tasks / 4;
  Builder build;
  std::vector<int64_t> time(layers + 1), forward(layers + 1);
  forward[0] = build.addTask(TaskKind::input, 0, 0);
  for (int64_t l = 1; l <= layers; ++l) {
    time[l] = build.draw(1, 1000);
    forward[l] = build.addTask(TaskKind::forward, l, time[l]);
    build.addEdge(forward[l - 1], forward[l], EdgeKind::activation);
  }
  int64_t labels = build.addTask(TaskKind::input, 0, 0);
  int64_t loss = build.addTask(TaskKind::loss, 0, 1);
  build.addEdge(forward[layers], loss, EdgeKind::activation);
  build.addEdge(labels, loss, EdgeKind::activation);

  std::vector<int64_t> back(layers + 2, loss);
  for (int64_t l = layers; l >= 1; --l) {
    int64_t gradWeight = build.addTask(TaskKind::grad_weight, l, time[l]);
    int64_t update = build.addTask(TaskKind::update, l, time[l] / 10);
    build.addEdge(back[l + 1], gradWeight, EdgeKind::gradient);
    build.addEdge(forward[l - 1], gradWeight, EdgeKind::activation);
    build.graph.parameters.push_back(
        {"p" + std::to_string(l), build.graph.values[update].bytes, l});
    build.addEdge(gradWeight, update, EdgeKind::gradient,
                  2 * ((layers - l) * stages / layers), layers - l);
    build.addEdge(update, update, EdgeKind::state, 1);
    build.addEdge(update, forward[l], EdgeKind::weight, 1);
    if (l == 1)
      break;
    back[l] = build.addTask(TaskKind::grad_input, l, time[l]);
    build.addEdge(back[l + 1], back[l], EdgeKind::gradient);
    build.addEdge(update, back[l], EdgeKind::weight, 1);
  }
  // A skip connection and the gradient that comes back over it.
  for (int64_t i = 0; i < layers * branches / 100; ++i) {
    int64_t from = build.draw(2, layers - 1);
    int64_t to = std::min(layers, from + build.draw(2, 20));
    build.addEdge(forward[from], forward[to], EdgeKind::activation);
    build.addEdge(back[to], back[from], EdgeKind::gradient);
  }
  return std::move(build.graph);
}

TaskGraph makeSparse(int64_t tasks, int64_t degree) {
  Builder build;
  for (int64_t task = 0; task < tasks; ++task)
    build.addTask(TaskKind::other, 0, build.draw(0, 1000));
  for (int64_t i = 0; i < degree * tasks; ++i) {
    int64_t from = build.draw(0, tasks - 1), to = build.draw(0, tasks - 1);
    int64_t least = from < to ? 0 : 1;
    build.addEdge(from, to, EdgeKind::other, build.draw(least, least + 1));
  }
  return std::move(build.graph);
}

TaskGraph makeLine(int64_t tasks) {
  Builder build;
  for (int64_t task = 0; task < tasks; ++task)
    build.addTask(TaskKind::other, 0, build.draw(1, 1000));
  for (int64_t task = 1; task < tasks; ++task)
    build.addEdge(task - 1, task, EdgeKind::other);
  build.addEdge(tasks - 1, 0, EdgeKind::other, 16);
  return std::move(build.graph);
}

} // namespace layerpipe::scheduling::benchmarks
