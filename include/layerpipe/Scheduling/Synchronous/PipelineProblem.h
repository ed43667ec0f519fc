//===- PipelineProblem.h - Microbatches through stages ----------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Synchronous training cuts a batch into microbatches, which run through the
// stages of a network one after another, forward and back; when all gradients
// are summed, there is one update. No gradient is late. An order says which
// actions each processor runs, one after another; what it costs follows from
// the problem (Simulation.h).
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SCHEDULING_SYNCHRONOUS_PIPELINEPROBLEM_H
#define LAYERPIPE_SCHEDULING_SYNCHRONOUS_PIPELINEPROBLEM_H

#include "layerpipe/Scheduling/Model/Machine.h"
#include "layerpipe/Scheduling/Model/Result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace layerpipe::scheduling {

/// Says what an action computes, of one stage for one microbatch. The letters
/// are PyTorch's; the zero-bubble papers write B for an input gradient.
enum class ActionKind : uint8_t {
  /// F: the stage's outputs.
  forward,
  /// I: the gradient of the stage's inputs, from that of its outputs.
  input_gradient,
  /// W: the gradients of the stage's parameters, which are added to those of
  /// other microbatches.
  weight_gradient,
  /// B: both gradients in one action.
  backward
};

/// A stage is some layers of the network that one processor computes.
struct PipelineStage {
  int64_t processor = 0;
  /// These are the times of a microbatch of the largest size, on a processor of
  /// speed 1. The first stage of a network has no gradient of inputs: there,
  /// `inputGradientTime` is 0, and `weightGradientTime` is the time of all
  /// gradients.
  int64_t forwardTime = 0;
  int64_t inputGradientTime = 0;
  int64_t weightGradientTime = 0;
  /// Is the time of both gradients in one action, where that is not the sum.
  std::optional<int64_t> backwardTime = std::nullopt;
  /// A microbatch occupies so much from the start of its forward action to the
  /// end of its input gradient, or of its backward action.
  int64_t activationBytes = 0;
  /// Of this, so much stays to the end of its weight gradient.
  int64_t weightGradientBytes = 0;
  /// Parameters, their gradients and the optimizer's state are always there.
  int64_t residentBytes = 0;
  /// Counts the copies of the network that run in different directions, from 0:
  /// all have 0 but in schedules like Chimera.
  int64_t pipeline = 0;
};

/// The forward action of `to` reads what that of `from` makes, and the input
/// gradient of `from` reads what that of `to` makes. Both are so many bytes for
/// a microbatch of the largest size. In a chain, stage s has an edge to stage s
/// + 1; skip connections add edges.
struct StageEdge {
  int64_t from = 0;
  int64_t to = 0;
  int64_t bytes = 0;
};

struct PipelineProblem {
  /// Memories, where given, bound what a processor holds at any time.
  Machine machine;
  /// All times are in this unit, "ns", "us" or "cycles".
  std::string timeUnit = "ns";
  std::vector<PipelineStage> stages;
  /// Edges have stages of one pipeline, and no cycle.
  std::vector<StageEdge> edges;
  int64_t microbatches = 1;
  /// Counts the samples of each microbatch; empty where all are equal. Times
  /// and bytes are in proportion, rounded up.
  std::vector<int64_t> samples = {};
  /// Names the pipeline of each microbatch; empty where there is one.
  std::vector<int64_t> pipelines = {};
};

struct PipelineAction {
  int64_t stage = 0;
  ActionKind kind = ActionKind::forward;
  int64_t microbatch = 0;
  /// Says that a processor runs this action and the one after it together, as
  /// runtimes do to hide the transfers of one behind the other.
  bool overlapsNext = false;

  bool operator==(const PipelineAction &) const = default;
};

/// Lists the actions of each processor in the order in which it runs them.
struct PipelineOrder {
  std::vector<std::vector<PipelineAction>> processors;

  bool operator==(const PipelineOrder &) const = default;
};

/// Succeeds if the machine is legal, all times and sizes are non-negative and
/// small enough that no sum overflows, stages have processors that exist, edges
/// join stages of one pipeline without a cycle, and the lists of microbatches,
/// where given, have one entry for each.
Status check(const PipelineProblem &problem);

/// Succeeds if each processor runs the actions of its own stages and no others:
/// for each stage and microbatch of its pipeline, one forward action, and
/// either one backward action, or one input gradient and then one weight
/// gradient, after the forward action. The message names the first action at
/// fault. Whether processors wait for each other forever is not looked at here.
Status check(const PipelineProblem &problem, const PipelineOrder &order);

/// A problem has at most so many pairs of a stage, or an edge, and a
/// microbatch.
inline constexpr int64_t maxPipelineCells = int64_t(1) << 24;

/// Writes an action as PyTorch does: the stage, the letter of the kind and the
/// microbatch, "3F2".
std::string toString(const PipelineAction &action);

/// Returns whether the problem's microbatch runs through the stage, which is so
/// if both are of one pipeline.
bool runsThrough(const PipelineProblem &problem, int64_t microbatch,
                 int64_t stage);

} // namespace layerpipe::scheduling

#endif // LAYERPIPE_SCHEDULING_SYNCHRONOUS_PIPELINEPROBLEM_H
