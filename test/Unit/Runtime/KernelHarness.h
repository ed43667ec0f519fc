//===- KernelHarness.h - Calling kernels with random arguments --*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Knows the arguments of every op, makes random ones, and executes a kernel on
// them in memory whose surroundings are watched.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_TEST_UNIT_RUNTIME_KERNELHARNESS_H
#define LAYERPIPE_TEST_UNIT_RUNTIME_KERNELHARNESS_H

#include "layerpipe/Runtime/Kernel.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace layerpipe::runtime {

using Values = std::vector<float>;
using Random = std::mt19937;

/// Element counts of a kernel's arguments, inputs first.
struct Signature {
  std::vector<size_t> inputs, outputs;
};

inline Values randomValues(Random &random, size_t count) {
  std::uniform_real_distribution<float> unit(-1, 1);
  Values values(count);
  for (float &value : values)
    value = unit(random);
  return values;
}

inline size_t pooled(int64_t size, int64_t kernel, int64_t stride) {
  return size_t((size - kernel) / stride + 1);
}

/// Of ops without class labels.
inline Signature signatureOf(const KernelDescription &description) {
  auto a = [&](const char *name) {
    return size_t(description.attributes.at(name));
  };
  const std::string &op = description.op;
  if (op.starts_with("mean_squared_error"))
    return {{a("elements"), a("elements")},
            {op.ends_with("grad") ? a("elements") : 1}};
  if (op.find("pool") != std::string::npos) {
    size_t images = a("batch") * a("channels");
    size_t x = images * a("height") * a("width");
    size_t y = images * pooled(a("height"), a("kernel"), a("stride")) *
               pooled(a("width"), a("kernel"), a("stride"));
    if (op == "max_pool2d_grad")
      return {{y, x}, {x}};
    return op == "avg_pool2d_grad" ? Signature{{y}, {x}} : Signature{{x}, {y}};
  }
  size_t x, w, y, b;
  if (op.starts_with("linear")) {
    b = a("out");
    x = a("batch") * a("in"), w = b * a("in"), y = a("batch") * b;
  } else {
    size_t pad = 2 * a("padding");
    b = a("out_channels");
    x = a("batch") * a("in_channels") * a("height") * a("width");
    w = b * a("in_channels") * a("kernel_h") * a("kernel_w");
    y = a("batch") * b * pooled(a("height") + pad, a("kernel_h"), a("stride")) *
        pooled(a("width") + pad, a("kernel_w"), a("stride"));
  }
  bool bias = a("has_bias");
  Signature s;
  if (op.ends_with("grad_input"))
    s = {{y, w}, {x}};
  else if (op.ends_with("grad_weight"))
    s = {{y, x}, {w}};
  else if (op.ends_with("backward"))
    s = {{y, x, w}, {x, w}};
  else
    s = {{x, w}, {y}};
  if (bias && (op == "linear" || op == "conv2d"))
    s.inputs.push_back(b);
  else if (bias && !op.ends_with("grad_input"))
    s.outputs.push_back(b);
  return s;
}

/// Memory between guards, which no kernel may write to.
class GuardedMemory {
public:
  /// Holds `bytes` bytes of the value `fill`, at a multiple of 64.
  GuardedMemory(size_t bytes, char fill)
      : bytes(bytes), memory(bytes + 3 * guard, fill) {
    std::fill_n(memory.begin(), offset(), mark);
    std::fill(memory.begin() + offset() + bytes, memory.end(), mark);
  }
  GuardedMemory(GuardedMemory &&) = default;

  char *data() { return memory.data() + offset(); }
  bool isIntact() const {
    auto isMark = [](char c) { return c == mark; };
    return std::all_of(memory.begin(), memory.begin() + offset(), isMark) &&
           std::all_of(memory.begin() + offset() + bytes, memory.end(), isMark);
  }

private:
  static constexpr ptrdiff_t guard = 64;
  static constexpr char mark = '\x5a';

  ptrdiff_t offset() const {
    return 2 * guard - reinterpret_cast<uintptr_t>(memory.data()) % guard;
  }

  ptrdiff_t bytes;
  std::vector<char> memory;
};

/// Executes with outputs that hold NaN before, guards around them and around
/// the workspace, each byte of which is `fill` before.
inline std::vector<Values> execute(Kernel &kernel,
                                   const std::vector<const void *> &inputs,
                                   const std::vector<size_t> &outputSizes,
                                   char fill = '\x7f') {
  std::vector<GuardedMemory> outputs;
  std::vector<void *> args;
  for (const void *input : inputs)
    args.push_back(const_cast<void *>(input));
  for (size_t size : outputSizes)
    outputs.emplace_back(size * sizeof(float), '\xff');
  for (GuardedMemory &output : outputs)
    args.push_back(output.data());
  GuardedMemory workspace(kernel.workspaceBytes(), fill);
  kernel.execute(args.data(), workspace.data());
  EXPECT_TRUE(workspace.isIntact()) << "written past the workspace";
  std::vector<Values> values;
  for (size_t i = 0; i < outputs.size(); ++i) {
    EXPECT_TRUE(outputs[i].isIntact()) << "written past output " << i;
    const auto *begin = reinterpret_cast<const float *>(outputs[i].data());
    values.emplace_back(begin, begin + outputSizes[i]);
  }
  return values;
}

inline std::vector<Values> execute(KernelLibrary &library,
                                   const KernelDescription &description,
                                   const std::vector<const void *> &inputs,
                                   const std::vector<size_t> &outputSizes) {
  Result<std::unique_ptr<Kernel>> kernel = library.prepare(description);
  if (!kernel) {
    ADD_FAILURE() << kernel.error().message;
    return {};
  }
  return execute(**kernel, inputs, outputSizes);
}

inline std::vector<const void *> pointersTo(const std::vector<Values> &values) {
  std::vector<const void *> pointers;
  for (const Values &value : values)
    pointers.push_back(value.data());
  return pointers;
}

inline std::vector<Values> execute(KernelLibrary &library,
                                   const KernelDescription &description,
                                   const std::vector<Values> &inputs) {
  return execute(library, description, pointersTo(inputs),
                 signatureOf(description).outputs);
}

inline std::vector<Values> randomInputs(const KernelDescription &description,
                                        Random &random) {
  std::vector<Values> inputs;
  for (size_t count : signatureOf(description).inputs)
    inputs.push_back(randomValues(random, count));
  return inputs;
}

inline int64_t between(Random &random, int64_t least, int64_t greatest) {
  return least + int64_t(random() % uint64_t(greatest - least + 1));
}

inline std::map<std::string, int64_t> randomLinear(Random &random,
                                                   int64_t greatest) {
  return {{"batch", between(random, 1, greatest)},
          {"in", between(random, 1, greatest)},
          {"out", between(random, 1, greatest)},
          {"has_bias", between(random, 0, 1)}};
}

inline std::map<std::string, int64_t> randomConv(Random &random) {
  int64_t kernelH = between(random, 1, 5), kernelW = between(random, 1, 5);
  return {{"batch", between(random, 1, 3)},
          {"in_channels", between(random, 1, 18)},
          {"height", between(random, kernelH, 12)},
          {"width", between(random, kernelW, 12)},
          {"out_channels", between(random, 1, 18)},
          {"kernel_h", kernelH},
          {"kernel_w", kernelW},
          {"stride", between(random, 1, 3)},
          {"padding", between(random, 0, 2)},
          {"has_bias", between(random, 0, 1)}};
}

inline std::map<std::string, int64_t> randomPool(Random &random) {
  int64_t kernel = between(random, 1, 3);
  return {{"batch", between(random, 1, 3)},
          {"channels", between(random, 1, 18)},
          {"height", between(random, kernel, 12)},
          {"width", between(random, kernel, 12)},
          {"kernel", kernel},
          {"stride", between(random, 1, 3)}};
}

} // namespace layerpipe::runtime

#endif // LAYERPIPE_TEST_UNIT_RUNTIME_KERNELHARNESS_H
