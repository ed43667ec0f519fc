//===- SyntheticData.cpp - Data sets without files ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each number of a synthetic data set is a function of the seed and its place.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/DataSet.h"
#include "layerpipe/Runtime/Random.h"

#include <algorithm>

using namespace layerpipe::runtime;

namespace {

/// The endless synthetic data of a seed. All labels of a sample follow from its
/// first ones, as far as they have as many classes.
class Synthesis {
public:
  Synthesis(const Manifest &manifest, uint64_t seed)
      : manifest(manifest), seed(seed),
        positions(manifest.labels.front().positions()) {}

  /// Makes so many samples, from sample `first` on.
  DataSet samples(int64_t first, int64_t count) const;

private:
  uint64_t classAt(int64_t sample, int64_t position) const;
  void addInput(size_t input, int64_t sample, InputValues &to) const;
  void addLabels(const Labels &labels, int64_t sample, LabelValues &to) const;

  const Manifest &manifest;
  uint64_t seed;
  int64_t positions; ///< Those that the first labels have in a sample.
};

} // namespace

/// Draws of several kinds for one sample, or one element, are so far apart.
static constexpr uint64_t drawDistance = uint64_t(1) << 40;
/// The positions of a sample are divided into so many runs, each of one class.
static constexpr int64_t runs = 8;
/// One in so many positions is ignored, where any may be.
static constexpr uint64_t ignoredShare = 8;

/// Returns what the first labels say about a position.
uint64_t Synthesis::classAt(int64_t sample, int64_t position) const {
  // Labels are bytes, as in IDX files.
  const auto classes =
      uint64_t(std::min<int64_t>(manifest.labels.front().classes, 256));
  const auto run = uint64_t(position * runs / positions);
  return randomBits(seed, RandomStream::syntheticLabels,
                    uint64_t(sample) + run * drawDistance) %
         classes;
}

/// Appends a sample of an input. Where it has the positions of the labels, each
/// of its channels shows the class of each position.
void Synthesis::addInput(size_t input, int64_t sample, InputValues &to) const {
  const int64_t elements = manifest.inputs[input].elementsPerSample();
  const bool shows = positions > 1 && elements % positions == 0;
  const uint64_t base = input * drawDistance;
  const uint64_t own = classAt(sample, 0);
  for (int64_t e = 0; e < elements; ++e) {
    const uint64_t label = shows ? classAt(sample, e % positions) : own;
    const uint64_t prototype =
        randomBits(seed, RandomStream::syntheticPrototypes + label,
                   base + uint64_t(shows ? e / positions : e));
    const uint64_t noise =
        randomBits(seed, RandomStream::syntheticPixels + uint64_t(sample),
                   base + uint64_t(e));
    to.pixels.push_back(uint8_t(((prototype >> 56) + (noise >> 56)) / 2));
  }
}

/// Appends a sample's labels. Those of other positions than the first labels'
/// are those of the sample's first position.
void Synthesis::addLabels(const Labels &labels, int64_t sample,
                          LabelValues &to) const {
  const int64_t own = labels.positions();
  for (int64_t position = 0; position < own; ++position) {
    const uint64_t label = classAt(sample, own == positions ? position : 0) %
                           uint64_t(labels.classes);
    const uint64_t draw =
        randomBits(seed, RandomStream::syntheticLabels,
                   uint64_t(sample) + uint64_t(runs + position) * drawDistance);
    const bool ignores = labels.ignored && draw % ignoredShare == 0;
    to.labels.push_back(ignores ? *labels.ignored : int32_t(label));
  }
}

DataSet Synthesis::samples(int64_t first, int64_t count) const {
  DataSet set{count, std::vector<InputValues>(manifest.inputs.size()),
              std::vector<LabelValues>(manifest.labels.size())};
  for (size_t i = 0; i < set.inputs.size(); ++i)
    set.inputs[i].pixels.reserve(count *
                                 manifest.inputs[i].elementsPerSample());
  for (int64_t sample = first; sample < first + count; ++sample) {
    for (size_t i = 0; i < set.inputs.size(); ++i)
      addInput(i, sample, set.inputs[i]);
    for (size_t i = 0; i < set.labels.size(); ++i)
      addLabels(manifest.labels[i], sample, set.labels[i]);
  }
  return set;
}

DataSets layerpipe::runtime::syntheticDataSets(const Manifest &manifest,
                                               uint64_t seed) {
  constexpr int64_t mostSamples = 4096, mostBytes = int64_t(64) << 20;
  int64_t elements = 0;
  for (const Input &input : manifest.inputs)
    elements += input.elementsPerSample();
  for (const Labels &labels : manifest.labels)
    elements += labels.positions() - 1;
  int64_t samples = std::clamp<int64_t>(mostBytes / elements, 1, mostSamples);
  samples = std::max(samples, manifest.batch);
  int64_t tests = std::max<int64_t>(samples / 4, 1);
  const Synthesis synthesis(manifest, seed);
  return {synthesis.samples(0, samples), synthesis.samples(samples, tests)};
}
