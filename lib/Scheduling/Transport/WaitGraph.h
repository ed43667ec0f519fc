//===- WaitGraph.h - What waits for what in rows ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The graph has a node for each step, which is reached when the processor has
// computed it or posted it, and one for each message, which is reached when it
// is there. An arc says that its head waits for its tail.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_SCHEDULING_TRANSPORT_WAITGRAPH_H
#define LAYERPIPE_LIB_SCHEDULING_TRANSPORT_WAITGRAPH_H

#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Transport/CommunicationRows.h"
#include "layerpipe/Scheduling/Transport/Deadlock.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

class WaitGraph {
public:
  /// The rows must pass check(), and outlive the graph.
  WaitGraph(const CommunicationRows &rows, Transport transport);

  int64_t countNodes() const { return messages + countSteps(); }
  const std::vector<Arc> &arcs() const { return waits; }

  int64_t nodeOfMessage(int64_t message) const { return message; }
  int64_t nodeOfStep(int64_t processor, int64_t at) const {
    return messages + first[processor] + at;
  }
  bool isMessage(int64_t node) const { return node < messages; }

  /// Returns the processor of a step.
  int64_t processorOf(int64_t node) const {
    return processors[node - messages];
  }
  const RowStep &stepOf(int64_t node) const;

  /// Returns whether the arc joins two steps of a row.
  bool joinsSteps(int64_t arc) const { return reasons[arc] == Reason::row; }
  /// Says why the head of `last` waits for the tail of `first`, where all arcs
  /// between the two join steps of one row, or both are the same: "'0SEND_F1'
  /// of processor 0 is queued behind '0RECV_B0'". Empty where the names say it
  /// already.
  std::string explain(int64_t first, int64_t last) const;

private:
  enum class Reason : uint8_t { row, posted, read, host, queue };

  int64_t countSteps() const { return static_cast<int64_t>(processors.size()); }
  void add(int64_t from, int64_t to, Reason reason, int64_t processor);
  void addRow(int64_t processor);
  void addReads(int64_t processor);
  void addQueues(int64_t processor);
  int64_t queueOf(int64_t processor, const RowStep &step) const;
  std::string endOf(int64_t message, int64_t processor) const;

  const CommunicationRows &rows;
  Transport transport;
  int64_t messages;
  /// These count the steps in front of each row, and name each step's row.
  std::vector<int64_t> first;
  std::vector<int64_t> processors;
  std::vector<Arc> waits;
  std::vector<Reason> reasons;
  /// Names the row that each arc is due to.
  std::vector<int64_t> places;
};

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_LIB_SCHEDULING_TRANSPORT_WAITGRAPH_H
