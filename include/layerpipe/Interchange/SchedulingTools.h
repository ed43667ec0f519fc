//===- SchedulingTools.h - Graphs for other schedulers ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two tools take cyclic task graphs with delays, and so give second opinions on
// periods and bounds:
//
//   CIRCT  text of the dialect SSP, in which `dist` is our distance. A resource
//          is taken in the step in which an operation starts, and no longer:
//          the period of its modulo scheduler bounds ours from below.
//   SDF3   an XML file, in which initial tokens are our distance. Each actor
//   has
//          one token of its own, so that it never runs twice at once.
//
// Inputs are left out, as are edges from them: they take no time and are always
// there. Transfers are not modelled. Of several edges between the same tasks,
// the one with the least distance stands for all.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERCHANGE_SCHEDULINGTOOLS_H
#define LAYERPIPE_INTERCHANGE_SCHEDULINGTOOLS_H

#include "layerpipe/Schedule/StaticSchedule.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <string>
#include <string_view>

namespace layerpipe::interchange {

/// Writes a CyclicProblem: operations with latencies and distances. A last
/// operation of latency 0 reads all others, as CIRCT's schedulers want. The
/// graph must pass check().
std::string writeSsp(const scheduling::TaskGraph &graph, std::string_view name);

/// Writes a ModuloProblem with its solution: the period as II, a resource for
/// each processor, and start times, which begin in period 0. The schedule must
/// pass check().
std::string writeSsp(const scheduling::StaticSchedule &schedule);

/// Writes a graph whose maximum cycle mean is the graph's iteration bound, or
/// the longest task if that is longer. The graph must pass check().
std::string writeSdf3(const scheduling::TaskGraph &graph,
                      std::string_view name);

/// Writes a graph bound to processors: edges have the distances that are left
/// after retiming, and each processor has a ring of channels through its tasks,
/// in its order, with one token. Its throughput is at least one iteration in
/// each period. The schedule must pass check().
std::string writeSdf3(const scheduling::StaticSchedule &schedule);

} // namespace layerpipe::interchange

#endif // LAYERPIPE_INTERCHANGE_SCHEDULINGTOOLS_H
