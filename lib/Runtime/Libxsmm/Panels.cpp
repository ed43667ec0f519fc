//===- Panels.cpp - The rows of a product, some at a time -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Only generated kernels are called: libxsmm's own fallback needs a BLAS
// library, and without one its results are wrong.
//
//===----------------------------------------------------------------------===//

#include "Panels.h"

#include "Product.h"

#include <algorithm>
#include <cstdlib>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::libxsmm;

/// Initializes libxsmm and returns the kind of CPU it generates code for. While
/// it does so it sets OMP_PROC_BIND, if nobody else has, which would bind the
/// programs that this process starts to a single CPU.
static int target() {
  static const int target = [] {
    const bool isUsers = std::getenv("OMP_PROC_BIND");
    libxsmm_init();
    if (!isUsers)
      unsetenv("OMP_PROC_BIND");
    return libxsmm_get_target_archid();
  }();
  return target;
}

bool libxsmm::hasGenerator() { return target() >= LIBXSMM_X86_AVX2; }

std::vector<Panel> libxsmm::panelsOf(int rows) {
  const int lanes = target() >= LIBXSMM_X86_AVX512 ? 16 : 8;
  const int registers = (rows + lanes - 1) / lanes;
  // Any number of registers is a sum of fours and threes, but for 1, 2 and 5.
  int tall = 4, small = 3, smallCount = (4 - registers % 4) % 4;
  if (registers < 3 * smallCount) {
    tall = std::min(registers, 3);
    small = 2;
    smallCount = registers > 3;
  }
  const int tallCount = (registers - small * smallCount) / tall;
  std::vector<Panel> panels;
  for (int i = 0, begin = 0; i < tallCount + smallCount; ++i) {
    const int height = (i < tallCount ? tall : small) * lanes;
    panels.push_back({begin, height, std::min(height, rows - begin)});
    begin += height;
  }
  return panels;
}

int libxsmm::paddedRows(const std::vector<Panel> &panels) {
  return panels.back().begin + panels.back().height;
}

int libxsmm::equalParts(int count, int most) {
  const int parts = (count + most - 1) / most;
  return (count + parts - 1) / parts;
}

int libxsmm::columnsOfBlock(int count, int most) {
  return std::min(count, (equalParts(count, most) + 2) / 3 * 3);
}

bool PanelKernels::generate(int height, const Sizes &whole,
                            const Sizes &blockSizes, int64_t bStride,
                            int64_t cStride) {
  block = {std::min(whole.columns, blockSizes.columns),
           std::min(whole.terms, blockSizes.terms)};
  const int b = int(bStride), c = int(cStride);
  const int flags = LIBXSMM_GEMM_FLAG_NONE;
  const int prefetch = LIBXSMM_GEMM_PREFETCH_NONE;
  for (int columns : {block.columns, whole.columns % block.columns})
    for (int terms : {block.terms, whole.terms % block.terms})
      for (bool add : {false, true}) {
        if (!columns || !terms)
          continue;
        const float alpha = 1, beta = add ? 1 : 0;
        libxsmm_smmfunction &kernel =
            table[columns < block.columns][terms < block.terms][add];
        kernel = libxsmm_smmdispatch(height, columns, terms, &height, &b, &c,
                                     &alpha, &beta, &flags, &prefetch);
        if (!kernel)
          return false;
      }
  return true;
}
