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

/// Returns an attribute of a window, which has a usual value.
inline int64_t attributeOr(const std::map<std::string, int64_t> &attributes,
                           const std::string &name, int64_t usual) {
  auto it = attributes.find(name);
  return it == attributes.end() ? usual : it->second;
}

/// Windows along one dimension, as the attributes say.
struct Axis {
  int64_t size, kernel, stride, begin, end, dilation;
  bool ceil;

  Axis(const std::map<std::string, int64_t> &a, bool rows)
      : size(a.at(rows ? "height" : "width")),
        kernel(a.at(rows ? "kernel_h" : "kernel_w")),
        stride(attributeOr(a, rows ? "stride_h" : "stride_w", 1)),
        begin(attributeOr(a, rows ? "pad_top" : "pad_left", 0)),
        end(attributeOr(a, rows ? "pad_bottom" : "pad_right", 0)),
        dilation(attributeOr(a, rows ? "dilation_h" : "dilation_w", 1)),
        ceil(attributeOr(a, "ceil", 0) == 1) {}

  /// Counts the windows one by one.
  int64_t windows() const {
    const int64_t reach = (kernel - 1) * dilation + 1;
    int64_t count = 0;
    auto fits = [&](int64_t start) {
      const int64_t beyond = start + reach - (begin + size + end);
      return ceil ? beyond < stride && start < begin + size : beyond <= 0;
    };
    while (fits(count * stride))
      ++count;
    return count;
  }

  /// Returns whether each window has an element of the image.
  bool allSee() const {
    for (int64_t window = 0; window < windows(); ++window) {
      bool sees = false;
      for (int64_t tap = 0; tap < kernel; ++tap) {
        const int64_t at = window * stride + tap * dilation - begin;
        sees |= at >= 0 && at < size;
      }
      if (!sees)
        return false;
    }
    return true;
  }
};

/// Of ops without class labels.
inline Signature signatureOf(const KernelDescription &description) {
  auto a = [&](const char *name) {
    return size_t(description.attributes.at(name));
  };
  auto positions = [&] {
    return size_t(Axis(description.attributes, true).windows() *
                  Axis(description.attributes, false).windows());
  };
  const std::string &op = description.op;
  if (op.starts_with("mean_squared_error"))
    return {{a("elements"), a("elements")},
            {op.ends_with("grad") ? a("elements") : 1}};
  if (op.find("pool") != std::string::npos) {
    size_t images = a("batch") * a("channels");
    size_t x = images * a("height") * a("width"), y = images * positions();
    if (op == "max_pool2d_grad")
      return {{y, x}, {x}};
    return op == "avg_pool2d_grad" ? Signature{{y}, {x}} : Signature{{x}, {y}};
  }
  if (op == "matmul") {
    size_t count = a("count");
    return {{count * a("rows") * a("inner"), count * a("inner") * a("columns")},
            {count * a("rows") * a("columns")}};
  }
  size_t x, w, y, b;
  if (op.starts_with("linear")) {
    b = a("out");
    x = a("batch") * a("in"), w = b * a("in"), y = a("batch") * b;
  } else {
    b = a("out_channels");
    x = a("batch") * a("in_channels") * a("height") * a("width");
    w = b * a("in_channels") * a("kernel_h") * a("kernel_w") /
        size_t(attributeOr(description.attributes, "groups", 1));
    y = a("batch") * b * positions();
  }
  if (op.starts_with("conv_transpose2d")) {
    std::swap(x, y);
    b = a("in_channels");
  }
  bool bias = a("has_bias");
  if (op.ends_with("grad_input"))
    return {{y, w}, {x}};
  const bool isGradient =
      op.ends_with("grad_weight") || op.ends_with("backward");
  Signature s = {{x, w}, {y}};
  if (op.ends_with("grad_weight"))
    s = {{y, x}, {w}};
  else if (isGradient)
    s = {{y, x, w}, {x, w}};
  if (bias)
    (isGradient ? s.outputs : s.inputs).push_back(b);
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

/// Adds a random window of which an image of random size has at least one.
inline void addWindow(std::map<std::string, int64_t> &attributes,
                      Random &random) {
  const bool plain = between(random, 0, 2) == 0;
  for (bool rows : {true, false}) {
    const int64_t kernel = between(random, 1, 5);
    const int64_t dilation = plain ? 1 : between(random, 1, 3);
    const int64_t begin = between(random, 0, 3);
    const int64_t end = plain ? begin : between(random, 0, 3);
    const int64_t reach = (kernel - 1) * dilation + 1;
    attributes[rows ? "kernel_h" : "kernel_w"] = kernel;
    attributes[rows ? "stride_h" : "stride_w"] = between(random, 1, 3);
    attributes[rows ? "dilation_h" : "dilation_w"] = dilation;
    attributes[rows ? "pad_top" : "pad_left"] = begin;
    attributes[rows ? "pad_bottom" : "pad_right"] = end;
    const int64_t least = std::max<int64_t>(1, reach - begin - end);
    attributes[rows ? "height" : "width"] =
        between(random, least, std::max<int64_t>(least, 12));
  }
}

/// Of one group.
inline std::map<std::string, int64_t> randomConv(Random &random) {
  std::map<std::string, int64_t> attributes = {
      {"batch", between(random, 1, 3)},
      {"in_channels", between(random, 1, 18)},
      {"out_channels", between(random, 1, 18)},
      {"has_bias", between(random, 0, 1)}};
  addWindow(attributes, random);
  return attributes;
}

/// Of several groups; often each has a single channel of the input.
inline std::map<std::string, int64_t> randomGroupedConv(Random &random) {
  std::map<std::string, int64_t> attributes = randomConv(random);
  const int64_t groups = between(random, 2, 5);
  attributes["groups"] = groups;
  attributes["in_channels"] =
      groups * (between(random, 0, 1) ? 1 : between(random, 1, 4));
  attributes["out_channels"] = groups * between(random, 1, 7);
  return attributes;
}

inline std::map<std::string, int64_t> randomPool(Random &random, bool maximum) {
  std::map<std::string, int64_t> attributes = {
      {"batch", between(random, 1, 3)}, {"channels", between(random, 1, 6)}};
  do {
    addWindow(attributes, random);
    attributes["ceil"] = between(random, 0, 1);
    if (between(random, 0, 3) == 0) { // a common window
      attributes["kernel_h"] = attributes["kernel_w"] = between(random, 2, 3);
      attributes["height"] = attributes["width"] = between(random, 3, 12);
      attributes["stride_h"] = attributes["stride_w"] = 2;
      for (const char *name : {"pad_top", "pad_left", "pad_bottom", "pad_right",
                               "dilation_h", "dilation_w", "ceil"})
        attributes.erase(name);
    }
  } while (!Axis(attributes, true).allSee() ||
           !Axis(attributes, false).allSee());
  if (!maximum)
    attributes["count_padding"] = between(random, 0, 1);
  return attributes;
}

} // namespace layerpipe::runtime

#endif // LAYERPIPE_TEST_UNIT_RUNTIME_KERNELHARNESS_H
