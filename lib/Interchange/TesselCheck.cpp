//===- TesselCheck.cpp - The judge of Tessel's plans ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Tessel.h"
#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace layerpipe::interchange {

using scheduling::Error;
using scheduling::Result;
using scheduling::Status;

namespace {

std::string nameOf(const TesselBlock &block) {
  return fmt::format("{}{} of sub-graph {}", block.backward ? "b" : "f",
                     block.microbatch, block.subgraph);
}

int64_t endOf(const TesselBlock &block) { return block.step + block.span; }

class Checker {
public:
  Checker(const TesselPlan &plan,
          const std::vector<TesselDependence> &dependences)
      : plan(plan), dependences(dependences) {}

  Result<TesselFacts> run();

private:
  Status sortBlocks();
  Status checkDevices();
  Status checkDevice(int64_t device, std::vector<const TesselBlock *> blocks);
  Status checkAlike() const;
  Status checkTurns(int64_t device,
                    const std::vector<const TesselBlock *> &blocks) const;
  Status checkDependences() const;
  Status checkRepetend();
  void findChain();
  Result<int64_t>
  periodOf(const std::vector<const TesselBlock *> &repeated) const;

  /// Returns a block by the numbers of its microbatch and its sub-graph.
  const TesselBlock &blockOf(int64_t microbatch, int64_t subgraph) const {
    return *sorted[microbatch * facts.subgraphs + subgraph];
  }

  const TesselPlan &plan;
  const std::vector<TesselDependence> &dependences;
  /// Lists the blocks by microbatch and sub-graph.
  std::vector<const TesselBlock *> sorted;
  TesselFacts facts;
};

/// Sorts the blocks, and finds out whether each is there once.
Status Checker::sortBlocks() {
  if (plan.blocks.empty())
    return Error{"the plan has no blocks"};
  for (const TesselBlock &block : plan.blocks) {
    sorted.push_back(&block);
    facts.microbatches = std::max(facts.microbatches, block.microbatch + 1);
    facts.subgraphs = std::max(facts.subgraphs, block.subgraph + 1);
    facts.steps = std::max(facts.steps, endOf(block));
  }
  auto keyOf = [](const TesselBlock *block) {
    return std::pair(block->microbatch, block->subgraph);
  };
  std::sort(sorted.begin(), sorted.end(),
            [&](const TesselBlock *a, const TesselBlock *b) {
              return keyOf(a) < keyOf(b);
            });
  int64_t microbatch = 0, subgraph = 0;
  for (const TesselBlock *block : sorted) {
    if (keyOf(block) < std::pair(microbatch, subgraph))
      return Error{nameOf(*block) + " is there twice"};
    if (keyOf(block) != std::pair(microbatch, subgraph))
      break;
    if (++subgraph == facts.subgraphs) {
      ++microbatch;
      subgraph = 0;
    }
  }
  if (microbatch < facts.microbatches)
    return Error{fmt::format("microbatch {} has no block of sub-graph {}; "
                             "there are {} microbatches and {} sub-graphs",
                             microbatch, subgraph, facts.microbatches,
                             facts.subgraphs)};
  return Status::success();
}

Status Checker::checkAlike() const {
  auto formOf = [](const TesselBlock &block) {
    return std::tie(block.span, block.memory, block.backward, block.devices);
  };
  for (const TesselBlock *block : sorted)
    if (formOf(*block) != formOf(blockOf(0, block->subgraph)))
      return Error{fmt::format("{} differs from that of microbatch 0 in kind, "
                               "span, memory or devices",
                               nameOf(*block))};
  return Status::success();
}

Status Checker::checkDevices() {
  std::map<int64_t, std::vector<const TesselBlock *>> used;
  facts.busy.assign(plan.devices, 0);
  facts.peakMemory.assign(plan.devices, 0);
  for (const TesselBlock *block : sorted) {
    if (block->devices.empty())
      return Error{nameOf(*block) + " is on no device"};
    for (int64_t device : block->devices) {
      if (device < 0 || device >= plan.devices)
        return Error{fmt::format("{} is on device {}; there are 0 to {}",
                                 nameOf(*block), device, plan.devices - 1)};
      if (!used[device].empty() && used[device].back() == block)
        return Error{
            fmt::format("{} names device {} twice", nameOf(*block), device)};
      used[device].push_back(block);
    }
  }
  for (auto &[device, blocks] : used)
    if (Status status = checkDevice(device, std::move(blocks)); !status)
      return status;
  return Status::success();
}

Status Checker::checkDevice(int64_t device,
                            std::vector<const TesselBlock *> blocks) {
  if (Status status = checkTurns(device, blocks); !status)
    return status;
  auto keyOf = [](const TesselBlock *block) {
    return std::tuple(block->step, block->microbatch, block->subgraph);
  };
  std::sort(blocks.begin(), blocks.end(),
            [&](const TesselBlock *a, const TesselBlock *b) {
              return keyOf(a) < keyOf(b);
            });
  scheduling::Wide memory = 0;
  const TesselBlock *before = nullptr;
  for (const TesselBlock *block : blocks) {
    if (before && endOf(*before) > block->step)
      return Error{fmt::format(
          "device {} runs {} at step {}, when {} runs until step {}", device,
          nameOf(*block), block->step, nameOf(*before), endOf(*before))};
    before = block;
    memory += block->memory;
    if (memory > scheduling::maxBytes)
      return Error{fmt::format("device {} holds more than {}", device,
                               scheduling::maxBytes)};
    facts.busy[device] += block->span;
    facts.peakMemory[device] =
        std::max(facts.peakMemory[device], static_cast<int64_t>(memory));
  }
  return Status::success();
}

/// Checks rule 3 for a device, whose blocks are sorted by microbatch.
Status
Checker::checkTurns(int64_t device,
                    const std::vector<const TesselBlock *> &blocks) const {
  for (size_t begin = 0, end = 0; begin < blocks.size(); begin = end) {
    const TesselBlock *lastForward = nullptr, *firstBackward = nullptr;
    scheduling::Wide memory = 0;
    for (; end < blocks.size() &&
           blocks[end]->microbatch == blocks[begin]->microbatch;
         ++end) {
      const TesselBlock *block = blocks[end];
      memory += block->memory;
      if (block->backward &&
          (!firstBackward || block->step < firstBackward->step))
        firstBackward = block;
      if (!block->backward &&
          (!lastForward || endOf(*block) > endOf(*lastForward)))
        lastForward = block;
    }
    if (!firstBackward)
      continue;
    if (lastForward && firstBackward->step < endOf(*lastForward))
      return Error{fmt::format(
          "device {} starts {} at step {}, before {} ends at step {}", device,
          nameOf(*firstBackward), firstBackward->step, nameOf(*lastForward),
          endOf(*lastForward))};
    if (memory != 0)
      return Error{fmt::format(
          "device {}: the blocks of microbatch {} leave {} of memory behind",
          device, blocks[begin]->microbatch, static_cast<int64_t>(memory))};
  }
  return Status::success();
}

Status Checker::checkDependences() const {
  for (const TesselDependence &one : dependences) {
    for (int64_t subgraph : {one.from, one.to})
      if (subgraph < 0 || subgraph >= facts.subgraphs)
        return Error{fmt::format("a dependence names sub-graph {}; there are 0 "
                                 "to {}",
                                 subgraph, facts.subgraphs - 1)};
    for (int64_t m = 0; m < facts.microbatches; ++m) {
      const TesselBlock &from = blockOf(m, one.from), &to = blockOf(m, one.to);
      if (endOf(from) > to.step)
        return Error{fmt::format(
            "{} starts at step {} and reads what {} makes, which ends at step "
            "{}",
            nameOf(to), to.step, nameOf(from), endOf(from))};
    }
  }
  return Status::success();
}

void Checker::findChain() {
  facts.chain = true;
  for (size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i]->microbatch == sorted[i - 1]->microbatch)
      facts.chain &= endOf(*sorted[i - 1]) <= sorted[i]->step;
}

Status Checker::checkRepetend() {
  if (!plan.repetend)
    return Status::success();
  std::vector<const TesselBlock *> repeated(facts.subgraphs, nullptr);
  for (const TesselBlock *block : sorted) {
    if (block->step < plan.repetend->begin || block->step >= plan.repetend->end)
      continue;
    if (repeated[block->subgraph])
      return Error{fmt::format("the repetend has both {} and {}",
                               nameOf(*repeated[block->subgraph]),
                               nameOf(*block))};
    repeated[block->subgraph] = block;
  }
  auto absent = std::find(repeated.begin(), repeated.end(), nullptr);
  if (absent != repeated.end())
    return Error{fmt::format("the repetend, steps {} to {}, has no block of "
                             "sub-graph {}",
                             plan.repetend->begin, plan.repetend->end - 1,
                             absent - repeated.begin())};
  if (!facts.chain)
    return Status::success();
  Result<int64_t> period = periodOf(repeated);
  if (!period)
    return period.error();
  facts.period = *period;
  return Status::success();
}

/// Returns how late the repetend can begin again: when each device is done with
/// it, and when each block has what it reads. A block of microbatch m reads
/// what the repetend made so many times earlier as the microbatches differ.
Result<int64_t>
Checker::periodOf(const std::vector<const TesselBlock *> &repeated) const {
  std::map<int64_t, std::pair<int64_t, int64_t>> spans;
  for (const TesselBlock *block : repeated)
    for (int64_t device : block->devices) {
      auto [span, added] =
          spans.try_emplace(device, block->step, endOf(*block));
      span->second.first = std::min(span->second.first, block->step);
      span->second.second = std::max(span->second.second, endOf(*block));
    }
  int64_t period = 1;
  for (const auto &[device, span] : spans)
    period = std::max(period, span.second - span.first);
  for (size_t i = 1; i < repeated.size(); ++i) {
    const TesselBlock &from = *repeated[i - 1], &to = *repeated[i];
    int64_t earlier = from.microbatch - to.microbatch;
    if (earlier < 0)
      return Error{fmt::format("the repetend can't repeat: it runs {} before "
                               "{}, which makes what it reads",
                               nameOf(to), nameOf(from))};
    if (earlier > 0)
      period = std::max(period, static_cast<int64_t>(scheduling::ceilDiv(
                                    endOf(from) - to.step, earlier)));
  }
  return period;
}

Result<TesselFacts> Checker::run() {
  for (auto step : {&Checker::sortBlocks, &Checker::checkDevices})
    if (Status status = (this->*step)(); !status)
      return status;
  for (auto step : {&Checker::checkAlike, &Checker::checkDependences})
    if (Status status = (this->*step)(); !status)
      return status;
  findChain();
  if (Status status = checkRepetend(); !status)
    return status;
  return std::move(facts);
}

} // namespace

Result<TesselFacts>
checkTessel(const TesselPlan &plan,
            const std::vector<TesselDependence> &dependences) {
  return Checker(plan, dependences).run();
}

Result<TesselFacts> checkTesselChain(const TesselPlan &plan) {
  Result<TesselFacts> facts = checkTessel(plan);
  if (facts && !facts->chain)
    return Error{"the sub-graphs are no chain, and the file doesn't say which "
                 "reads which"};
  return facts;
}

} // namespace layerpipe::interchange
