//===- ScheduleTable.cpp - All named schedules ----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleShapes.h"

namespace layerpipe::scheduling {
namespace {

using Shape = ScheduleShape;
using enum ActionKind;

constexpr ScheduleStep gpipeSteps[] = {
    {[](const Shape &s) { return s.m; }, "F"}, {nullptr, "B"}};

constexpr ScheduleStep oneFOneBSteps[] = {
    {[](const Shape &s) { return s.p - 1 - s.r; }, "F"}, {nullptr, "F B"}};

constexpr ScheduleStep interleavedSteps[] = {
    {[](const Shape &s) { return 2 * (s.p - 1 - s.r) + (s.v - 1) * s.group; },
     "F"},
    {nullptr, "F B"}};

constexpr ScheduleStep zbH1Steps[] = {
    {[](const Shape &s) { return s.p - 1 - s.r; }, "F0"}, {nullptr, "F0 I0"}};

constexpr ScheduleStep zbH2Steps[] = {
    {[](const Shape &s) { return 2 * (s.p - 1 - s.r); }, "F0"},
    {nullptr, "F0 I0"}};

constexpr ScheduleStep zbVSteps[] = {
    {[](const Shape &s) { return 2 * (s.p - s.r) - 1; }, "F0"},
    {[](const Shape &s) { return s.r; }, "F1 F0"},
    {[](const Shape &s) { return s.p - s.r; }, "F1 I1 W1"},
    {[](const Shape &s) { return s.m - s.p; }, "F0 I0 W0 F1 I1 W1"},
    {[](const Shape &s) { return s.r; }, "I0 I1"},
    {[](const Shape &s) { return s.p - s.r; }, "I0 W0"},
    {nullptr, "W1"},
    {nullptr, "W0"}};

/// The last processor runs the first pair one after the other, as the authors'
/// code does to shorten its gap.
constexpr ScheduleStep dualPipeVSteps[] = {
    {[](const Shape &s) { return 2 * (s.p - 1 - s.r); }, "F0"},
    {[](const Shape &s) { return s.r + 1; }, "F0 F1"},
    {[](const Shape &s) { return s.p - 1 - s.r; }, "I1 W1 F1"},
    {[](const Shape &s) { return s.r == s.p - 1 ? int64_t(1) : 0; },
     "F0 B1 (F1 B0)"},
    {[](const Shape &s) {
       return s.m - 2 * s.p + s.r + (s.r == s.p - 1 ? 0 : 1);
     },
     "(F0 B1) (F1 B0)"},
    {[](const Shape &s) { return s.p - 1 - s.r; }, "B1 (F1 B0)"},
    {[](const Shape &s) { return s.r + 1; }, "B1 B0", "I1 I0"},
    {[](const Shape &s) { return s.p - 1 - s.r; }, "W I0"},
    {nullptr, "W"}};

constexpr PatternCell vHalfPattern[] = {
    {0, forward, [](const Shape &s) { return 2 * s.r; }},
    {1, forward, [](const Shape &s) { return 3 * s.p - s.r - 2; }},
    {1, input_gradient,
     [](const Shape &s) {
       return 3 * s.p + (s.p % 2 == 0 ? 3 : 0) + 2 * s.r - 1;
     }},
    {0, input_gradient, [](const Shape &s) {
       return 6 * s.p + (s.p % 2 == 0 ? 3 : 0) - s.r - 2;
     }}};

constexpr PatternCell vMinPattern[] = {
    {0, forward, [](const Shape &s) { return s.r; }},
    {1, forward, [](const Shape &s) { return 2 * s.p - s.r - 1; }},
    {1, input_gradient,
     [](const Shape &s) { return 2 * s.p + (s.p % 3 == 0 ? 2 : 0) + s.r; }},
    {0, input_gradient, [](const Shape &s) {
       return 4 * s.p + (s.p % 3 == 0 ? 2 : 0) - s.r - 1;
     }}};

/// Chunk 0 is the stage of the pipeline that runs down, chunk 1 that of the one
/// that runs up. Each has half of the p microbatches of a unit.
constexpr PatternCell chimeraPattern[] = {
    {0, forward, [](const Shape &s) { return s.r; }},
    {1, forward, [](const Shape &s) { return s.p - 1 - s.r; }},
    {0, backward, [](const Shape &s) { return 2 * s.p - 1 - s.r; }},
    {1, backward, [](const Shape &s) { return s.p + s.r; }}};

constexpr ShapeNumber twiceProcessors = [](const Shape &s) { return 2 * s.p; };

const ScheduleDescription descriptions[] = {
    {.info = {NamedSchedule::gpipe, "gpipe",
              "All forward actions, then all backward actions.",
              "Huang et al., GPipe (arXiv 1811.06965)", Placement::linear, "",
              "m A"},
     .steps = gpipeSteps},
    {.info = {NamedSchedule::one_f_one_b, "1f1b",
              "Forward actions until the first gradient can come back, then "
              "backward and forward in turn.",
              "Narayanan et al., PipeDream-2BW (arXiv 2006.09503), as "
              "PipeDream-Flush",
              Placement::linear, "", "min(p, m) A"},
     .steps = oneFOneBSteps},
    {.info = {NamedSchedule::interleaved, "interleaved-1f1b",
              "1F1B on several stages for each processor, which groups of "
              "microbatches visit in turn.",
              "Narayanan et al., Megatron-LM (arXiv 2104.04473)",
              Placement::loop, "microbatches in groups: m is a multiple of p",
              "(1 + (p - 1) / (p v)) p A for v stages of each processor"},
     .least = nullptr,
     .multiple = [](const Shape &s) { return s.group; },
     .steps = interleavedSteps},
    {.info = {NamedSchedule::zb_h1, "zb-h1",
              "1F1B with weight gradients apart, which fill the gaps at the "
              "end.",
              "Qi et al., Zero Bubble (arXiv 2401.10241)", Placement::linear,
              "", "p A"},
     .steps = zbH1Steps,
     .weightLag = [](const Shape &s) { return s.r; }},
    {.info = {NamedSchedule::zb_h2, "zb-h2",
              "ZB-H1 with twice the forward actions at the beginning, so that "
              "no gap is left there.",
              "Qi et al., Zero Bubble (arXiv 2401.10241)", Placement::linear,
              "", "(2p - 1) A"},
     .steps = zbH2Steps,
     .weightLag = [](const Shape &s) { return 2 * s.r; }},
    {.info = {NamedSchedule::zb_v, "zb-v",
              "Two stages for each processor, placed down and up again: no "
              "gap where all actions take equally long.",
              "Qi et al., Zero Bubble (arXiv 2401.10241)", Placement::v,
              "m is at least 2p - 1", "p A"},
     .least = [](const Shape &s) { return 2 * s.p - 1; },
     .steps = zbVSteps},
    {.info = {NamedSchedule::v_half, "v-half",
              "A pattern of two stages for each processor, placed down and up "
              "again, that holds activations half as long as 1F1B.",
              "Qi et al., Pipeline Parallelism with Controllable Memory (arXiv "
              "2405.15362)",
              Placement::v, "", "about (p / 2 + 1) A"},
     .pattern = vHalfPattern,
     .interval = 6},
    {.info = {NamedSchedule::v_min, "v-min",
              "A pattern of two stages for each processor, placed down and up "
              "again, that holds activations a third as long as 1F1B.",
              "Qi et al., Pipeline Parallelism with Controllable Memory (arXiv "
              "2405.15362)",
              Placement::v, "", "about (p / 3 + 4/3) A"},
     .pattern = vMinPattern,
     .interval = 6},
    {.info =
         {NamedSchedule::dualpipe_v, "dualpipe-v",
          "Two stages for each processor, placed down and up again; forward "
          "actions overlap backward actions of other microbatches.",
          "DeepSeek-AI, DualPipe (github.com/deepseek-ai/DualPipe)",
          Placement::v, "m is at least 2p", "(p + 1/2) A"},
     .least = twiceProcessors,
     .steps = dualPipeVSteps},
    {.info = {NamedSchedule::chimera, "chimera",
              "Two copies of the network, whose microbatches run in opposite "
              "directions.",
              "Li and Hoefler, Chimera (arXiv 2107.06925)",
              Placement::bidirectional, "p is even, m a multiple of p",
              "p A, and parameters twice"},
     .multiple = [](const Shape &s) { return s.p / 2; },
     .pattern = chimeraPattern,
     .interval = 2,
     .unit = [](const Shape &s) { return s.p / 2; },
     .unitInterval = twiceProcessors},
};

} // namespace

std::span<const ScheduleDescription> scheduleDescriptions() {
  return descriptions;
}

} // namespace layerpipe::scheduling
