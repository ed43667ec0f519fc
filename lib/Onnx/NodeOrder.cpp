//===- NodeOrder.cpp - Nodes after those that they read -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A search in depth-first order ends with each node after all that it reads. It
// begins at the nodes in the order of the file. It keeps its own stack: a chain
// of a million nodes must not exhaust the program's.
//
//===----------------------------------------------------------------------===//

#include "NodeOrder.h"

#include "layerpipe/Base/Text.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace layerpipe::onnx {

namespace {

class Sorter {
public:
  explicit Sorter(Graph &graph) : graph(graph) {}
  Result<void> sort();

private:
  /// A value is defined by a node, or by `outside`: an input or an initializer.
  static constexpr size_t outside = -1;

  Result<void> define(const std::string &name, size_t definer,
                      std::string_view kind);
  Result<void> defineAll();
  Result<void> connect();
  Result<void> addRead(size_t node, const std::string &name);
  Result<void> visit(size_t root);
  Error cycleFrom(size_t node) const;

  Graph &graph;
  struct Definition {
    size_t node;
    std::string_view kind;
  };
  std::unordered_map<std::string_view, Definition> definitions;
  std::vector<std::vector<size_t>> reads; ///< by node

  enum class State : char { fresh, open, done };
  std::vector<State> states;
  /// An open node, and how many of those that it reads are done.
  struct Entry {
    size_t node;
    size_t next = 0;
  };
  std::vector<Entry> stack;
  std::vector<size_t> order;
};

Result<void> Sorter::define(const std::string &name, size_t definer,
                            std::string_view kind) {
  auto [at, isNew] = definitions.try_emplace(name, Definition{definer, kind});
  if (isNew)
    return {};
  auto describe = [&](const Definition &by) {
    return by.node == outside ? std::string(by.kind)
                              : placeOf(graph.nodes[by.node]);
  };
  return Error{fmt::format("the value '{}' is defined twice, by {} and by {}",
                           base::printable(name), describe(at->second),
                           describe({definer, kind}))};
}

Result<void> Sorter::defineAll() {
  for (const ValueInfo &input : graph.inputs)
    if (auto done = define(input.name, outside, "an input"); !done)
      return done;
  for (const Initializer &initializer : graph.initializers)
    if (auto done = define(initializer.name, outside, "an initializer"); !done)
      return done;
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    for (const std::string &output : graph.nodes[i].outputs)
      if (!output.empty())
        if (auto done = define(output, i, "a node"); !done)
          return done;
  return {};
}

Result<void> Sorter::addRead(size_t node, const std::string &name) {
  if (name.empty())
    return {};
  auto found = definitions.find(name);
  if (found == definitions.end())
    return Error{fmt::format("{} reads '{}', which nothing defines",
                             placeOf(graph.nodes[node]),
                             base::printable(name))};
  if (found->second.node != outside)
    reads[node].push_back(found->second.node);
  return {};
}

Result<void> Sorter::connect() {
  reads.resize(graph.nodes.size());
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    for (const std::string &input : graph.nodes[i].inputs)
      if (auto done = addRead(i, input); !done)
        return done;
    for (const Attribute &attribute : graph.nodes[i].attributes)
      if (const auto *graphs = std::get_if<Subgraphs>(&attribute.value))
        for (const std::string &name : graphs->captured)
          if (auto done = addRead(i, name); !done)
            return done;
  }
  for (const ValueInfo &output : graph.outputs)
    if (!definitions.contains(output.name))
      return Error{fmt::format("the graph's output '{}' is defined by nothing",
                               base::printable(output.name))};
  return {};
}

/// Describes the cycle that the stack holds from `node` on.
Error Sorter::cycleFrom(size_t node) const {
  constexpr size_t mostNamed = 8;
  auto first = std::find_if(stack.begin(), stack.end(),
                            [&](const Entry &at) { return at.node == node; });
  auto length = static_cast<size_t>(stack.end() - first);
  std::string text;
  for (size_t i = 0; i < std::min(length, mostNamed); ++i)
    text += placeOf(graph.nodes[first[i].node]) + " reads ";
  if (length > mostNamed)
    text +=
        fmt::format("{} more, the last of which reads ", length - mostNamed);
  text += length == 1 ? "itself" : "the first one";
  return Error{"nodes read each other in a cycle: " + text};
}

/// Ends with the node and all that it depends on in the order.
Result<void> Sorter::visit(size_t root) {
  if (states[root] == State::done)
    return {};
  stack.push_back({root});
  states[root] = State::open;
  while (!stack.empty()) {
    Entry &top = stack.back();
    if (top.next == reads[top.node].size()) {
      states[top.node] = State::done;
      order.push_back(top.node);
      stack.pop_back();
      continue;
    }
    size_t read = reads[top.node][top.next++];
    if (states[read] == State::open)
      return cycleFrom(read);
    if (states[read] == State::fresh) {
      states[read] = State::open;
      stack.push_back({read});
    }
  }
  return {};
}

Result<void> Sorter::sort() {
  if (auto done = defineAll(); !done)
    return done;
  if (auto done = connect(); !done)
    return done;
  states.resize(graph.nodes.size(), State::fresh);
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    if (auto done = visit(i); !done)
      return done;
  // The names that `definitions` refers to move with the nodes.
  definitions.clear();
  std::vector<Node> sorted;
  sorted.reserve(order.size());
  for (size_t node : order)
    sorted.push_back(std::move(graph.nodes[node]));
  graph.nodes = std::move(sorted);
  return {};
}

} // namespace

Result<void> sortNodes(Graph &graph) { return Sorter(graph).sort(); }

} // namespace layerpipe::onnx
