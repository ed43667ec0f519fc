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

/// Makes so many samples, from sample `first` on, of the endless synthetic data
/// of `seed`.
static DataSet syntheticSamples(const Manifest &manifest, uint64_t seed,
                                int64_t first, int64_t samples) {
  DataSet set{samples, manifest.input.elementsPerSample(), {}, {}, {}, {}};
  // Labels are bytes, as in IDX files.
  uint64_t classes = std::min<int64_t>(manifest.labels.classes, 256);
  set.pixels.reserve(samples * set.elements);
  for (int64_t s = first; s < first + samples; ++s) {
    uint64_t label =
        randomBits(seed, RandomStream::syntheticLabels, s) % classes;
    set.labels.push_back(int32_t(label));
    for (int64_t e = 0; e < set.elements; ++e) {
      uint64_t prototype =
          randomBits(seed, RandomStream::syntheticPrototypes + label, e);
      uint64_t noise = randomBits(seed, RandomStream::syntheticPixels + s, e);
      set.pixels.push_back(uint8_t(((prototype >> 56) + (noise >> 56)) / 2));
    }
  }
  return set;
}

DataSets layerpipe::runtime::syntheticDataSets(const Manifest &manifest,
                                               uint64_t seed) {
  constexpr int64_t mostSamples = 4096, mostBytes = int64_t(64) << 20;
  int64_t elements = manifest.input.elementsPerSample();
  int64_t samples = std::clamp<int64_t>(mostBytes / elements, 1, mostSamples);
  samples = std::max(samples, manifest.batch);
  int64_t tests = std::max<int64_t>(samples / 4, 1);
  return {syntheticSamples(manifest, seed, 0, samples),
          syntheticSamples(manifest, seed, samples, tests)};
}
