//===- Library.cpp - The library of plain loops ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file collects the reference kernels into a KernelLibrary.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include "layerpipe/Runtime/ProgramABI.h"

using namespace layerpipe::runtime;

namespace {

class ReferenceLibrary final : public KernelLibrary {
public:
  std::string_view name() const override { return "reference"; }

  Result<std::unique_ptr<Kernel>>
  prepare(const KernelDescription &description) override {
    for (auto make : {reference::makeLinear, reference::makeConv2d,
                      reference::makePool2d, reference::makeLoss}) {
      reference::MadeKernel kernel = make(description);
      if (!kernel || *kernel)
        return kernel;
    }
    return Error{"kernel " + description.toString() + ": unknown op",
                 ErrorKind::Defect};
  }
};

} // namespace

KernelLibrary &layerpipe::runtime::referenceKernelLibrary() {
  static ReferenceLibrary library;
  return library;
}

extern "C" void *layerpipe_kernel_library_reference(void) {
  return &referenceKernelLibrary();
}
