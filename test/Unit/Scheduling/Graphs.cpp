//===- Graphs.cpp - Task graphs for tests ---------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builders of training chains and random graphs.
//
//===----------------------------------------------------------------------===//

#include "Graphs.h"

#include <algorithm>
#include <cstdlib>

namespace layerpipe::scheduling::test {

int64_t addTask(TaskGraph &graph, std::string name, TaskKind kind,
                int64_t layer, int64_t time, int64_t bytes) {
  int64_t index = graph.tasks.size();
  graph.values.push_back({name + ".value", index, bytes});
  graph.tasks.push_back({std::move(name), layer, kind, time});
  return index;
}

int64_t addEdge(TaskGraph &graph, int64_t from, int64_t to, EdgeKind kind,
                int64_t distance) {
  Edge edge;
  edge.from = from;
  edge.to = to;
  edge.kind = kind;
  edge.value = from; // addTask keeps values and tasks aligned.
  edge.distance = distance;
  edge.initial = distance > 0 ? "absent" : "";
  graph.edges.push_back(edge);
  return static_cast<int64_t>(graph.edges.size()) - 1;
}

TaskGraph makeChain(const std::vector<LayerTimes> &layers, int64_t staleness,
                    bool coupled) {
  TaskGraph graph;
  int64_t count = layers.size();
  std::vector<int64_t> forward(count + 1), back(count + 2), update(count + 1),
      weights(count + 1);
  forward[0] = addTask(graph, "x", TaskKind::input, 0, 0);
  for (int64_t l = 1; l <= count; ++l) {
    forward[l] = addTask(graph, "F" + std::to_string(l), TaskKind::forward, l,
                         layers[l - 1].forward);
    addEdge(graph, forward[l - 1], forward[l]);
  }
  int64_t labels = addTask(graph, "y", TaskKind::input, 0, 0);
  int64_t loss = addTask(graph, "loss", TaskKind::loss, 0, 0);
  addEdge(graph, forward[count], loss);
  addEdge(graph, labels, loss);
  back[count + 1] = loss;
  for (int64_t l = count; l >= 1; --l) {
    const LayerTimes &times = layers[l - 1];
    std::string number = std::to_string(l);
    // `back[l]` makes the gradient of layer l's input.
    int64_t &weight = weights[l];
    if (coupled) {
      weight = addTask(graph, "B" + number, TaskKind::backward, l,
                       times.gradWeight + (l > 1 ? times.gradInput : 0));
      back[l] = weight;
    } else {
      if (l > 1)
        back[l] = addTask(graph, "D" + number, TaskKind::grad_input, l,
                          times.gradInput);
      weight = addTask(graph, "G" + number, TaskKind::grad_weight, l,
                       times.gradWeight);
      if (l > 1)
        addEdge(graph, back[l + 1], back[l], EdgeKind::gradient);
    }
    addEdge(graph, back[l + 1], weight, EdgeKind::gradient);
    addEdge(graph, forward[l - 1], weight);
    update[l] = addTask(graph, "U" + number, TaskKind::update, l, times.update,
                        100 * l);
    graph.parameters.push_back({"W" + number, 100 * l, l});
  }
  std::reverse(graph.parameters.begin(), graph.parameters.end());
  for (int64_t l = 1; l <= count; ++l) {
    std::string number = std::to_string(l);
    int64_t edge =
        addEdge(graph, weights[l], update[l], EdgeKind::gradient, staleness);
    graph.edges[edge].parameter = l - 1;
    graph.edges[edge].initial = "absent";
    std::vector<int64_t> readers{forward[l], update[l]};
    if (coupled || l > 1)
      readers.push_back(back[l]);
    for (int64_t reader : readers) {
      int64_t weight =
          addEdge(graph, update[l], reader,
                  reader == update[l] ? EdgeKind::state : EdgeKind::weight, 1);
      graph.edges[weight].initial = "parameter:W" + number;
    }
  }
  return graph;
}

TaskGraph makeChain(int64_t layers, int64_t staleness) {
  return makeChain(std::vector<LayerTimes>(layers), staleness);
}

int64_t findTask(const TaskGraph &graph, const std::string &name) {
  for (size_t task = 0; task < graph.tasks.size(); ++task)
    if (graph.tasks[task].name == name)
      return task;
  return -1;
}

int64_t findEdge(const TaskGraph &graph, const std::string &from,
                 const std::string &to) {
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    if (graph.tasks[graph.edges[edge].from].name == from &&
        graph.tasks[graph.edges[edge].to].name == to)
      return edge;
  return -1;
}

int64_t draw(std::mt19937_64 &random, int64_t low, int64_t high) {
  return low +
         static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
}

TaskGraph makeRandomGraph(std::mt19937_64 &random, int64_t maxTasks,
                          int64_t maxTime) {
  TaskGraph graph;
  int64_t count = draw(random, 1, maxTasks);
  for (int64_t task = 0; task < count; ++task)
    addTask(graph, "t" + std::to_string(task), TaskKind::other, 0,
            draw(random, 0, maxTime), draw(random, 0, 9));
  int64_t edges = draw(random, 0, 3 * count);
  for (int64_t i = 0; i < edges; ++i) {
    int64_t from = draw(random, 0, count - 1), to = draw(random, 0, count - 1);
    addEdge(graph, from, to, EdgeKind::other,
            from < to ? draw(random, 0, 1) : draw(random, 1, 2));
  }
  return graph;
}

TaskGraph makeRandomTraining(std::mt19937_64 &random, int64_t maxLayers) {
  std::vector<LayerTimes> layers(draw(random, 1, maxLayers));
  for (LayerTimes &times : layers) {
    times.forward = draw(random, 0, 9);
    times.gradInput = draw(random, 0, 9);
    times.gradWeight = draw(random, 0, 9);
    times.update = draw(random, 0, 2);
  }
  TaskGraph graph = makeChain(layers, 0, draw(random, 0, 2) == 0);
  int64_t skips = draw(random, 0, 2);
  for (int64_t i = 0; i < skips; ++i) {
    int64_t a = draw(random, 1, layers.size());
    int64_t b = draw(random, 1, layers.size());
    if (a < b)
      addEdge(graph, findTask(graph, "F" + std::to_string(a)),
              findTask(graph, "F" + std::to_string(b)));
  }
  return graph;
}

TaskGraph makeCorrelator() {
  TaskGraph graph;
  int64_t h = addTask(graph, "h", TaskKind::other, 0, 0);
  std::vector<int64_t> c, a;
  for (int i = 1; i <= 4; ++i)
    c.push_back(addTask(graph, "c" + std::to_string(i), TaskKind::other, 0, 3));
  for (int i = 1; i <= 3; ++i)
    a.push_back(addTask(graph, "a" + std::to_string(i), TaskKind::other, 0, 7));
  addEdge(graph, h, c[0], EdgeKind::other, 1);
  for (int i = 0; i < 3; ++i)
    addEdge(graph, c[i], c[i + 1], EdgeKind::other, 1);
  addEdge(graph, c[3], a[0]);
  addEdge(graph, c[2], a[0]);
  addEdge(graph, a[0], a[1]);
  addEdge(graph, c[1], a[1]);
  addEdge(graph, a[1], a[2]);
  addEdge(graph, c[0], a[2]);
  addEdge(graph, a[2], h);
  return graph;
}

uint64_t seeds(uint64_t rounds) {
#ifdef LAYERPIPE_SANITIZED
  rounds = std::max<uint64_t>(rounds / 10, 1);
#endif
  const char *factor = std::getenv("LAYERPIPE_LONG_TESTS");
  return rounds *
         std::max(factor ? int(std::strtol(factor, nullptr, 10)) : 1, 1);
}

} // namespace layerpipe::scheduling::test
