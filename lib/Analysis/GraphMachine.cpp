//===- GraphMachine.cpp - The machine of a graph --------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Analysis/GraphMachine.h"

using namespace mlir;
using namespace layerpipe;

static scheduling::Fraction convert(Ratio ratio) {
  return {ratio.numerator, ratio.denominator};
}

static Ratio convert(scheduling::Fraction fraction) {
  fraction = scheduling::reduce(fraction);
  return {fraction.numerator, fraction.denominator};
}

machine::MachineDescription
layerpipe::describeMachine(std::optional<MachineAttr> machine) {
  machine::MachineDescription description;
  if (!machine)
    return description;
  scheduling::Links &links = description.links;
  links.others = {convert(machine->getBandwidth()), machine->getLatency()};
  for (const MachineLevel &level : machine->getLevels())
    links.levels.push_back(
        {level.processors, {convert(level.bandwidth), level.latency}});
  for (const MachinePair &pair : machine->getPairs())
    links.pairs.push_back(
        {pair.first, pair.second, {convert(pair.bandwidth), pair.latency}});
  for (Ratio speed : machine->getSpeeds())
    description.speeds.push_back(convert(speed));
  description.memories = machine->getMemory();
  return description;
}

FailureOr<scheduling::Machine> layerpipe::machineOf(GraphOp graph,
                                                    int64_t processors) {
  machine::MachineDescription description = describeMachine(graph.getMachine());
  if (scheduling::Status valid = checkMachine(description, processors); !valid)
    return graph.emitError() << valid.message();
  return makeMachine(description, processors);
}

void layerpipe::setMachine(GraphOp graph, const scheduling::Machine &machine) {
  bool equal = llvm::all_of(machine.speeds, [](scheduling::Fraction speed) {
    return speed == scheduling::Fraction{1, 1};
  });
  const scheduling::Links &links = machine.links;
  graph.removeMachineAttr();
  if (equal && scheduling::areInstant(links) && machine.memory.empty())
    return;
  SmallVector<Ratio> speeds;
  if (!equal)
    for (scheduling::Fraction speed : machine.speeds)
      speeds.push_back(convert(speed));
  SmallVector<MachineLevel> levels;
  for (const scheduling::LinkLevel &level : links.levels)
    levels.push_back(
        {level.processors, convert(level.link.bandwidth), level.link.latency});
  SmallVector<MachinePair> pairs;
  for (const scheduling::PairLink &pair : links.pairs)
    pairs.push_back({pair.first, pair.second, convert(pair.link.bandwidth),
                     pair.link.latency});
  graph.setMachineAttr(MachineAttr::get(
      graph.getContext(), speeds, machine.memory,
      convert(links.others.bandwidth), links.others.latency, levels, pairs));
}
