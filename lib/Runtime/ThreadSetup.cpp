//===- ThreadSetup.cpp - What a thread that runs tasks needs --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads are pinned by pthread affinity; denormals are flushed by FTZ and DAZ
// on x86.
//
//===----------------------------------------------------------------------===//

#include "ThreadSetup.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

using namespace layerpipe::runtime;

void layerpipe::runtime::bindToCpus(pthread_t thread,
                                    const std::vector<int> &cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int cpu : cpus)
    CPU_SET(cpu, &set);
  pthread_setaffinity_np(thread, sizeof(set), &set);
}

void layerpipe::runtime::pinToCpu(int cpu) {
  bindToCpus(pthread_self(), {cpu});
}

void layerpipe::runtime::preferShortSlices() {
  // Linux 6.12 and later let a waking thread preempt one with longer slices;
  // earlier ones ignore the request. glibc 2.36 has no declaration of this
  // call.
  struct {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } attributes = {};
  attributes.size = sizeof(attributes);
  attributes.policy = SCHED_OTHER;
  attributes.nice = getpriority(PRIO_PROCESS, 0);
  // These are nanoseconds, the shortest slice there is.
  attributes.runtime = 100000;
  syscall(SYS_sched_setattr, 0, &attributes, 0);
}

void layerpipe::runtime::flushDenormals() {
#if defined(__x86_64__)
  constexpr unsigned flushToZero = 0x8000, denormalsAreZero = 0x0040;
  _mm_setcsr(_mm_getcsr() | flushToZero | denormalsAreZero);
#endif
}
