//===- Ssp.cpp - Graphs for CIRCT's schedulers ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TaskNetwork.h"
#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/GraphOrder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace layerpipe::interchange {
namespace {

/// Returns a symbol: a plain one for names that MLIR takes as they are, and a
/// quoted one for all others.
std::string symbolOf(std::string_view name) {
  auto isLetter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  bool plain = !name.empty() && isLetter(name.front()) &&
               std::all_of(name.begin(), name.end(), [&](char c) {
                 return isLetter(c) || (c >= '0' && c <= '9') || c == '.' ||
                        c == '$' || c == '-';
               });
  if (plain)
    return fmt::format("@{}", name);
  std::string quoted = "@\"";
  for (char c : name)
    if (c >= ' ' && c < 0x7F && c != '"' && c != '\\')
      quoted += c;
    else
      quoted += fmt::format("\\{:02X}", static_cast<unsigned char>(c));
  return quoted + '"';
}

/// Returns a name for the last operation that no task has.
std::string nameOfLast(const TaskNetwork &network) {
  std::set<std::string_view> names;
  for (const TaskNetwork::Task &task : network.tasks)
    names.insert(task.name);
  std::string last = "last";
  while (names.contains(last))
    last += '_';
  return last;
}

class Writer {
public:
  explicit Writer(const TaskNetwork &network) : network(network) {}

  std::string write();

private:
  std::string writeTask(int64_t task, const std::string &operands) const;
  std::string writeLast() const;
  int64_t startOf(const TaskNetwork::Task &task) const {
    return (task.lag - firstLag) * network.period + task.start;
  }
  bool isScheduled() const { return network.period > 0; }

  const TaskNetwork &network;
  int64_t firstLag = 0;
};

std::string Writer::writeTask(int64_t index,
                              const std::string &operands) const {
  const TaskNetwork::Task &task = network.tasks[index];
  std::string text = fmt::format("    operation<@t{}> {}({})", task.time,
                                 symbolOf(task.name), operands);
  if (isScheduled())
    text += fmt::format(" uses[@p{}] [t<{}>]", task.processor, startOf(task));
  return text + "\n";
}

std::string Writer::writeLast() const {
  std::vector<std::string> operands;
  int64_t end = 0;
  for (const TaskNetwork::Task &task : network.tasks) {
    operands.push_back(symbolOf(task.name));
    end = std::max(end, startOf(task) + task.time);
  }
  std::string text =
      fmt::format("    operation<@t0> {}({})", symbolOf(nameOfLast(network)),
                  fmt::join(operands, ", "));
  if (isScheduled())
    text += fmt::format(" [t<{}>]", end);
  return text + "\n";
}

std::string Writer::write() {
  std::set<int64_t> times{0}, used;
  for (const TaskNetwork::Task &task : network.tasks) {
    times.insert(task.time);
    used.insert(task.processor);
    firstLag = std::min(firstLag, task.lag);
  }
  std::string text = fmt::format(
      "ssp.instance {} of \"{}\"{} {{\n  library {{\n", symbolOf(network.name),
      isScheduled() ? "ModuloProblem" : "CyclicProblem",
      isScheduled() ? fmt::format(" [II<{}>]", network.period) : "");
  for (int64_t time : times)
    text += fmt::format("    operator_type @t{0} [latency<{0}>]\n", time);
  text += "  }\n  resource {\n";
  for (int64_t processor : used)
    if (isScheduled())
      text += fmt::format("    resource_type @p{} [limit<1>]\n", processor);
  text += "  }\n  graph {\n";
  scheduling::Adjacency into(
      static_cast<int64_t>(network.tasks.size()),
      static_cast<int64_t>(network.edges.size()),
      [&](int64_t edge) { return network.edges[edge].to; });
  for (size_t task = 0; task < network.tasks.size(); ++task) {
    std::vector<std::string> operands;
    for (int64_t edge : into.of(static_cast<int64_t>(task))) {
      const TaskNetwork::Edge &one = network.edges[edge];
      operands.push_back(symbolOf(network.tasks[one.from].name));
      if (one.distance > 0)
        operands.back() += fmt::format(" [dist<{}>]", one.distance);
    }
    text += writeTask(static_cast<int64_t>(task),
                      fmt::format("{}", fmt::join(operands, ", ")));
  }
  return text + writeLast() + "  }\n}\n";
}

} // namespace

std::string writeSsp(const scheduling::TaskGraph &graph,
                     std::string_view name) {
  return Writer(networkOf(graph, name)).write();
}

std::string writeSsp(const scheduling::StaticSchedule &schedule) {
  return Writer(networkOf(schedule)).write();
}

} // namespace layerpipe::interchange
