//===- ThreadSetup.cpp - What a thread that runs tasks needs --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pinning by pthread affinity; FTZ and DAZ on x86.
//
//===----------------------------------------------------------------------===//

#include "ThreadSetup.h"

#include <algorithm>

#include <pthread.h>
#include <sched.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace layerpipe::runtime;

/// The process's mask: the main thread's, which is never pinned.
static cpu_set_t allowedCpus() {
  static const cpu_set_t allowed = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof(set), &set) != 0 || CPU_COUNT(&set) == 0)
      CPU_SET(0, &set);
    return set;
  }();
  return allowed;
}

int64_t layerpipe::runtime::allowedCpuCount() {
  cpu_set_t set = allowedCpus();
  return CPU_COUNT(&set);
}

void layerpipe::runtime::pinToCpu(int64_t index) {
  cpu_set_t set = allowedCpus();
  int64_t left = index % CPU_COUNT(&set);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &set) || left-- > 0)
      continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
    return;
  }
}

void layerpipe::runtime::flushDenormals() {
#if defined(__x86_64__)
  constexpr unsigned flushToZero = 0x8000, denormalsAreZero = 0x0040;
  _mm_setcsr(_mm_getcsr() | flushToZero | denormalsAreZero);
#endif
}
