// Prints how many nanoseconds a value takes from one core to another one that waits for
// it: some 30 within a cache that both share, 200 and more without one. Two cores of a
// virtual machine may lie near each other in one minute and far apart in the next.
// usage: handover CPU CPU
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { rounds = 2000, samples = 9 };

// The two sides take turns: even numbers are the first one's, odd ones the other's. Who
// waits for long lets other threads run, as both may be on one core.
static _Alignas(64) atomic_long turn;

static void await(long number) {
  for (long looks = 1; atomic_load_explicit(&turn, memory_order_acquire) != number;
       ++looks)
    if (looks % 4096 == 0)
      sched_yield();
}

static void bindTo(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

static void *answer(void *cpu) {
  bindTo(*(int *)cpu);
  for (long round = 0; round < (long)rounds * samples; ++round) {
    await(2 * round + 1);
    atomic_store_explicit(&turn, 2 * round + 2, memory_order_release);
  }
  return NULL;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  const double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

int main(int count, char **arguments) {
  if (count != 3)
    return 1;
  int other = atoi(arguments[2]);
  double times[samples];
  pthread_t thread;
  bindTo(atoi(arguments[1]));
  if (pthread_create(&thread, NULL, answer, &other) != 0)
    return 1;
  for (long sample = 0; sample < samples; ++sample) {
    const double begin = now();
    for (long round = sample * rounds; round < (sample + 1) * rounds; ++round) {
      atomic_store_explicit(&turn, 2 * round + 1, memory_order_release);
      await(2 * round + 2);
    }
    times[sample] = (now() - begin) / (2.0 * rounds);
  }
  pthread_join(thread, NULL);
  qsort(times, samples, sizeof *times, ascending);
  printf("%.1f\n", times[samples / 2]);
  return 0;
}
