//===- Report.h - What a program prints about itself ------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Text for `--describe` and for the end of a run.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_REPORT_H
#define LAYERPIPE_LIB_RUNTIME_REPORT_H

#include "layerpipe/Runtime/CommandLine.h"
#include "layerpipe/Runtime/Evaluation.h"
#include "layerpipe/Runtime/Executor.h"

#include <string>

namespace layerpipe::runtime {

std::string describeProgram(const Manifest &manifest);
std::string describeRun(const Manifest &manifest, int64_t steps, float loss,
                        const RunSummary &summary);
/// Why a run ended at the loss of `step`, and what to do about it.
std::string describeDivergence(const Manifest &manifest, const Options &options,
                               int64_t step);
std::string describeScore(const Score &score);

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_REPORT_H
