//===- Machine.cpp - What a training graph runs on ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Model/Machine.h"

#include "layerpipe/Scheduling/Model/TaskGraph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

namespace layerpipe::scheduling {
namespace {

/// Speeds beyond this, or without a common denominator below it, would overflow
/// their sum.
constexpr int64_t maxSpeedTerm = int64_t(1) << 20;

Status checkSpeeds(const std::vector<Fraction> &speeds) {
  int64_t denominator = 1;
  for (const Fraction &speed : speeds) {
    if (speed.numerator < 1 || speed.numerator > maxSpeedTerm ||
        speed.denominator < 1 || speed.denominator > maxSpeedTerm)
      return Error{fmt::format("a processor's speed is {}/{}; it must be a "
                               "positive fraction of numbers up to {}",
                               speed.numerator, speed.denominator,
                               maxSpeedTerm)};
    denominator = std::lcm(denominator, speed.denominator);
    if (denominator > maxSpeedTerm)
      return Error{fmt::format("the processors' speeds have no common "
                               "denominator up to {}",
                               maxSpeedTerm)};
  }
  return Status::success();
}

} // namespace

Status check(const Machine &machine) {
  if (machine.processors < 1 || machine.processors > maxProcessors)
    return Error{fmt::format("{} processors; there must be between 1 and {}",
                             machine.processors, maxProcessors)};
  if (Status status = check(machine.links, machine.processors); !status)
    return status;
  size_t count = machine.processors;
  if (!machine.speeds.empty() && machine.speeds.size() != count)
    return Error{fmt::format("{} speeds for {} processors",
                             machine.speeds.size(), count)};
  if (!machine.memory.empty() && machine.memory.size() != count)
    return Error{fmt::format("{} memory sizes for {} processors",
                             machine.memory.size(), count)};
  if (Status status = checkSpeeds(machine.speeds); !status)
    return status;
  for (int64_t bytes : machine.memory)
    if (bytes < 1)
      return Error{fmt::format("a processor's memory is {} bytes; it must be "
                               "positive",
                               bytes)};
  return Status::success();
}

Machine firstProcessors(Machine machine, int64_t processors) {
  machine.processors = processors;
  machine.links = linksOfFirst(machine.links, processors);
  if (!machine.speeds.empty())
    machine.speeds.resize(processors);
  if (!machine.memory.empty())
    machine.memory.resize(processors);
  return machine;
}

std::vector<int64_t> twinClasses(const Machine &machine) {
  std::vector<int64_t> kinds = linkKinds(machine.links, machine.processors);
  std::map<std::tuple<Fraction, int64_t, int64_t>, int64_t> known;
  std::vector<int64_t> classes;
  for (int64_t id = 0; id < machine.processors; ++id) {
    int64_t memory = machine.memory.empty() ? 0 : machine.memory[id];
    int64_t next = known.size();
    classes.push_back(
        known.try_emplace({speedOf(machine, id), memory, kinds[id]}, next)
            .first->second);
  }
  return classes;
}

Fraction speedOf(const Machine &machine, int64_t processor) {
  return machine.speeds.empty() ? Fraction{1, 1} : machine.speeds[processor];
}

int64_t timeOn(const Machine &machine, int64_t processor, int64_t time) {
  Fraction speed = speedOf(machine, processor);
  return static_cast<int64_t>(
      ceilDiv(Wide(time) * speed.denominator, speed.numerator));
}

Fraction totalSpeed(const Machine &machine) {
  if (machine.speeds.empty())
    return {machine.processors, 1};
  Fraction sum{0, 1};
  for (const Fraction &speed : machine.speeds) {
    int64_t denominator = std::lcm(sum.denominator, speed.denominator);
    sum.numerator = sum.numerator * (denominator / sum.denominator) +
                    speed.numerator * (denominator / speed.denominator);
    sum.denominator = denominator;
  }
  return reduce(sum);
}

Wide timeOnAll(const Machine &machine, Wide time) {
  Fraction speed = totalSpeed(machine);
  return ceilDiv(time * speed.denominator, speed.numerator);
}

int64_t fastestProcessor(const Machine &machine) {
  auto fastest = std::max_element(machine.speeds.begin(), machine.speeds.end());
  return fastest - machine.speeds.begin();
}

int64_t nextFewerProcessors(int64_t processors) {
  int64_t step = 1;
  for (int64_t top = 32; top < processors; top *= 2)
    step = top / 8;
  return (processors - 1) / step * step;
}

} // namespace layerpipe::scheduling
