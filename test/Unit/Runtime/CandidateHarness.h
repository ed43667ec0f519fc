//===- CandidateHarness.h - Calling candidates of kernels -------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The library of fast kernels, its candidates by name, and a few kernels that
// most of them take.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_RUNTIME_CANDIDATEHARNESS_H
#define LAYERPIPE_TEST_UNIT_RUNTIME_CANDIDATEHARNESS_H

#include "KernelHarness.h"

#include "layerpipe/Runtime/ProgramABI.h"

#include <bit>

namespace layerpipe::runtime {

using Attributes = std::map<std::string, int64_t>;
using Bits = std::vector<std::vector<uint32_t>>;

inline KernelLibrary &library() {
  return *static_cast<KernelLibrary *>(layerpipe_kernel_library_measured());
}

/// These are the same candidates under the other name.
inline KernelLibrary &portableLibrary() {
  return *static_cast<KernelLibrary *>(layerpipe_kernel_library_portable());
}

inline Bits bitsOf(const std::vector<Values> &values) {
  Bits bits;
  for (const Values &value : values) {
    bits.emplace_back();
    for (float element : value)
      bits.back().push_back(std::bit_cast<uint32_t>(element));
  }
  return bits;
}

/// Without a candidate it is the portable one.
inline std::unique_ptr<Kernel> prepared(KernelDescription description,
                                        std::string_view candidate) {
  description.candidate = candidate;
  auto kernel = portableLibrary().prepare(description);
  if (!kernel) {
    ADD_FAILURE() << kernel.error().message;
    return nullptr;
  }
  return std::move(*kernel);
}

/// What a candidate computes, which no workspace may change.
inline std::vector<Values> computed(const KernelDescription &description,
                                    std::string_view candidate,
                                    const std::vector<Values> &inputs) {
  auto kernel = prepared(description, candidate);
  if (!kernel)
    return {};
  auto pointers = pointersTo(inputs);
  auto sizes = signatureOf(description).outputs;
  std::vector<Values> first = execute(*kernel, pointers, sizes, '\x7f');
  for (char fill : {'\0', '\xff'})
    EXPECT_EQ(bitsOf(execute(*kernel, pointers, sizes, fill)), bitsOf(first));
  return first;
}

/// Gives a convolution the same padding on all sides.
inline void setPadding(Attributes &attributes, int64_t padding) {
  for (const char *side : {"pad_top", "pad_left", "pad_bottom", "pad_right"})
    attributes[side] = padding;
}

/// A few kernels that every candidate of their family takes.
inline std::vector<KernelDescription> commonKernels() {
  Attributes dense = {{"batch", 33}, {"in", 70}, {"out", 50}, {"has_bias", 1}};
  Attributes conv = {{"batch", 2},    {"in_channels", 16},  {"height", 9},
                     {"width", 11},   {"out_channels", 16}, {"kernel_h", 3},
                     {"kernel_w", 3}, {"has_bias", 1}};
  setPadding(conv, 1);
  Attributes pool = {{"batch", 2},    {"channels", 3}, {"height", 9},
                     {"width", 11},   {"kernel_h", 3}, {"kernel_w", 3},
                     {"stride_h", 2}, {"stride_w", 2}};
  return {{"linear", dense},
          {"linear_backward", dense},
          {"conv2d", conv},
          {"conv2d_backward", conv},
          {"avg_pool2d", pool},
          {"max_pool2d_grad", pool},
          {"mean_squared_error", {{"elements", 1000}}}};
}

} // namespace layerpipe::runtime

#endif // LAYERPIPE_TEST_UNIT_RUNTIME_CANDIDATEHARNESS_H
