//===- Library.cpp - The kernels of oneDNN --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file collects oneDNN's kernels into a KernelLibrary. The reference
// library supplies what oneDNN doesn't offer: losses, the gradient of maximum
// pooling with its tie rule, and the average of large windows.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include "layerpipe/Runtime/ProgramABI.h"

#include <dlfcn.h>

using namespace layerpipe::runtime;

namespace {

class OneDnnLibrary final : public KernelLibrary {
public:
  std::string_view name() const override { return "onednn"; }

  Result<std::unique_ptr<Kernel>>
  prepare(const KernelDescription &description) override {
    prepareThread(); // Kernels are planned for the threads seen here.
    try {
      for (auto make :
           {onednn::makeLinear, onednn::makeConv2d, onednn::makePool2d}) {
        onednn::MadeKernel kernel = make(description, engine);
        if (!kernel || *kernel)
          return kernel;
      }
    } catch (const dnnl::error &error) {
      return Error{"kernel " + description.toString() + ": oneDNN says " +
                       error.what(),
                   ErrorKind::Defect};
    }
    return referenceKernelLibrary().prepare(description);
  }

  /// Makes OpenMP, on which oneDNN runs and which counts threads per calling
  /// thread, use one thread. Its function is looked up by name, because an
  /// oneDNN that was built without OpenMP needs nothing.
  void prepareThread() override {
    using SetThreads = void (*)(int);
    static const auto setThreads = reinterpret_cast<SetThreads>(
        dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
    if (setThreads)
      setThreads(1);
  }

private:
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
};

} // namespace

extern "C" void *layerpipe_kernel_library_onednn(void) {
  static OneDnnLibrary library;
  return static_cast<KernelLibrary *>(&library);
}
