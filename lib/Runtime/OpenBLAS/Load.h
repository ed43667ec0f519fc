//===- Load.h - OpenBLAS, once per core -------------------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// OpenBLAS has kernels for many CPUs and calls them cores. It takes one when
// it is loaded and keeps it. This file loads it once for each core that is
// wanted, so that the core is the program's choice and not that of the user's
// environment or of the CPU.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_OPENBLAS_LOAD_H
#define LAYERPIPE_LIB_RUNTIME_OPENBLAS_LOAD_H

#include "layerpipe/Runtime/Result.h"

namespace layerpipe::runtime::openblas {

enum class Core { Haswell, Zen, SkylakeX };

enum Order : int { RowMajor = 101 };
enum Transpose : int { No = 111, Yes = 112 };

/// This is OpenBLAS' cblas_sgemm: C = alpha · A · B + beta · C.
using Sgemm = void (*)(Order, Transpose, Transpose, int m, int n, int k,
                       float alpha, const float *a, int lda, const float *b,
                       int ldb, float beta, float *c, int ldc);

/// Returns sgemm of this core, for one thread, of the installed OpenBLAS. The
/// first call for a core loads it. An error says what is missing.
Result<Sgemm> load(Core core);

/// Returns the name of OpenBLAS' file, which has its version, and the file's
/// size in bytes, or "" if it is not installed. Nothing is loaded.
std::string version();

} // namespace layerpipe::runtime::openblas

#endif // LAYERPIPE_LIB_RUNTIME_OPENBLAS_LOAD_H
