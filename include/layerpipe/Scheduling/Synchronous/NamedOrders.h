//===- NamedOrders.h - Orders that papers have named ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A named schedule is an order that knows no times: it follows from the number
// of processors and microbatches. For p = 3 and m = 4, 1F1B is
//
//   processor 0   F0 F1 F2 B0 F3 B1 B2 B3
//   processor 1   F0 F1 B0 F2 B1 F3 B2 B3
//   processor 2   F0 B0 F1 B1 F2 B2 F3 B3
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SYNCHRONOUS_NAMEDORDERS_H
#define LAYERPIPE_SCHEDULING_SYNCHRONOUS_NAMEDORDERS_H

#include "layerpipe/Scheduling/Synchronous/PipelineProblem.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace layerpipe::scheduling {

/// Says which stages of a chain a processor has. Processor r of p has
enum class Placement : uint8_t {
  /// stage r,
  linear,
  /// stages r, r + p, r + 2p, …,
  loop,
  /// stages r and 2p − 1 − r,
  v,
  /// stage r of a first copy of the network and stage p − 1 − r of a second,
  /// whose microbatches run the other way.
  bidirectional
};

std::string_view toString(Placement placement);

/// Returns the processor of the stage at a position of a chain, whose number
/// of stages suits the placement; of a bidirectional one, that of the first
/// copy.
int64_t rankOf(Placement placement, int64_t position, int64_t processors);

/// Gives the stages of a chain their processors, in the order of its edges; of
/// several orders that these leave, in that of their numbers. With a placement
/// that is bidirectional, the copy's stages and edges follow those of the
/// chain, and each p microbatches are shared out half and half. Fails if the
/// number of stages doesn't suit the placement.
Result<PipelineProblem> place(PipelineProblem chain, Placement placement);

enum class NamedSchedule : uint8_t {
  gpipe,
  one_f_one_b,
  interleaved,
  zb_h1,
  zb_h2,
  zb_v,
  v_half,
  v_min,
  dualpipe_v,
  chimera
};

struct NamedScheduleInfo {
  NamedSchedule schedule;
  /// Is the name for commands: "1f1b".
  std::string_view name;
  std::string_view description;
  std::string_view source;
  Placement placement;
  /// Says in words what an order takes beside the placement; empty for nothing.
  std::string_view needs;
  /// Is the most that a processor holds, in formulas of p processors and m
  /// microbatches; A is the activations of one microbatch on one processor.
  std::string_view memory;
};

/// Lists all named schedules, in the order of NamedSchedule.
std::span<const NamedScheduleInfo> namedSchedules();

const NamedScheduleInfo &infoOf(NamedSchedule schedule);

/// Finds a schedule by its name; upper and lower case are the same.
std::optional<NamedSchedule> parseNamedSchedule(std::string_view name);

struct NamedOrderOptions {
  /// An interleaved order takes so many microbatches through one stage of a
  /// processor before it goes on to the next; 0 stands for the number of
  /// processors.
  int64_t group = 0;
};

/// Makes a named order for a problem whose stages are placed as the schedule
/// wants it; processors may have changed places. Fails if they are not, or if
/// the schedule cannot be made for so many microbatches.
Result<PipelineOrder> makeNamedOrder(const PipelineProblem &problem,
                                     NamedSchedule schedule,
                                     const NamedOrderOptions &options = {});

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SYNCHRONOUS_NAMEDORDERS_H
