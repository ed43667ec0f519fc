//===- ProfileAxes.cpp - Along what a profile's layers are cut ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProfileAxes.h"

#include <algorithm>
#include <charconv>
#include <vector>

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

/// Returns whether modules of this name compute each sample of a batch for
/// itself. Those with the statistics of a batch, such as BatchNorm, don't.
bool treatsSamplesApart(std::string_view name) {
  constexpr std::string_view known[] = {
      "Conv", "Linear",  "ReLU", "MaxPool",   "AvgPool",    "Dropout",
      "Add",  "Concat",  "View", "Flatten",   "Identity",   "Embedding",
      "LSTM", "GRU",     "RNN",  "LayerNorm", "GroupNorm",  "Sigmoid",
      "Tanh", "Softmax", "GELU", "SiLU",      "LogSoftmax", "AdaptiveAvgPool"};
  return std::any_of(
      std::begin(known), std::end(known),
      [&](std::string_view start) { return name.starts_with(start); });
}

/// Returns the names of the modules that a description names and that contain
/// no others, as PyTorch writes them: "Block( (first): LSTM(8, 8) (second):
/// Linear(in_features=8, out_features=4))" has LSTM and Linear.
std::vector<std::string_view> innermostModules(std::string_view description) {
  constexpr std::string_view beforeModule = "): ";
  std::vector<std::string_view> names;
  while (!description.empty()) {
    size_t open = std::min(description.find('('), description.size());
    std::string_view name = description.substr(0, open);
    description.remove_prefix(std::min(open + 1, description.size()));
    size_t content = description.find_first_not_of(' ');
    bool contains =
        content != std::string_view::npos && description[content] == '(';
    if (!contains)
      names.push_back(name);
    size_t next = description.find(beforeModule);
    if (next == std::string_view::npos)
      break;
    description.remove_prefix(next + beforeModule.size());
  }
  return names;
}

/// Returns whether a module and all that it contains compute each sample for
/// itself. What joins the modules of a container is taken to do so, too.
bool cutsBySample(std::string_view description) {
  std::vector<std::string_view> names = innermostModules(description);
  return std::all_of(names.begin(), names.end(), treatsSamplesApart);
}

} // namespace

LayerAxes describedAxes(std::string_view description) {
  LayerAxes axes;
  axes.samples = cutsBySample(description) ? 1 : 0;
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
