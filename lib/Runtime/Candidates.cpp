//===- Candidates.cpp - The table of candidates ---------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file collects all candidates into the library of fast kernels, and has
// the rule by which a kernel that names no candidate gets the same bits on
// every CPU of the level x86-64-v3 (AVX2 and FMA).
//
//===----------------------------------------------------------------------===//

#include "Libxsmm/Candidates.h"
#include "KernelParts.h"
#include "OneDNN/Candidates.h"
#include "OpenBLAS/Candidates.h"
#include "Reference/Library.h"
#include "Vector/Candidates.h"

#include "layerpipe/Runtime/ProgramABI.h"

using namespace layerpipe::runtime;

/// A new candidate is a file and a line here. The order is that in which
/// messages and measurements name them.
static constexpr KernelCandidate candidates[] = {
    {"onednn.plain", DenseLayers, fromParts<onednn::plainLinear>},
    {"onednn.any", DenseLayers, fromParts<onednn::anyLinear>, true},
    {"onednn.direct", Convolutions | GroupedConvolutions,
     fromParts<onednn::directConv2d>, true},
    {"onednn.winograd", Convolutions, fromParts<onednn::winogradConv2d>, true},
    {"onednn.gemm", Convolutions | GroupedConvolutions,
     fromParts<onednn::gemmConv2d>},
    {"onednn.pool", Pooling, onednn::averagePool2d},
    {"openblas.haswell", DenseLayers | Convolutions,
     fromParts<openblas::offer<openblas::Core::Haswell>>},
    {"openblas.zen", DenseLayers | Convolutions,
     fromParts<openblas::offer<openblas::Core::Zen>>},
    {"openblas.skylakex", DenseLayers | Convolutions,
     fromParts<openblas::offer<openblas::Core::SkylakeX>>},
    {"libxsmm", DenseLayers, fromParts<libxsmm::linear>},
    {"libxsmm.samples", DenseLayers, fromParts<libxsmm::linearBySamples>},
    {"vector", allFamilies, fromParts<vector::offer>},
    {"reference", allFamilies, reference::offer},
};

/// This is raised whenever a candidate is added or becomes faster: what was
/// measured before does not hold any more.
static constexpr const char *edition = "3";

/// Whatever this names must give the same bits on every CPU of x86-64-v3.
static std::string_view portable(KernelFamily family) {
  switch (family) {
  case DenseLayers:
  case Convolutions:
    return "openblas.haswell";
  case GroupedConvolutions:
  case Pooling:
  case Losses:
    break;
  }
  return "vector";
}

namespace {

class FastLibrary final : public CandidateLibrary {
public:
  explicit FastLibrary(std::string_view name)
      : CandidateLibrary(name, candidates, portable) {}
  void prepareThread() override { onednn::useOneThread(); }
  std::map<std::string, std::string> versions() override {
    return {{"candidates", edition},
            {"libxsmm", libxsmm::version()},
            {"oneDNN", onednn::version()},
            {"OpenBLAS", openblas::version()}};
  }
};

} // namespace

// Both have the same kernels. A program's report says by the name whether its
// candidates were chosen by measuring.

extern "C" void *layerpipe_kernel_library_measured(void) {
  static FastLibrary library("measured");
  return static_cast<KernelLibrary *>(&library);
}

extern "C" void *layerpipe_kernel_library_portable(void) {
  static FastLibrary library("portable");
  return static_cast<KernelLibrary *>(&library);
}
