//===- Normalizer.cpp - Inputs of mean 0 and deviation 1 ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A value is the same in every run and on every CPU: no compiler may join a
// subtraction and a division.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/Preparation.h"

#include "layerpipe/Base/Numbers.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

using namespace layerpipe;
using namespace layerpipe::runtime;

static int64_t channelsOf(const Manifest &manifest) {
  return manifest.inputs.front().shape.size() > 1
             ? manifest.inputs.front().shape[1]
             : 1;
}

/// Reads numbers with commas between them; a single one counts for each
/// channel. `what` they are is told in errors.
static Result<std::vector<float>> readList(std::string_view text,
                                           const char *what,
                                           base::Limits<double> limits,
                                           const Manifest &manifest) {
  std::vector<float> numbers;
  for (bool more = true; more;) {
    const size_t comma = text.find(',');
    Result<double> number = base::parseNumber(text.substr(0, comma), limits);
    if (!number)
      return Error{fmt::format("--normalize: {}", number.error().message)};
    numbers.push_back(float(*number));
    more = comma != std::string_view::npos;
    if (more)
      text.remove_prefix(comma + 1);
  }
  const auto channels = size_t(channelsOf(manifest));
  if (numbers.size() != 1 && numbers.size() != channels)
    return Error{fmt::format(
        "--normalize has {} {}, but the input of {} has {} channels: give "
        "one{}",
        numbers.size(), what, manifest.name, channels,
        channels == 1 ? "" : fmt::format(" for all, or {}", channels))};
  if (numbers.size() == 1)
    numbers.resize(channels, numbers[0]);
  return numbers;
}

Result<Normalization>
layerpipe::runtime::parseNormalization(const std::string &text,
                                       const Manifest &manifest) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos)
    return Error{fmt::format("--normalize: '{}' has no colon; it must be "
                             "MEAN[,MEAN...]:STD[,STD...]",
                             text)};
  constexpr base::Limits<double> meanLimits{-1e38, 1e38};
  const std::string_view view = text;
  Result<std::vector<float>> means =
      readList(view.substr(0, colon), "means", meanLimits, manifest);
  if (!means)
    return means.error();
  Result<std::vector<float>> deviations =
      readList(view.substr(colon + 1), "standard deviations",
               base::positiveFloat, manifest);
  if (!deviations)
    return deviations.error();
  return Normalization{std::move(*means), std::move(*deviations)};
}

Normalizer::Normalizer(const Manifest &manifest, Normalization given)
    : normalization(std::move(given)),
      plane(manifest.inputs.front().elementsPerSample() /
            std::max<int64_t>(channelsOf(manifest), 1)) {}

void Normalizer::apply(float *values) const noexcept {
  for (size_t c = 0; c < normalization.means.size(); ++c) {
    const float mean = normalization.means[c];
    const float deviation = normalization.deviations[c];
    for (const float *end = values + plane; values != end; ++values)
      *values = (*values - mean) / deviation;
  }
}
