//===- MachineDescription.cpp - A machine of any size ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Machine/MachineDescription.h"

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

namespace layerpipe::machine {

using namespace scheduling;

Machine makeMachine(const MachineDescription &description, int64_t processors) {
  Machine machine;
  machine.processors = processors;
  machine.links = linksOfFirst(description.links, processors);
  if (!description.speeds.empty())
    machine.speeds.assign(description.speeds.begin(),
                          description.speeds.begin() + processors);
  if (!description.memories.empty())
    machine.memory.assign(description.memories.begin(),
                          description.memories.begin() + processors);
  else if (description.memory > 0)
    machine.memory.assign(processors, description.memory);
  return machine;
}

Status checkMachine(const MachineDescription &description, int64_t processors) {
  if (processors < 1 || processors > maxProcessors)
    return Error{fmt::format("{} processors; there must be between 1 and {}",
                             processors, maxProcessors)};
  size_t speeds = description.speeds.size();
  if (speeds > 0 && speeds < static_cast<size_t>(processors))
    return Error{
        fmt::format("{} speeds for {} processors", speeds, processors)};
  size_t memories = description.memories.size();
  if (memories > 0 && memories < static_cast<size_t>(processors))
    return Error{
        fmt::format("{} memories for {} processors", memories, processors)};
  // Illegal links have no first few.
  if (Status status = check(description.links, maxProcessors); !status)
    return status;
  return check(makeMachine(description, processors));
}

} // namespace layerpipe::machine
