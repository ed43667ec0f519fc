//===- Cpu.h - What this CPU can do -----------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// These are the levels of x86-64 that candidates ask for. Each names the
// missing level for a refusal.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_CPU_H
#define LAYERPIPE_LIB_RUNTIME_CPU_H

namespace layerpipe::runtime {

/// Returns whether this CPU has AVX2 and FMA, as x86-64-v3 says.
inline bool hasAvx2() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

/// Returns whether this CPU has the parts of AVX-512 that x86-64-v4 names.
inline bool hasAvx512() {
#if defined(__x86_64__)
  return hasAvx2() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") &&
         __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_CPU_H
