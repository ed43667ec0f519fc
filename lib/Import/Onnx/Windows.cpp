//===- Windows.cpp - Convolutions and pooling -----------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An image of one dimension is taken as one of two, of height 1.
//
//===----------------------------------------------------------------------===//

#include "NodeTranslation.h"
#include "Ops.h"

#include <fmt/format.h>

using namespace mlir;

namespace layerpipe::onnx {

namespace {

/// The attributes that convolutions and pooling share, for two dimensions.
struct Window {
  Integers kernel, stride = {1, 1}, padding = {0, 0, 0, 0}, dilation = {1, 1};
};

} // namespace

static constexpr int64_t mostNumber = int64_t(1) << 24;

/// Returns a list of `count` numbers for each of `dimensions` as one for two
/// dimensions; the first one gets `fill`.
static std::optional<Integers> listOf(NodeTranslation &node,
                                      std::string_view name, size_t dimensions,
                                      size_t count, int64_t fill) {
  std::optional<Integers> values = node.integers(name);
  if (!values)
    return std::nullopt;
  if (values->size() != dimensions * count) {
    node.fail(fmt::format("the attribute '{}' has {} numbers; it must have {}",
                          name, values->size(), dimensions * count));
    return std::nullopt;
  }
  for (int64_t value : *values)
    if (value < 0 || value > mostNumber) {
      node.fail(fmt::format("the attribute '{}' is {}; its numbers must lie "
                            "between 0 and 2^24",
                            name, toText(*values)));
      return std::nullopt;
    }
  if (dimensions == 1)
    for (size_t i = 0; i < count; ++i)
      values->insert(values->begin() + 2 * i, fill);
  return values;
}

/// Chooses the padding with which the result is as large as the image divided
/// by the stride, rounded up; or times the stride, where windows are written.
static void padToSame(Window &window, const Extents &image, bool isTransposed,
                      bool isLower) {
  for (size_t k : {0, 1}) {
    int64_t stride = window.stride[k];
    int64_t span = (window.kernel[k] - 1) * window.dilation[k] + 1;
    int64_t count = (image[k] + stride - 1) / stride;
    int64_t missing = std::max<int64_t>(
        isTransposed ? span - stride : (count - 1) * stride + span - image[k],
        0);
    int64_t half = missing / 2;
    window.padding[k] = isLower ? missing - half : half;
    window.padding[k + 2] = missing - window.padding[k];
  }
}

/// Reads the attributes for windows of `kernel` on an image of these extents.
static Window windowOf(NodeTranslation &node, const Extents &kernel,
                       const Extents &image, bool isTransposed = false) {
  const size_t dimensions = image.size();
  Window window;
  auto widen = [&](Extents extents) {
    if (dimensions == 1)
      extents.insert(extents.begin(), 1);
    return extents;
  };
  window.kernel = widen(kernel);
  if (auto given = listOf(node, "strides", dimensions, 1, 1))
    window.stride = *given;
  if (auto given = listOf(node, "dilations", dimensions, 1, 1))
    window.dilation = *given;
  if (auto given = listOf(node, "pads", dimensions, 2, 0))
    window.padding = *given;
  std::string automatic = node.text("auto_pad", "NOTSET");
  bool isLower = automatic == "SAME_LOWER";
  if (node.failed())
    return window;
  if (llvm::is_contained(window.stride, 0) ||
      llvm::is_contained(window.dilation, 0))
    node.fail("strides and dilations must be at least 1");
  else if (automatic == "SAME_UPPER" || isLower)
    padToSame(window, widen(image), isTransposed, isLower);
  else if (automatic != "NOTSET" && automatic != "VALID")
    node.fail("the attribute 'auto_pad' is '" + automatic + "'");
  return window;
}

/// Returns the extents of the image, behind samples and channels. There must be
/// one or two.
static std::optional<Extents> imageOf(NodeTranslation &node) {
  Extents extents = node.extents(0);
  if (extents.size() == 3 || extents.size() == 4)
    return Extents(extents.begin() + 2, extents.end());
  node.fail(fmt::format("has an operand {}; images of one or two dimensions "
                        "are supported",
                        toText(extents)));
  return std::nullopt;
}

/// Returns images of one dimension as images of two.
static Value widened(NodeTranslation &node, Value images) {
  if (!images)
    return {};
  Extents extents(cast<RankedTensorType>(images.getType()).getShape());
  if (extents.size() == 3)
    extents.insert(extents.begin() + 2, 1);
  return node.reshape(images, extents);
}

/// Yields images, which have two dimensions, with as many as the node's have.
static void yieldNarrowed(NodeTranslation &node, Value images, size_t rank) {
  if (!images)
    return;
  Extents extents(cast<RankedTensorType>(images.getType()).getShape());
  if (rank == 3)
    extents.erase(extents.begin() + 2);
  node.yield(node.reshape(images, extents));
}

namespace {

/// What a convolution and a transposed one have in common.
struct Convolution {
  Window window;
  llvm::SmallVector<Value> operands;
  llvm::SmallVector<mlir::NamedAttribute> attributes;
};

} // namespace

/// Reads the operands and attributes.
static std::optional<Convolution> readConvolution(NodeTranslation &node,
                                                  bool isTransposed) {
  std::optional<Extents> image = imageOf(node);
  Extents weight = node.extents(1);
  if (node.failed())
    return std::nullopt;
  if (weight.size() != image->size() + 2) {
    node.fail(fmt::format("has a weight {} for an image of {} dimensions",
                          toText(weight), image->size()));
    return std::nullopt;
  }
  int64_t groups = node.integer("group", 1);
  if (groups < 1 || groups > mostNumber) {
    node.fail("the attribute 'group' must lie between 1 and 2^24");
    return std::nullopt;
  }
  Convolution made;
  made.window = windowOf(node, Extents(weight.begin() + 2, weight.end()),
                         *image, isTransposed);
  // PyTorch counts the terms of a transposed convolution in this way, too.
  Role role{Role::weight, 1};
  for (int64_t extent : ArrayRef(weight).drop_front())
    role.terms *= extent;
  made.operands = {widened(node, node.tensor(0)),
                   widened(node, node.parameter(1, role))};
  if (node.has(2))
    made.operands.push_back(node.parameter(2, role));
  made.attributes = {node.attr("stride", made.window.stride),
                     node.attr("padding", made.window.padding),
                     node.attr("dilation", made.window.dilation),
                     node.attr("groups", groups)};
  return node.failed() ? std::nullopt : std::optional(std::move(made));
}

namespace translators {

void conv(NodeTranslation &node) {
  auto made = readConvolution(node, /*isTransposed=*/false);
  if (made)
    yieldNarrowed(node, node.create<Conv2dOp>(made->operands, made->attributes),
                  node.extents(0).size());
}

void convTranspose(NodeTranslation &node) {
  auto made = readConvolution(node, /*isTransposed=*/true);
  if (!made)
    return;
  if (node.node.find("output_shape"))
    return node.fail("the attribute 'output_shape' is not supported; "
                     "output_padding is");
  size_t dimensions = node.extents(0).size() - 2;
  Integers extra = {0, 0};
  if (auto given = listOf(node, "output_padding", dimensions, 1, 0))
    extra = *given;
  // An extra position as large as the stride is one that isn't cut off.
  for (size_t k : {0, 1}) {
    int64_t whole =
        std::min(extra[k] / made->window.stride[k] * made->window.stride[k],
                 made->window.padding[k + 2]);
    extra[k] -= whole;
    made->window.padding[k + 2] -= whole;
  }
  made->attributes[1] = node.attr("padding", made->window.padding);
  made->attributes.push_back(node.attr("output_padding", extra));
  yieldNarrowed(
      node, node.create<ConvTranspose2dOp>(made->operands, made->attributes),
      node.extents(0).size());
}

/// Reads the window of a pooling op.
static std::optional<llvm::SmallVector<mlir::NamedAttribute>>
readPooling(NodeTranslation &node) {
  std::optional<Extents> image = imageOf(node);
  std::optional<Integers> kernel = node.integers("kernel_shape");
  if (node.failed())
    return std::nullopt;
  if (!kernel || kernel->size() != image->size()) {
    node.fail(fmt::format("the attribute 'kernel_shape' must have {} numbers",
                          image->size()));
    return std::nullopt;
  }
  Window window = windowOf(node, *kernel, *image);
  if (node.failed())
    return std::nullopt;
  llvm::SmallVector<mlir::NamedAttribute> attributes = {
      node.attr("kernel", window.kernel), node.attr("stride", window.stride),
      node.attr("padding", window.padding),
      node.attr("dilation", window.dilation)};
  if (node.integer("ceil_mode", 0) != 0)
    attributes.emplace_back(node.builder.getStringAttr("ceil"),
                            node.builder.getUnitAttr());
  return attributes;
}

void maxPool(NodeTranslation &node) {
  if (node.node.outputs.size() > 1 &&
      node.graph.countReaders(node.node.outputs[1]))
    return node.fail("its second output, the places of the largest elements, "
                     "is not supported");
  if (node.integer("storage_order", 0) != 0)
    return node.fail("the attribute 'storage_order' must be 0");
  if (auto attributes = readPooling(node))
    yieldNarrowed(
        node,
        node.create<MaxPool2dOp>({widened(node, node.tensor(0))}, *attributes),
        node.extents(0).size());
}

void averagePool(NodeTranslation &node) {
  auto attributes = readPooling(node);
  if (!attributes)
    return;
  if (node.integer("count_include_pad", 0) != 0)
    attributes->emplace_back(node.builder.getStringAttr("count_padding"),
                             node.builder.getUnitAttr());
  yieldNarrowed(
      node,
      node.create<AvgPool2dOp>({widened(node, node.tensor(0))}, *attributes),
      node.extents(0).size());
}

} // namespace translators
} // namespace layerpipe::onnx
