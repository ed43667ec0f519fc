//===- Orders.h - Orders and rows that tests start from ---------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_SCHEDULING_TRANSPORT_ORDERS_H
#define LAYERPIPE_TEST_UNIT_SCHEDULING_TRANSPORT_ORDERS_H

#include "layerpipe/Scheduling/Transport/CommunicationRows.h"

#include <random>
#include <string>

namespace layerpipe::scheduling::test {

/// A chain, or a graph with skips, on any processors.
PipelineProblem randomProblem(std::mt19937_64 &random);

/// An order of the problem that can run: actions are drawn one after another
/// from those that are ready, so that its rows follow one order of all actions.
PipelineOrder randomOrder(const PipelineProblem &problem,
                          std::mt19937_64 &random);

/// Rows without skips, as "0F0 0SEND_F0 0RECV_B0 0B0 / 1RECV_F0 1F0 1B0
/// 1SEND_B0".
CommunicationRows rowsOf(const std::string &text);

/// The opposite of rowsOf, with a slash between rows.
std::string textOf(const CommunicationRows &rows);

} // namespace layerpipe::scheduling::test

#endif // LAYERPIPE_TEST_UNIT_SCHEDULING_TRANSPORT_ORDERS_H
