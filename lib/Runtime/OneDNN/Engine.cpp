//===- Engine.cpp - oneDNN in this process --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file has the engine that all primitives share, keeps oneDNN to one
// thread, and says which oneDNN it is.
//
//===----------------------------------------------------------------------===//

#include "Candidates.h"
#include "Kernels.h"

#include <dlfcn.h>
#include <fmt/format.h>

using namespace layerpipe::runtime;

const dnnl::engine &onednn::engine() {
  static const dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
  return cpu;
}

/// OpenMP's function is looked up by name, because an oneDNN that was built
/// without OpenMP needs nothing.
void onednn::useOneThread() {
  using SetThreads = void (*)(int);
  static const auto setThreads =
      reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  if (setThreads)
    setThreads(1);
}

std::string onednn::version() {
  const dnnl_version_t *version = dnnl_version();
  return fmt::format("{}.{}.{}", version->major, version->minor,
                     version->patch);
}
