//===- KernelSizes.cpp - Checked attributes of a kernel -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file reads kernel attributes: all must be present but those that have a
// usual value, none unknown, and each within the range in which the kernels'
// index arithmetic can't overflow.
//
//===----------------------------------------------------------------------===//

#include "KernelSizes.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

using namespace layerpipe;
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
    if (!description.attributes.contains(name))
      return fail(fmt::format("attribute {} is missing", name));
    return takeOr(least, name, least, greatest);
  }

  /// Returns `usual` where the attribute is left out.
  int64_t takeOr(int64_t usual, const char *name, int64_t least,
                 int64_t greatest = greatestExtent) {
    auto it = description.attributes.find(name);
    if (it == description.attributes.end())
      return usual;
    ++taken;
    if (it->second < least || it->second > greatest)
      return fail(fmt::format("attribute {} must be within {} .. {}", name,
                              least, greatest));
    return it->second;
  }

  base::WindowAxis takeAxis(const char *kernel, const char *stride,
                            const char *padBegin, const char *padEnd,
                            const char *dilation, bool ceil) {
    return {take(kernel),           takeOr(1, stride, 1),
            takeOr(0, padBegin, 0), takeOr(0, padEnd, 0),
            takeOr(1, dilation, 1), ceil};
  }
  base::Window2d takeWindow(bool ceil) {
    return {takeAxis("kernel_h", "stride_h", "pad_top", "pad_bottom",
                     "dilation_h", ceil),
            takeAxis("kernel_w", "stride_w", "pad_left", "pad_right",
                     "dilation_w", ceil)};
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

Result<ProductSizes>
layerpipe::runtime::productSizes(const KernelDescription &description) {
  AttributeReader reader(description);
  ProductSizes s{reader.take("count", 1, greatestElements),
                 reader.take("rows"),
                 reader.take("columns"),
                 reader.take("inner"),
                 reader.takeOr(0, "transpose_a", 0, 1) == 1,
                 reader.takeOr(0, "transpose_b", 0, 1) == 1};
  reader.require(!s.transposeA || !s.transposeB,
                 "only one operand may be transposed");
  reader.require(fits({s.count, s.rows, s.inner}) &&
                     fits({s.count, s.columns, s.inner}) &&
                     fits({s.count, s.rows, s.columns}),
                 "its tensors are too large");
  return reader.finish(s);
}

/// Returns how large an image is with its padding.
static int64_t padded(const base::WindowAxis &axis, int64_t size) {
  return axis.padBegin + size + axis.padEnd;
}

Result<ConvSizes>
layerpipe::runtime::convSizes(const KernelDescription &description) {
  static_assert(base::WindowAxis::greatest == greatestExtent);
  AttributeReader reader(description);
  ConvSizes s{
      reader.take("batch"),          reader.take("in_channels"),
      reader.take("height"),         reader.take("width"),
      reader.take("out_channels"),   reader.takeWindow(/*ceil=*/false),
      reader.takeOr(1, "groups", 1), reader.take("has_bias", 0, 1) == 1};
  reader.require(s.outHeight() > 0 && s.outWidth() > 0,
                 "the kernel is larger than the padded image");
  reader.require(s.inChannels % s.groups == 0 && s.outChannels % s.groups == 0,
                 "the groups don't divide the channels");
  const int64_t height = padded(s.window.h, s.height);
  const int64_t width = padded(s.window.w, s.width);
  reader.require(fits({s.batch, s.inChannels, height, width}) &&
                     fits({s.batch, s.outChannels, height, width}) &&
                     fits({s.outChannels, s.inChannels, s.window.h.kernel,
                           s.window.w.kernel}),
                 "its tensors are too large");
  return reader.finish(s);
}

Result<PoolSizes>
layerpipe::runtime::poolSizes(const KernelDescription &description,
                              bool maximum) {
  AttributeReader reader(description);
  const bool ceil = reader.takeOr(0, "ceil", 0, 1) == 1;
  PoolSizes s{reader.take("batch"),
              reader.take("channels"),
              reader.take("height"),
              reader.take("width"),
              reader.takeWindow(ceil),
              !maximum && reader.takeOr(0, "count_padding", 0, 1) == 1};
  reader.require(s.outHeight() > 0 && s.outWidth() > 0,
                 "the window is larger than the padded image");
  reader.require(s.window.h.allSee(s.height) && s.window.w.allSee(s.width),
                 "a window sees nothing of the image");
  reader.require(fits({s.batch, s.channels, padded(s.window.h, s.height),
                       padded(s.window.w, s.width)}),
                 "its tensors are too large");
  return reader.finish(s);
}

Result<ClassSizes>
layerpipe::runtime::classSizes(const KernelDescription &description) {
  AttributeReader reader(description);
  ClassSizes s{reader.take("batch"), reader.take("classes")};
  s.positions = reader.takeOr(1, "positions", 1, greatestElements);
  s.sum = reader.takeOr(0, "sum", 0, 1) == 1;
  if (description.attributes.contains("ignored"))
    s.ignored =
        int32_t(reader.takeOr(0, "ignored", std::numeric_limits<int32_t>::min(),
                              std::numeric_limits<int32_t>::max()));
  s.population = reader.takeOr(0, "population", 1, greatestElements);
  reader.require(s.population == 0 || (s.ignored && !s.sum),
                 "only a mean that ignores labels has a population");
  reader.require(fits({s.batch, s.classes, s.positions}),
                 "its tensors are too large");
  return reader.finish(s);
}

double layerpipe::runtime::divisorOf(const ClassSizes &sizes,
                                     void *const *args) {
  if (sizes.sum)
    return 1;
  const int64_t all = sizes.population ? sizes.population : sizes.labels();
  if (!sizes.ignored)
    return double(all);
  const auto *labels =
      static_cast<const int32_t *>(args[sizes.population ? 2 : 1]);
  const int64_t left = std::count(labels, labels + all, *sizes.ignored);
  return double(std::max<int64_t>(all - left, 1));
}

Result<int64_t>
layerpipe::runtime::elementCount(const KernelDescription &description) {
  AttributeReader reader(description);
  int64_t elements = reader.take("elements", 1, greatestElements);
  return reader.finish(elements);
}
