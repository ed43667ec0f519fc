// Prints how many f32 operations a core makes in a second, in 10⁹, when it does nothing
// but multiply and add: the limit of any kernel. usage: peak SECONDS
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#if defined(__AVX512F__)
enum { registerBytes = 64 };
#elif defined(__AVX__)
enum { registerBytes = 32 };
#else
enum { registerBytes = 16 };
#endif
typedef float Register __attribute__((vector_size(registerBytes)));

// A chain waits 4 to 5 cycles for its last result, and a core begins up to two
// operations a cycle; 12 chains keep it busy and fit 16 registers.
enum { chains = 12, rounds = 1 << 20 };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// The factor is not known when this is compiled, so nothing can be computed before.
__attribute__((noinline)) static float work(float factor) {
  Register values[chains], scale = (Register){} + factor;
#pragma GCC unroll 12
  for (int i = 0; i < chains; ++i)
    values[i] = (Register){} + (float)i;
  for (long round = 0; round < rounds; ++round)
#pragma GCC unroll 12
    for (int i = 0; i < chains; ++i)
      values[i] = values[i] * scale + scale;
  float sum = 0;
  for (int i = 0; i < chains; ++i)
    sum += values[i][0];
  return sum;
}

int main(int count, char **arguments) {
  const double seconds = count > 1 ? atof(arguments[1]) : 0.2;
  const double operations =
      2.0 * chains * rounds * (double)(registerBytes / sizeof(float));
  double best = 0;
  float sum = 0;
  for (double end = now() + seconds; now() < end;) {
    const double begin = now();
    sum += work(0.5f);
    const double speed = operations / (now() - begin);
    best = speed > best ? speed : best;
  }
  printf("%.3f\n", sum == 0 ? 0 : best * 1e-9);
  return 0;
}
