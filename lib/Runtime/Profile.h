//===- Profile.h - Measured task times as a file ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_PROFILE_H
#define LAYERPIPE_LIB_RUNTIME_PROFILE_H

#include "layerpipe/Runtime/Trace.h"

#include <cstdint>
#include <string>

namespace layerpipe::runtime {

/// The iterations at the beginning of a run of `iterations` that a profile
/// leaves out, while caches and clocks settle.
int64_t warmUpIterations(int64_t iterations);

/// A profile file (docs/profile-format.md): the median time of each task over
/// the recorded iterations behind the warm-up. Tasks without any are left out.
std::string makeProfile(const TraceRecorder &trace, const Manifest &manifest,
                        int64_t iterations);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_PROFILE_H
