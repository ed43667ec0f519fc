//===- Augmenter.cpp - Images that vary from epoch to epoch ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An image moves first, with zeros where nothing was, and is then mirrored.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Preparation.h"

#include "layerpipe/Base/Numbers.h"
#include "layerpipe/Runtime/Random.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

using namespace layerpipe;
using namespace layerpipe::runtime;

/// Reads one change; each may be there once.
static Result<void> readChange(std::string_view word, int64_t mostShift,
                               Augmentation &augmentation) {
  constexpr std::string_view crop = "crop=";
  if (word == "flip" && !std::exchange(augmentation.flip, true))
    return {};
  if (!word.starts_with(crop) || augmentation.shift > 0)
    return Error{fmt::format("--augment: '{}' is none of flip and crop=N, or "
                             "stands twice",
                             word)};
  Result<int64_t> shift = base::parseNumber(
      word.substr(crop.size()), base::Limits<int64_t>{1, mostShift});
  if (!shift)
    return Error{fmt::format("--augment: crop: {}", shift.error().message)};
  augmentation.shift = *shift;
  return {};
}

Result<Augmentation>
layerpipe::runtime::parseAugmentation(const std::string &text,
                                      const Manifest &manifest) {
  const std::vector<int64_t> &shape = manifest.inputs.front().shape;
  if (shape.size() != 4 || std::min(shape[2], shape[3]) < 2)
    return Error{fmt::format("--augment varies images, but a sample of {} is "
                             "none: its input is not batch x channels x height "
                             "x width, with two rows and columns at least",
                             manifest.name)};
  Augmentation augmentation;
  std::string_view rest = text;
  for (bool more = true; more;) {
    const size_t comma = rest.find(',');
    Result<void> read = readChange(
        rest.substr(0, comma), std::min(shape[2], shape[3]) - 1, augmentation);
    if (!read)
      return read.error();
    more = comma != std::string_view::npos;
    if (more)
      rest.remove_prefix(comma + 1);
  }
  return augmentation;
}

Augmenter::Augmenter(const Manifest &manifest, Augmentation augmentation,
                     uint64_t seed)
    : augmentation(augmentation), seed(seed) {
  if (!augmentation.flip && augmentation.shift == 0)
    return;
  channels = manifest.inputs.front().shape[1];
  height = manifest.inputs.front().shape[2];
  width = manifest.inputs.front().shape[3];
  image.resize(channels * height * width);
}

void Augmenter::copyRow(const float *from, float *to, int64_t right,
                        bool mirrored) const noexcept {
  const int64_t begin = std::max<int64_t>(right, 0);
  const int64_t end = std::min(width, width + right);
  std::fill_n(to, width, 0.0f);
  if (mirrored)
    for (int64_t x = begin; x < end; ++x)
      to[width - 1 - x] = from[x - right];
  else
    std::copy(from + begin - right, from + end - right, to + begin);
}

void Augmenter::apply(float *values, int64_t epoch, int64_t sample) noexcept {
  if (image.empty())
    return;
  const uint64_t bits =
      randomBits(seed, RandomStream::augmentation + uint64_t(epoch), sample);
  const bool mirrored = augmentation.flip && (bits & 1) != 0;
  const uint64_t places = 2 * augmentation.shift + 1;
  const int64_t down =
      int64_t((bits >> 1 & 0x7fffffff) % places) - augmentation.shift;
  const int64_t right = int64_t((bits >> 32) % places) - augmentation.shift;
  std::copy_n(values, image.size(), image.begin());
  for (int64_t c = 0; c < channels; ++c)
    for (int64_t y = 0; y < height; ++y) {
      float *row = values + (c * height + y) * width;
      const int64_t source = y - down;
      if (source < 0 || source >= height)
        std::fill_n(row, width, 0.0f);
      else
        copyRow(image.data() + (c * height + source) * width, row, right,
                mirrored);
    }
}
