//===- MachineLimits.h - What numbers describe a machine --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_MACHINE_MACHINELIMITS_H
#define LAYERPIPE_MACHINE_MACHINELIMITS_H

#include "layerpipe/Base/Numbers.h"

#include <cstdint>

namespace layerpipe::limits {

// Bandwidths are in bytes per time unit and become millionths; latencies are in
// time units, memories in bytes.
inline constexpr base::Limits<double> bandwidth{1e-3, 1e9, true};
inline constexpr base::Limits<int64_t> latency{0, 1'000'000'000'000};
inline constexpr base::Limits<double> speed{0.001, 1000};
inline constexpr base::Limits<int64_t> memory{0, 1'000'000'000'000'000'000};

} // namespace layerpipe::limits

#endif // LAYERPIPE_MACHINE_MACHINELIMITS_H
