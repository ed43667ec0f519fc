//===- Sdf3.cpp - Graphs for SDF3 -----------------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An actor is a task, and each end of a channel is a port of its own.
//
//===----------------------------------------------------------------------===//

#include "TaskNetwork.h"
#include "layerpipe/Base/Markup.h"

#include <fmt/format.h>

namespace layerpipe::interchange {
namespace {

/// Collects the channels of a network, then writes actors and channels.
class Writer {
public:
  explicit Writer(const TaskNetwork &network)
      : network(network), ports(network.tasks.size()) {}

  std::string write();

private:
  void addChannels();
  void addChannel(int64_t from, int64_t to, int64_t tokens);
  std::string writeProperties() const;
  std::string nameOf(int64_t task) const {
    return base::escape(network.tasks[task].name);
  }

  const TaskNetwork &network;
  std::vector<std::string> ports;
  std::string channels;
  int64_t count = 0;
};

void Writer::addChannel(int64_t from, int64_t to, int64_t tokens) {
  ports[from] += fmt::format(
      "        <port name=\"out{}\" type=\"out\" rate=\"1\"/>\n", count);
  ports[to] += fmt::format(
      "        <port name=\"in{}\" type=\"in\" rate=\"1\"/>\n", count);
  channels += fmt::format(
      "      <channel name=\"c{0}\" srcActor=\"{1}\" srcPort=\"out{0}\" "
      "dstActor=\"{2}\" dstPort=\"in{0}\"",
      count, nameOf(from), nameOf(to));
  if (tokens > 0)
    channels += fmt::format(" initialTokens=\"{}\"", tokens);
  channels += "/>\n";
  ++count;
}

void Writer::addChannels() {
  for (const TaskNetwork::Edge &edge : network.edges)
    addChannel(edge.from, edge.to,
               edge.distance + network.tasks[edge.to].lag -
                   network.tasks[edge.from].lag);
  for (size_t task = 0; task < network.tasks.size(); ++task)
    addChannel(static_cast<int64_t>(task), static_cast<int64_t>(task), 1);
  for (const std::vector<int64_t> &order : network.orders)
    for (size_t i = 0; i < order.size() && order.size() > 1; ++i) {
      bool last = i + 1 == order.size();
      addChannel(order[i], order[last ? 0 : i + 1], last ? 1 : 0);
    }
}

std::string Writer::writeProperties() const {
  std::string text;
  for (size_t task = 0; task < network.tasks.size(); ++task)
    text +=
        fmt::format("      <actorProperties actor=\"{}\">\n"
                    "        <processor type=\"p{}\" default=\"true\">\n"
                    "          <executionTime time=\"{}\"/>\n"
                    "        </processor>\n"
                    "      </actorProperties>\n",
                    nameOf(static_cast<int64_t>(task)),
                    network.tasks[task].processor, network.tasks[task].time);
  return text;
}

std::string Writer::write() {
  addChannels();
  std::string actors;
  for (size_t task = 0; task < network.tasks.size(); ++task) {
    std::string name = nameOf(static_cast<int64_t>(task));
    actors += fmt::format("      <actor name=\"{0}\" type=\"{0}\">\n"
                          "{1}"
                          "      </actor>\n",
                          name, ports[task]);
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<sdf3 type=\"sdf\" version=\"1.0\">\n"
                     "  <applicationGraph name=\"{0}\">\n"
                     "    <sdf name=\"{0}\" type=\"{0}\">\n"
                     "{1}{2}"
                     "    </sdf>\n"
                     "    <sdfProperties>\n"
                     "{3}"
                     "    </sdfProperties>\n"
                     "  </applicationGraph>\n"
                     "</sdf3>\n",
                     base::escape(network.name), actors, channels,
                     writeProperties());
}

} // namespace

std::string writeSdf3(const scheduling::TaskGraph &graph,
                      std::string_view name) {
  return Writer(networkOf(graph, name)).write();
}

std::string writeSdf3(const scheduling::StaticSchedule &schedule) {
  return Writer(networkOf(schedule)).write();
}

} // namespace layerpipe::interchange
