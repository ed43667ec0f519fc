//===- Deadlock.cpp - Rows that wait for each other -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows hang if and only if the graph of waits has a cycle. The cycle that is
// told to people is a shortest one through a message that hangs.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Transport/Deadlock.h"

#include "WaitGraph.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>

namespace layerpipe::scheduling {
namespace {

/// A cycle of more waits than this is told with its middle left out.
constexpr size_t mostWaits = 8;

/// Returns the arcs of a shortest cycle through the node, which is on one.
std::vector<int64_t> shortestCycle(const WaitGraph &graph, int64_t node) {
  const std::vector<Arc> &arcs = graph.arcs();
  Adjacency out(graph.countNodes(), static_cast<int64_t>(arcs.size()),
                [&](int64_t arc) { return arcs[arc].from; });
  std::vector<int64_t> reachedBy(graph.countNodes(), -1);
  std::deque<int64_t> front{node};
  while (!front.empty() && reachedBy[node] < 0) {
    int64_t at = front.front();
    front.pop_front();
    for (int64_t arc : out.of(at))
      if (reachedBy[arcs[arc].to] < 0) {
        reachedBy[arcs[arc].to] = arc;
        front.push_back(arcs[arc].to);
      }
  }
  std::vector<int64_t> cycle;
  for (int64_t at = node; cycle.empty() || at != node;
       at = arcs[cycle.back()].from)
    cycle.push_back(reachedBy[at]);
  return cycle;
}

/// Returns the first step, in the order of rows, that is never reached, or
/// whose message never comes.
int64_t firstStuck(const WaitGraph &graph, const CommunicationRows &rows,
                   const std::vector<bool> &reached) {
  int64_t node = static_cast<int64_t>(rows.messages.size());
  for (; node < graph.countNodes(); ++node) {
    const RowStep &step = graph.stepOf(node);
    if (!reached[node] || (step.kind != RowStep::Kind::compute &&
                           !reached[graph.nodeOfMessage(step.message)]))
      break;
  }
  return node;
}

/// Tells a cycle whose arcs are listed from its end to its beginning, so that
/// each wait is explained by the one after it.
std::string tellCycle(const WaitGraph &graph,
                      const std::vector<int64_t> &cycle) {
  std::vector<std::string> waits;
  for (size_t last = 0, first = 0; last < cycle.size(); last = first + 1) {
    first = last;
    while (graph.joinsSteps(cycle[last]) && first + 1 < cycle.size() &&
           graph.joinsSteps(cycle[first + 1]))
      ++first;
    if (std::string wait = graph.explain(cycle[first], cycle[last]);
        !wait.empty())
      waits.push_back(std::move(wait));
  }
  if (waits.size() > mostWaits) {
    size_t left = waits.size() - mostWaits;
    waits.erase(waits.begin() + mostWaits / 2, waits.end() - mostWaits / 2);
    waits.insert(waits.begin() + mostWaits / 2,
                 fmt::format("… ({} more)", left));
  }
  return fmt::format("{}", fmt::join(waits, "; "));
}

} // namespace

std::string_view toString(Transport transport) {
  switch (transport) {
  case Transport::eager:
    return "eager";
  case Transport::pair:
    return "pair";
  case Transport::processor:
    return "rank";
  case Transport::host:
    return "host";
  case Transport::edge:
    return "edge";
  }
  return "?";
}

std::optional<Transport> parseTransport(std::string_view text) {
  const auto *found =
      std::find_if(allTransports.begin(), allTransports.end(),
                   [&](Transport one) { return toString(one) == text; });
  if (found == allTransports.end())
    return std::nullopt;
  return *found;
}

Status checkTransport(const CommunicationRows &rows, Transport transport) {
  WaitGraph graph(rows, transport);
  std::vector<bool> reached(graph.countNodes(), false);
  std::vector<int64_t> order =
      topologicalOrder(graph.countNodes(), graph.arcs());
  if (static_cast<int64_t>(order.size()) == graph.countNodes())
    return Status::success();
  for (int64_t node : order)
    reached[node] = true;
  int64_t stuck = firstStuck(graph, rows, reached);
  std::vector<int64_t> nodes = findCycle(graph.countNodes(), graph.arcs());
  // Message nodes are the lowest, and every cycle has one or several: steps of
  // one row alone follow one another.
  std::string waits = tellCycle(graph, shortestCycle(graph, nodes.front()));
  return Error{fmt::format("processor {} never completes '{}': {}",
                           graph.processorOf(stuck),
                           describe(rows, graph.stepOf(stuck)), waits),
               Failure::infeasible};
}

} // namespace layerpipe::scheduling
