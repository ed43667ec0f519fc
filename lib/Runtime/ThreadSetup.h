//===- ThreadSetup.h - What a thread that runs tasks needs ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These functions set where worker threads run and how they compute with
// floats.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_THREADSETUP_H
#define LAYERPIPE_LIB_RUNTIME_THREADSETUP_H

#include <cstdint>
#include <vector>

#include <pthread.h>

namespace layerpipe::runtime {

/// Binds the calling thread to a CPU. A failure is passed over, since a
/// container that forbids it only costs speed.
void pinToCpu(int cpu);

/// Binds a thread to a set of CPUs. A failure is passed over, too.
void bindToCpus(pthread_t thread, const std::vector<int> &cpus);

/// Asks the scheduler to run the calling thread soon after it wakes up, for
/// short times. The data loader does so, because it shares the cores with busy
/// workers.
void preferShortSlices();

/// Flushes denormals to zero, inputs and results, because their speed would
/// depend on the data. Every thread that runs tasks does so, so that results
/// agree.
void flushDenormals();

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_THREADSETUP_H
