//===- OptionLimits.h - What numbers passes and commands take ---*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are the limits of each number that is an option of a pass, of a
// command, or of both. They stand here once, so that a command refuses what its
// passes would refuse, in the same words.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TRANSFORMS_OPTIONLIMITS_H
#define LAYERPIPE_TRANSFORMS_OPTIONLIMITS_H

#include "layerpipe/Base/Numbers.h"
#include "layerpipe/Machine/MachineLimits.h"

namespace layerpipe::limits {

using Integers = base::Limits<int64_t>;
using Reals = base::Limits<double>;

// These are for training, and become 32-bit floats.
inline constexpr Reals learningRate = base::positiveFloat;
inline constexpr Reals clipNorm = base::positiveFloat;
inline constexpr Integers batch{1, 1 << 30};
inline constexpr Integers microbatches{1, 1 << 16};

// These are for costs: operations and bytes per nanosecond.
inline constexpr Reals rate{1e-6, 1e9};

// These are for schedules; per cent become millionths.
inline constexpr Reals tolerance{1e-4, 100, true};
inline constexpr Integers processors{1, 1 << 20};
inline constexpr Integers quantum{1, 1 << 30};
inline constexpr Integers staleness{0, 1 << 30};

// These are for runs and searches.
inline constexpr Integers profileSteps{1, 1'000'000'000};
inline constexpr Reals seconds{1e-3, 1e7, true};
inline constexpr base::Limits<uint64_t> seed{0, ~uint64_t(0)};

// These are for comparisons of orders under times that vary.
inline constexpr Integers jitter{0, 100};
inline constexpr Integers jitterRuns{1, 10'000};

// These are for pictures: the steady periods of a timeline.
inline constexpr Integers reportedPeriods{1, 60};

} // namespace layerpipe::limits

#endif // LAYERPIPE_TRANSFORMS_OPTIONLIMITS_H
