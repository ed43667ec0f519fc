//===- KernelSizes.cpp - Checked attributes of a kernel -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file reads kernel attributes: all must be present, none unknown, and
// each within the range in which the kernels' index arithmetic can't overflow.
//
//===----------------------------------------------------------------------===//

#include "KernelSizes.h"

#include <fmt/format.h>

using namespace layerpipe::runtime;

namespace {

constexpr int64_t greatestExtent = int64_t(1) << 24;
constexpr int64_t greatestElements = int64_t(1) << 36;

/// Takes attributes one by one; the first mistake is kept.
class AttributeReader {
public:
  explicit AttributeReader(const KernelDescription &description)
      : description(description) {}

  int64_t take(const char *name, int64_t least = 1,
               int64_t greatest = greatestExtent) {
    ++taken;
    auto it = description.attributes.find(name);
    if (it == description.attributes.end())
      return fail(fmt::format("attribute {} is missing", name));
    if (it->second < least || it->second > greatest)
      return fail(fmt::format("attribute {} must be within {} .. {}", name,
                              least, greatest));
    return it->second;
  }

  void require(bool condition, const char *what) {
    if (!condition)
      fail(what);
  }

  template <typename Sizes> Result<Sizes> finish(Sizes sizes) {
    if (taken != description.attributes.size())
      fail("there are unknown attributes");
    if (!message.empty())
      return Error{"kernel " + description.toString() + ": " + message,
                   ErrorKind::Defect};
    return sizes;
  }

private:
  int64_t fail(const std::string &what) {
    if (message.empty())
      message = what;
    return 1;
  }

  const KernelDescription &description;
  size_t taken = 0;
  std::string message;
};

} // namespace

/// Returns whether a tensor of these extents may be indexed with 64 bits.
static bool fits(std::initializer_list<int64_t> extents) {
  int64_t product = 1;
  for (int64_t extent : extents) {
    if (product > greatestElements / extent)
      return false;
    product *= extent;
  }
  return true;
}

Result<LinearSizes>
layerpipe::runtime::linearSizes(const KernelDescription &description) {
  AttributeReader reader(description);
  LinearSizes s{reader.take("batch"), reader.take("in"), reader.take("out"),
                reader.take("has_bias", 0, 1) == 1};
  reader.require(fits({s.batch, s.in}) && fits({s.batch, s.out}) &&
                     fits({s.in, s.out}),
                 "its tensors are too large");
  return reader.finish(s);
}

Result<ConvSizes>
layerpipe::runtime::convSizes(const KernelDescription &description) {
  AttributeReader reader(description);
  ConvSizes s{reader.take("batch"),        reader.take("in_channels"),
              reader.take("height"),       reader.take("width"),
              reader.take("out_channels"), reader.take("kernel_h"),
              reader.take("kernel_w"),     reader.take("stride"),
              reader.take("padding", 0),   reader.take("has_bias", 0, 1) == 1};
  reader.require(s.height + 2 * s.padding >= s.kernelH &&
                     s.width + 2 * s.padding >= s.kernelW,
                 "the kernel is larger than the padded image");
  reader.require(fits({s.batch, s.inChannels, s.height + 2 * s.padding,
                       s.width + 2 * s.padding}) &&
                     fits({s.batch, s.outChannels, s.height + 2 * s.padding,
                           s.width + 2 * s.padding}) &&
                     fits({s.outChannels, s.inChannels, s.kernelH, s.kernelW}),
                 "its tensors are too large");
  return reader.finish(s);
}

Result<PoolSizes>
layerpipe::runtime::poolSizes(const KernelDescription &description) {
  AttributeReader reader(description);
  PoolSizes s{reader.take("batch"),  reader.take("channels"),
              reader.take("height"), reader.take("width"),
              reader.take("kernel"), reader.take("stride")};
  reader.require(s.height >= s.kernel && s.width >= s.kernel,
                 "the window is larger than the image");
  reader.require(fits({s.batch, s.channels, s.height, s.width}),
                 "its tensors are too large");
  return reader.finish(s);
}

Result<ClassSizes>
layerpipe::runtime::classSizes(const KernelDescription &description) {
  AttributeReader reader(description);
  ClassSizes s{reader.take("batch"), reader.take("classes")};
  reader.require(fits({s.batch, s.classes}), "its tensors are too large");
  return reader.finish(s);
}

Result<int64_t>
layerpipe::runtime::elementCount(const KernelDescription &description) {
  AttributeReader reader(description);
  int64_t elements = reader.take("elements", 1, greatestElements);
  return reader.finish(elements);
}
