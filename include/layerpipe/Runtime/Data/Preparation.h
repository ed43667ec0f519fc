//===- Preparation.h - Inputs before the network gets them ------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Samples are normalized, and images of training data are flipped and shifted,
// in the batch into which they were copied.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_DATA_PREPARATION_H
#define LAYERPIPE_RUNTIME_DATA_PREPARATION_H

#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace layerpipe::runtime {

/// A value v of channel c becomes (v - means[c]) / deviations[c]. Empty lists
/// mean that values stay as they are.
struct Normalization {
  std::vector<float> means, deviations;
};

/// Says how images vary. By default they don't.
struct Augmentation {
  bool flip = false; ///< Half of them are mirrored.
  int64_t shift = 0; ///< Each moves by up to so many pixels in each direction.
};

/// Reads "MEAN[,MEAN...]:STD[,STD...]", with one number for all channels or one
/// for each. Channels are the dimension of the input behind the batch.
Result<Normalization> parseNormalization(const std::string &text,
                                         const Manifest &manifest);

/// Reads "flip", "crop=N", or both, separated by a comma. The program's input
/// must be images, which are larger than N pixels.
Result<Augmentation> parseAugmentation(const std::string &text,
                                       const Manifest &manifest);

class Normalizer {
public:
  Normalizer(const Manifest &manifest, Normalization normalization);

  /// Normalizes the values of a sample in place.
  void apply(float *values) const noexcept;

private:
  Normalization normalization;
  int64_t plane; ///< A channel has so many values.
};

class Augmenter {
public:
  Augmenter(const Manifest &manifest, Augmentation augmentation, uint64_t seed);

  /// Varies an image in place. What happens is a function of the seed, the
  /// epoch and the sample's place in the file.
  void apply(float *values, int64_t epoch, int64_t sample) noexcept;

private:
  /// Copies a row of the image, moved by `right` and mirrored or not.
  void copyRow(const float *from, float *to, int64_t right,
               bool mirrored) const noexcept;

  Augmentation augmentation;
  uint64_t seed;
  int64_t channels = 0, height = 0, width = 0;
  std::vector<float> image; ///< Holds a sample while it varies.
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_DATA_PREPARATION_H
