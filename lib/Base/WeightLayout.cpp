//===- WeightLayout.cpp - How the elements of weights lie -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Base/WeightLayout.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

using namespace layerpipe::base;

namespace {

/// Reads the two parts of a layout's text: `ABcd`, then `8b8a`.
class LayoutReader {
public:
  LayoutReader(std::string_view text, const std::vector<int64_t> &shape)
      : text(text), shape(shape), perBlock(shape.size(), 1),
        isCapital(shape.size()) {}

  std::optional<std::string> read();

  std::vector<size_t> order;
  std::vector<WeightLayout::Block> blocks;

private:
  std::optional<size_t> dimensionOf(char letter) const {
    if (letter < 'a' || size_t(letter - 'a') >= shape.size())
      return std::nullopt;
    return size_t(letter - 'a');
  }
  static char letterOf(size_t dimension) { return char('a' + dimension); }
  std::optional<std::string> readOrder();
  std::optional<std::string> readBlock();

  std::string_view text;
  const std::vector<int64_t> &shape;
  std::vector<int64_t> perBlock; ///< A block has so many of each dimension.
  std::vector<bool> isCapital;
};

} // namespace

static bool isDigit(char c) { return c >= '0' && c <= '9'; }
static bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }

std::optional<std::string> LayoutReader::readOrder() {
  std::vector<bool> seen(shape.size());
  while (!text.empty() && !isDigit(text[0])) {
    const bool capital = isUpper(text[0]);
    auto dimension = dimensionOf(capital ? char(text[0] - 'A' + 'a') : text[0]);
    if (!dimension || seen[*dimension])
      break;
    seen[*dimension] = true;
    isCapital[*dimension] = capital;
    order.push_back(*dimension);
    text.remove_prefix(1);
  }
  if (order.size() < shape.size() || (!text.empty() && !isDigit(text[0])))
    return fmt::format("it must begin with each of the letters a to {} once",
                       letterOf(shape.size() - 1));
  return std::nullopt;
}

std::optional<std::string> LayoutReader::readBlock() {
  constexpr int64_t largest = 1 << 20;
  int64_t size = 0;
  while (!text.empty() && isDigit(text[0]) && size <= largest) {
    size = 10 * size + (text[0] - '0');
    text.remove_prefix(1);
  }
  auto dimension = text.empty() ? std::nullopt : dimensionOf(text[0]);
  if (!dimension || size < 2 || size > largest)
    return "behind its order there must be blocks, each a size of at least 2 "
           "and a small letter, such as 8b";
  text.remove_prefix(1);
  perBlock[*dimension] *= size;
  blocks.push_back({*dimension, size});
  if (shape[*dimension] % perBlock[*dimension] != 0)
    return fmt::format("blocks of {} don't divide extent {} of dimension {}",
                       perBlock[*dimension], shape[*dimension],
                       letterOf(*dimension));
  return std::nullopt;
}

std::optional<std::string> LayoutReader::read() {
  if (auto problem = readOrder())
    return problem;
  while (!text.empty())
    if (auto problem = readBlock())
      return problem;
  for (size_t d = 0; d < shape.size(); ++d)
    if (isCapital[d] != (perBlock[d] > 1))
      return fmt::format("dimension {} has {}, so its letter in the order must "
                         "be {}",
                         letterOf(d), perBlock[d] > 1 ? "blocks" : "no blocks",
                         perBlock[d] > 1 ? "large" : "small");
  return std::nullopt;
}

Result<WeightLayout> WeightLayout::parse(std::string_view text,
                                         const std::vector<int64_t> &shape) {
  constexpr size_t mostDimensions = 12;
  if (shape.empty() || shape.size() > mostDimensions)
    return Error{
        fmt::format("a tensor of {} dimensions has no layout", shape.size())};
  LayoutReader reader(text, shape);
  if (text.empty())
    for (size_t d = 0; d < shape.size(); ++d)
      reader.order.push_back(d);
  else if (auto problem = reader.read())
    return Error{fmt::format("layout '{}' of weights [{}]: {}", text,
                             fmt::join(shape, ", "), *problem)};
  WeightLayout layout;
  layout.extents = shape;
  layout.inner = std::move(reader.blocks);
  std::vector<int64_t> outer = shape;
  int64_t stride = 1;
  for (const Block &block : layout.inner) {
    stride *= block.size;
    outer[block.dimension] /= block.size;
  }
  layout.outerStrides.resize(shape.size());
  for (auto d = reader.order.rbegin(); d != reader.order.rend(); ++d) {
    layout.outerStrides[*d] = stride;
    stride *= outer[*d];
  }
  layout.findOffsets();
  return layout;
}

/// Takes coordinates apart into those of their blocks, the innermost first.
void WeightLayout::findOffsets() {
  for (size_t d = 0; d < extents.size(); ++d) {
    std::vector<int64_t> &own = offsets.emplace_back(extents[d]);
    for (int64_t i = 0; i < extents[d]; ++i) {
      int64_t rest = i, stride = 1;
      for (auto block = inner.rbegin(); block != inner.rend(); ++block) {
        if (block->dimension == d) {
          own[i] += rest % block->size * stride;
          rest /= block->size;
        }
        stride *= block->size;
      }
      own[i] += rest * outerStrides[d];
    }
  }
}

bool WeightLayout::isRows() const {
  int64_t stride = 1;
  for (size_t d = extents.size(); d-- > 0; stride *= extents[d])
    for (int64_t i = 0; i < extents[d]; ++i)
      if (offsets[d][i] != i * stride)
        return false;
  return true;
}

/// Calls `move(row, own)` for each element's places.
template <typename Move>
static void forEachElement(const std::vector<std::vector<int64_t>> &offsets,
                           Move move) {
  const std::vector<int64_t> &last = offsets.back();
  std::vector<size_t> at(offsets.size() - 1, 0);
  for (int64_t row = 0;;) {
    int64_t start = 0;
    for (size_t d = 0; d < at.size(); ++d)
      start += offsets[d][at[d]];
    for (int64_t offset : last)
      move(row++, start + offset);
    size_t d = at.size();
    while (d > 0 && ++at[d - 1] == offsets[d - 1].size())
      at[--d] = 0;
    if (d == 0)
      return;
  }
}

void WeightLayout::fromRows(const float *rows, float *own) const {
  forEachElement(offsets,
                 [&](int64_t row, int64_t at) { own[at] = rows[row]; });
}

void WeightLayout::toRows(const float *own, float *rows) const {
  forEachElement(offsets,
                 [&](int64_t row, int64_t at) { rows[row] = own[at]; });
}
