//===- Profile.h - Measured task times as a file ----------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_PROFILE_H
#define LAYERPIPE_LIB_RUNTIME_PROFILE_H

#include "layerpipe/Runtime/CommandLine.h"
#include "layerpipe/Runtime/Trace.h"

#include <cstdint>
#include <string>

namespace layerpipe::runtime {

/// Makes a profile file (docs/profile-format.md), which says what each task
/// took in the recorded iterations behind the warm-up. Tasks without any are
/// left out.
std::string makeProfile(const TraceRecorder &trace, const Manifest &manifest,
                        int64_t iterations, ProfileStatistic statistic);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_PROFILE_H
