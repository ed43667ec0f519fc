//===- Library.cpp - The library of plain loops ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file makes a library of the reference kernels, which are its only
// candidate.
//
//===----------------------------------------------------------------------===//

#include "Library.h"

#include "Kernels.h"

#include "layerpipe/Runtime/ProgramABI.h"

using namespace layerpipe::runtime;

Offer reference::offer(const KernelOp &op) {
  return std::visit([](const auto &known) { return make(known); }, op);
}

KernelLibrary &layerpipe::runtime::referenceKernelLibrary() {
  static constexpr KernelCandidate candidates[] = {
      {"reference", allFamilies, reference::offer}};
  static CandidateLibrary library(
      "reference", candidates,
      [](KernelFamily) -> std::string_view { return "reference"; });
  return library;
}

extern "C" void *layerpipe_kernel_library_reference(void) {
  return &referenceKernelLibrary();
}
