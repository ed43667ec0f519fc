//===- CopySample.cpp - From a data set into a batch ----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Values become what the network gets while they are copied into a batch.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Data/DataSet.h"

#include <algorithm>

using namespace layerpipe::runtime;

/// Divides pixels by 255. Divisions are exact, so wider vectors give the same
/// bits. `inline` has each caller compiled for its own instructions.
__attribute__((always_inline)) static inline void
divide(const uint8_t *pixels, int64_t count, float *values) {
  for (int64_t e = 0; e < count; ++e)
    values[e] = float(pixels[e]) / 255.0f;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static void
divideWide(const uint8_t *pixels, int64_t count, float *values) {
  divide(pixels, count, values);
}
#endif

/// Converts pixels to floats. This is the loader's main work. With as many
/// processors as CPUs it runs on a CPU that a processor wants, so it must be
/// short.
static void toFloats(const uint8_t *pixels, int64_t count, float *values) {
#if defined(__x86_64__)
  static const bool wide = __builtin_cpu_supports("avx2");
  if (wide)
    return divideWide(pixels, count, values);
#endif
  divide(pixels, count, values);
}

static void copyTarget(const LabelValues &data, int64_t sample, int64_t place,
                       const Labels &labels, void *labelValues) {
  if (labels.kind == LabelKind::Class) {
    const int64_t count = labels.valuesPerSample();
    std::copy_n(data.labels.data() + sample * count, count,
                static_cast<int32_t *>(labelValues) + place * count);
    return;
  }
  float *row = static_cast<float *>(labelValues) + place * labels.classes;
  if (!data.targets.empty()) {
    std::copy_n(data.targets.data() + sample * labels.classes, labels.classes,
                row);
    return;
  }
  std::fill_n(row, labels.classes, 0.0f);
  row[data.labels[sample]] = 1.0f;
}

static void copyInput(const InputValues &data, int64_t sample, int64_t place,
                      int64_t elements, float *input) {
  const int64_t first = sample * elements;
  float *values = input + place * elements;
  if (data.pixels.empty())
    std::copy_n(data.values.data() + first, elements, values);
  else
    toFloats(data.pixels.data() + first, elements, values);
}

void layerpipe::runtime::copySample(const DataSet &data, int64_t sample,
                                    int64_t place, const Manifest &manifest,
                                    const HostBatch &batch) {
  for (size_t i = 0; i < batch.inputs.size(); ++i)
    copyInput(data.inputs[i], sample, place,
              manifest.inputs[i].elementsPerSample(), batch.inputs[i]);
  for (size_t i = 0; i < batch.labels.size(); ++i)
    copyTarget(data.labels[i], sample, place, manifest.labels[i],
               batch.labels[i]);
}
