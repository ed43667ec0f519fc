//===- TorchCsv.cpp - Any bytes as PyTorch's rows -------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows that are read survive being written, and rows that pass the checks run
// when their messages are matched.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/TorchCsv.h"
#include "Fuzz.h"
#include "layerpipe/Interchange/Inspect.h"
#include "layerpipe/Interchange/TorchOrder.h"
#include "layerpipe/Scheduling/Transport/Deadlock.h"

using namespace layerpipe;
using namespace layerpipe::fuzz;
using namespace layerpipe::interchange;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  // The first byte chooses the version.
  auto version =
      static_cast<TorchVersion>(data[0] % (static_cast<int>(newestTorch) + 1));
  auto rows = readTorchCsv(textOf(data + 1, size - 1), version);
  expect(rows || !rows.message().empty(), "errors have words");
  if (!rows)
    return 0;
  if (auto written = writeTorchCsv(*rows, {version, "\n"})) {
    auto again = readTorchCsv(*written, version);
    expect(again && *again == *rows, "reading and writing changes nothing");
  }
  auto facts = checkTorchRows(*rows);
  expect(facts || !facts.message().empty(), "errors have words");
  if (!facts)
    return 0;
  auto matched = toTorchRows(unitProblemOf(*facts), orderOf(*rows),
                             {TorchLevel::compute_comms});
  expect(matched && checkTorchRows(*matched), "rows get their messages");
  for (scheduling::Transport transport : scheduling::allTransports)
    expect(scheduling::checkTransport(messagesOf(*matched, *facts), transport)
               .ok(),
           "matched messages don't hang");
  expect(inspectSchedule(*writeTorchCsv(*rows)).ok(), "rows are described");
  return 0;
}
