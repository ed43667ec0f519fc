//===- MeasureKernel.cpp - How long a kernel takes ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file times one kernel. RaceCandidates.cpp times several against each
// other.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/MeasureKernel.h"

#include "KernelTrial.h"

#include <algorithm>

using namespace layerpipe::runtime;

static KernelTime summaryOf(std::vector<int64_t> times) {
  std::ranges::sort(times);
  const size_t last = times.size() - 1;
  return {std::max<int64_t>(times[last / 2], 1),
          times[last * 3 / 4] - times[last / 4]};
}

Result<KernelTime>
layerpipe::runtime::measureKernel(KernelLibrary &library,
                                  const KernelDescription &description,
                                  const MeasureKernelOptions &options) {
  Result<KernelOp> op = kernelOp(description);
  if (!op)
    return op.error();
  Result<KernelTrial> trial = KernelTrial::create(library, description);
  if (!trial)
    return trial.error();
  Result<ArgumentCopies> arguments = ArgumentCopies::create(*op, options);
  if (!arguments)
    return arguments.error();
  // The first execution touches memory for the first time; the second says how
  // many make a sample.
  trial->time(*arguments, 1);
  const int64_t once = std::max<int64_t>(trial->time(*arguments, 1), 1);
  const int64_t count = std::max<int64_t>(options.sampleNanoseconds / once, 1);
  std::vector<int64_t> times;
  for (int i = 0; i < std::max(options.samples, 1); ++i)
    times.push_back(trial->time(*arguments, count) / count);
  return summaryOf(std::move(times));
}
