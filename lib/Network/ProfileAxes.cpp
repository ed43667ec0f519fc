//===- ProfileAxes.cpp - Along what a profile's layers are cut ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProfileAxes.h"

#include <algorithm>
#include <charconv>

namespace layerpipe::network {

using namespace scheduling;

namespace {

/// No layer has more channels: so many elements are the most that a type of the
/// IR may have.
constexpr int64_t mostChannels = int64_t(1) << 48;

/// Returns the number of channels behind `key`; 0 if there is none, or none
/// that a layer can have.
int64_t channelsAfter(std::string_view text, std::string_view key) {
  size_t at = text.find(key);
  if (at == std::string_view::npos)
    return 0;
  text.remove_prefix(at + key.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  int64_t number = 0;
  auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  bool possible = error == std::errc() && number > 0 && number <= mostChannels;
  return possible ? number : 0;
}

/// Returns whether this module of PyTorch computes each sample of a batch for
/// itself.
bool treatsSamplesApart(std::string_view description) {
  constexpr std::string_view known[] = {
      "Conv",    "Linear", "ReLU",   "MaxPool", "AvgPool", "AdaptiveAvgPool",
      "Dropout", "Add",    "Concat", "View",    "Flatten", "Identity"};
  return std::any_of(
      std::begin(known), std::end(known),
      [&](std::string_view name) { return description.starts_with(name); });
}

} // namespace

LayerAxes describedAxes(std::string_view description) {
  LayerAxes axes;
  axes.samples = treatsSamplesApart(description) ? 1 : 0;
  if (description.starts_with("Conv2d(")) {
    axes.inputChannels = channelsAfter(description, "(");
    axes.outputChannels = channelsAfter(description, ",");
  } else if (description.starts_with("Linear(")) {
    axes.inputChannels = channelsAfter(description, "in_features=");
    axes.outputChannels = channelsAfter(description, "out_features=");
  }
  return axes;
}

std::optional<int64_t> describedSamples(std::string_view description,
                                        const Layer &layer) {
  constexpr int64_t bytesPerFloat = 4;
  int64_t row = layer.axes.outputChannels * bytesPerFloat;
  if (!description.starts_with("Linear(") || row == 0 ||
      layer.activationBytes % row != 0)
    return std::nullopt;
  return layer.activationBytes / row;
}

} // namespace layerpipe::network
