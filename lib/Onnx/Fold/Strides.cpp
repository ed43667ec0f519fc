//===- Strides.cpp - Where elements lie, and broadcasting -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Strides.h"

#include <fmt/format.h>

#include <algorithm>

namespace layerpipe::onnx {

Strides stridesOf(const Extents &extents) {
  Strides strides(extents.size());
  // A tensor without elements may have any extents; its strides are not used.
  uint64_t stride = 1;
  for (size_t i = extents.size(); i-- > 0;) {
    strides[i] = int64_t(stride);
    stride *= uint64_t(extents[i]);
  }
  return strides;
}

std::optional<Extents> broadcast(const Extents &a, const Extents &b) {
  if (a.size() < b.size())
    return broadcast(b, a);
  Extents both = a;
  size_t ahead = a.size() - b.size();
  for (size_t i = 0; i < b.size(); ++i) {
    int64_t &extent = both[ahead + i];
    if (extent == 1)
      extent = b[i];
    else if (b[i] != 1 && b[i] != extent)
      return std::nullopt;
  }
  return both;
}

Strides broadcastStrides(const Extents &from, const Extents &to) {
  Strides strides(to.size(), 0);
  const Strides own = stridesOf(from);
  size_t ahead = to.size() - from.size();
  for (size_t i = 0; i < from.size(); ++i)
    if (from[i] != 1)
      strides[ahead + i] = own[i];
  return strides;
}

std::optional<Extents> broadcastOperands(Folding &folding, size_t first,
                                         size_t last) {
  std::optional<Extents> extents = folding.type(first).extents;
  for (size_t i = first + 1; i <= last; ++i) {
    const Extents &next = folding.type(i).extents;
    std::optional<Extents> both = broadcast(*extents, next);
    if (!both) {
      folding.fail(fmt::format("its operands don't fit each other: extents {} "
                               "and {}",
                               toText(*extents), toText(next)));
      return std::nullopt;
    }
    extents = std::move(both);
  }
  return extents;
}

template <size_t N>
void forEachRow(const Extents &extents,
                const std::array<const Strides *, N> &strides,
                const std::array<int64_t, N> &offsets,
                const std::function<void(const Row<N> &)> &visit) {
  if (countElements(extents).value_or(0) == 0)
    return;
  Row<N> row{offsets, {}};
  if (extents.empty())
    return visit(row);
  const size_t last = extents.size() - 1;
  row.length = extents[last];
  for (size_t n = 0; n < N; ++n)
    row.steps[n] = (*strides[n])[last];
  auto move = [&](size_t dimension, int64_t by) {
    for (size_t n = 0; n < N; ++n)
      row.offsets[n] += (*strides[n])[dimension] * by;
  };
  Extents position(last, 0);
  for (;;) {
    visit(row);
    // The position counts up like the digits of a number.
    size_t dimension = last;
    while (dimension > 0 &&
           ++position[dimension - 1] == extents[dimension - 1]) {
      --dimension;
      move(dimension, 1 - extents[dimension]);
      position[dimension] = 0;
    }
    if (dimension == 0)
      return;
    move(dimension - 1, 1);
  }
}

#define LAYERPIPE_ROWS_OF(N)                                                   \
  template void forEachRow<N>(const Extents &,                                 \
                              const std::array<const Strides *, N> &,          \
                              const std::array<int64_t, N> &,                  \
                              const std::function<void(const Row<N> &)> &);
LAYERPIPE_ROWS_OF(1)
LAYERPIPE_ROWS_OF(2)
LAYERPIPE_ROWS_OF(3)
#undef LAYERPIPE_ROWS_OF

namespace {

/// Copies the elements of `size` bytes that strides show.
template <typename Unit>
void copyView(const Tensor &source, std::string &bytes, const Extents &extents,
              const Strides &strides, int64_t offset) {
  const char *data = source.bytes().data();
  ElementWriter<Unit> writer(bytes);
  forEachOffset<1>(
      extents, {&strides}, {offset}, [&](const std::array<int64_t, 1> &at) {
        writer.add(loadElement<Unit>(data + at[0] * int64_t(sizeof(Unit))));
      });
}

} // namespace

void yieldView(Folding &folding, const Tensor &source, Extents extents,
               const Strides &strides, int64_t offset) {
  const Extents walked = extents;
  yieldWalk(folding, source, std::move(extents), walked, strides, offset);
}

void yieldWalk(Folding &folding, const Tensor &source, Extents extents,
               const Extents &walked, const Strides &strides, int64_t offset) {
  TensorType type{source.element(), std::move(extents)};
  if (source.isSplat())
    return folding.yieldSplat(std::move(type), source.bytes());
  std::optional<std::string> bytes = folding.allocate(type);
  if (!bytes)
    return;
  switch (bytesOf(type.element)) {
  case 1:
    copyView<uint8_t>(source, *bytes, walked, strides, offset);
    break;
  case 2:
    copyView<uint16_t>(source, *bytes, walked, strides, offset);
    break;
  case 4:
    copyView<uint32_t>(source, *bytes, walked, strides, offset);
    break;
  default:
    copyView<uint64_t>(source, *bytes, walked, strides, offset);
    break;
  }
  folding.yield(std::move(type), std::move(*bytes));
}

} // namespace layerpipe::onnx
