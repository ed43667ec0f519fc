//===- KernelValuesTest.cpp - Values that are hard to compute -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Losses of large, close and far logits, and sums of many terms, in both
// libraries: against values in f64, and against what must not change them.
//
//===----------------------------------------------------------------------===//

#include "KernelHarness.h"

#include "layerpipe/Runtime/ProgramABI.h"

using namespace layerpipe::runtime;
using Attributes = std::map<std::string, int64_t>;

namespace {

class KernelValues : public testing::TestWithParam<const char *> {
protected:
  KernelLibrary &library() const {
    return GetParam() == std::string("reference")
               ? referenceKernelLibrary()
               : *static_cast<KernelLibrary *>(
                     layerpipe_kernel_library_portable());
  }
  /// The first output, or the only one, of an op whose inputs are constants.
  std::vector<Values> ofConstants(const std::string &op, Attributes attributes,
                                  const Values &constants) const {
    KernelDescription description{op, std::move(attributes)};
    std::vector<Values> inputs;
    for (size_t size : signatureOf(description).inputs)
      inputs.emplace_back(size, constants[inputs.size()]);
    return execute(library(), description, inputs);
  }
};

/// A batch of logits with labels.
struct Batch {
  int64_t classes;
  Values logits;
  std::vector<int32_t> labels;
};

struct LossAndGradient {
  float loss;
  Values gradient;
};

} // namespace

static LossAndGradient crossEntropy(KernelLibrary &library,
                                    const Batch &batch) {
  Attributes attributes = {{"batch", int64_t(batch.labels.size())},
                           {"classes", batch.classes}};
  std::vector<const void *> inputs = {batch.logits.data(), batch.labels.data()};
  return {execute(library, {"softmax_cross_entropy", attributes}, inputs,
                  {1})[0][0],
          execute(library, {"softmax_cross_entropy_grad", attributes}, inputs,
                  {batch.logits.size()})[0]};
}

/// Multiples of 1/64 in [-8, 8), so that small whole numbers are added to them
/// without rounding.
static Batch randomBatch(Random &random) {
  Batch batch{between(random, 2, 12), {}, {}};
  for (int64_t n = between(random, 1, 5); n > 0; --n) {
    batch.labels.push_back(int32_t(between(random, 0, batch.classes - 1)));
    for (int64_t c = 0; c < batch.classes; ++c)
      batch.logits.push_back(float(between(random, -512, 511)) / 64);
  }
  return batch;
}

TEST_P(KernelValues, EqualLogitsOfAnySize) {
  for (float size : {0.0f, 1.0f, 1e4f, 1e8f, -1e8f, 3e38f}) {
    auto [loss, gradient] =
        crossEntropy(library(), {2, {size, size, size, size}, {0, 1}});
    EXPECT_FLOAT_EQ(loss, std::log(2.0f)) << size;
    EXPECT_EQ(gradient, (Values{-0.25f, 0.25f, 0.25f, -0.25f})) << size;
  }
}

TEST_P(KernelValues, ShiftedLogitsGiveTheSameBits) {
  Random random(21);
  for (int round = 0; round < 200; ++round) {
    Batch batch = randomBatch(random), shifted = batch;
    for (size_t n = 0; n < batch.labels.size(); ++n) {
      auto shift = float(between(random, -100'000, 100'000));
      for (int64_t c = 0; c < batch.classes; ++c)
        shifted.logits[n * batch.classes + c] += shift;
    }
    auto [loss, gradient] = crossEntropy(library(), batch);
    auto [shiftedLoss, shiftedGradient] = crossEntropy(library(), shifted);
    ASSERT_EQ(loss, shiftedLoss) << "round " << round;
    ASSERT_EQ(gradient, shiftedGradient) << "round " << round;
  }
}

TEST_P(KernelValues, CrossEntropyAgreesWithWideArithmetic) {
  Random random(22);
  for (int round = 0; round < 200; ++round) {
    Batch batch = randomBatch(random);
    auto [loss, gradient] = crossEntropy(library(), batch);
    long double expectedLoss = 0;
    auto samples = (long double)batch.labels.size();
    for (size_t n = 0; n < batch.labels.size(); ++n) {
      const float *row = &batch.logits[n * batch.classes];
      long double total = 0;
      for (int64_t c = 0; c < batch.classes; ++c)
        total += std::exp((long double)row[c]);
      expectedLoss +=
          (std::log(total) - (long double)row[batch.labels[n]]) / samples;
      for (int64_t c = 0; c < batch.classes; ++c) {
        long double share = std::exp((long double)row[c]) / total;
        float expected =
            float((share - (c == batch.labels[n] ? 1 : 0)) / samples);
        ASSERT_FLOAT_EQ(gradient[n * batch.classes + c], expected)
            << "round " << round;
      }
    }
    ASSERT_FLOAT_EQ(loss, float(expectedLoss)) << "round " << round;
  }
}

TEST_P(KernelValues, SmallLossesKeepTheirDigits) {
  // The loss is log(1 + e^-d), which f32 takes for 1.907e-6 instead of 1.981e-6
  // at d = 13.132, and for 0 from d = 17 on, if it is computed as it is
  // written.
  for (double d : {1.0, 10.0, 13.132, 17.0, 30.0, 80.0}) {
    auto [loss, gradient] = crossEntropy(library(), {2, {float(d), 0}, {0}});
    double e = std::exp(-double(float(d)));
    EXPECT_FLOAT_EQ(loss, float(std::log1p(e))) << d;
    auto rest = float(e / (1 + e));
    EXPECT_FLOAT_EQ(gradient[0], -rest) << d;
    EXPECT_FLOAT_EQ(gradient[1], rest) << d;
  }
}

TEST_P(KernelValues, FarLogitsDontOverflow) {
  auto [loss, gradient] = crossEntropy(library(), {3, {3e38f, 0, -3e38f}, {1}});
  EXPECT_FLOAT_EQ(loss, 3e38f);
  EXPECT_EQ(gradient, (Values{1, -1, 0}));
}

TEST_P(KernelValues, LossesPassNaNOn) {
  for (size_t at : {0, 1, 2}) {
    Batch batch{3, {1, 2, 3}, {1}};
    batch.logits[at] = NAN;
    auto [loss, gradient] = crossEntropy(library(), batch);
    EXPECT_TRUE(std::isnan(loss)) << at;
    EXPECT_TRUE(std::isnan(gradient[1])) << at;
  }
}

TEST_P(KernelValues, MeansOfManyElements) {
  // In f32, 2^24 + 1 is 2^24: every square after the first one would be lost.
  const int64_t elements = 5000;
  Values prediction(elements, 1), target(elements, 0);
  prediction[0] = 4096;
  Values loss =
      execute(library(), {"mean_squared_error", {{"elements", elements}}},
              {prediction, target})[0];
  EXPECT_FLOAT_EQ(loss[0], float((0x1p24 + elements - 1) / elements));
}

TEST_P(KernelValues, MeansOverManySamples) {
  const int64_t samples = 5000;
  Batch batch{2, Values(2 * samples, 0), std::vector<int32_t>(samples, 0)};
  batch.logits[1] = 0x1p24f;
  EXPECT_FLOAT_EQ(
      crossEntropy(library(), batch).loss,
      float((0x1p24 + (samples - 1) * std::log(2.0)) / double(samples)));
}

TEST_P(KernelValues, BiasGradientsOfManyTerms) {
  const int64_t terms = 1 << 20;
  Attributes linear = {
      {"batch", terms}, {"in", 1}, {"out", 1}, {"has_bias", 1}};
  Attributes conv = {{"batch", 1},    {"in_channels", 1},  {"height", 1024},
                     {"width", 1024}, {"out_channels", 1}, {"kernel_h", 1},
                     {"kernel_w", 1}, {"has_bias", 1}};
  auto expected = float(double(0.1f) * double(terms));
  EXPECT_EQ(ofConstants("linear_grad_weight", linear, {0.1f, 0})[1][0],
            expected);
  EXPECT_EQ(ofConstants("linear_backward", linear, {0.1f, 0, 0})[2][0],
            expected);
  EXPECT_EQ(ofConstants("conv2d_grad_weight", conv, {0.1f, 0})[1][0], expected);
  EXPECT_EQ(ofConstants("conv2d_backward", conv, {0.1f, 0, 0})[2][0], expected);
}

TEST_P(KernelValues, AveragesOfLargeWindows) {
  for (int64_t size : {16, 17, 600}) {
    Attributes pool = {{"batch", 1},    {"channels", 2},    {"height", size},
                       {"width", size}, {"kernel_h", size}, {"kernel_w", size}};
    Values y = ofConstants("avg_pool2d", pool, {0.1f})[0];
    EXPECT_THAT(y, testing::Each(testing::FloatNear(0.1f, 1e-6f))) << size;
  }
}

/// What f32 can't sum up: the first term is 2^24, the others 1.
TEST(ReferenceKernelValues, SumsOfProductsKeepSmallTerms) {
  const int64_t terms = 4097;
  Values many(terms, 1), ones(terms, 1);
  many[0] = 0x1p24f;
  const float expected = 0x1p24f + 4096;
  auto first = [&](const std::string &op, const Attributes &attributes,
                   const std::vector<Values> &inputs) {
    return execute(referenceKernelLibrary(), {op, attributes}, inputs)[0][0];
  };
  EXPECT_EQ(first("linear",
                  {{"batch", 1}, {"in", terms}, {"out", 1}, {"has_bias", 0}},
                  {many, ones}),
            expected);
  EXPECT_EQ(first("linear_grad_input",
                  {{"batch", 1}, {"in", 1}, {"out", terms}, {"has_bias", 0}},
                  {many, ones}),
            expected);
  EXPECT_EQ(first("linear_grad_weight",
                  {{"batch", terms}, {"in", 1}, {"out", 1}, {"has_bias", 0}},
                  {many, ones}),
            expected);
  Attributes conv = {{"batch", 1},    {"in_channels", terms}, {"height", 1},
                     {"width", 1},    {"out_channels", 1},    {"kernel_h", 1},
                     {"kernel_w", 1}, {"has_bias", 0}};
  EXPECT_EQ(first("conv2d", conv, {many, ones}), expected);
  std::swap(conv["in_channels"], conv["out_channels"]);
  EXPECT_EQ(first("conv2d_grad_input", conv, {many, ones}), expected);
  conv["out_channels"] = 1;
  conv["width"] = terms;
  EXPECT_EQ(first("conv2d_grad_weight", conv, {many, ones}), expected);
}

/// Overlapping windows that all have their largest element, or a share, in the
/// same place.
TEST(ReferenceKernelValues, SumsOfOverlappingWindowsKeepSmallTerms) {
  const int64_t size = 65;
  Attributes pool = {{"batch", 1}, {"channels", 1},    {"height", 1},
                     {"width", 1}, {"kernel_h", size}, {"kernel_w", size}};
  pool["height"] = pool["width"] = 2 * size - 1;
  Values dy(size * size, 1), x((2 * size - 1) * (2 * size - 1), 0);
  dy[0] = 0x1p24f;
  const size_t middle = size_t(size - 1) * size_t(2 * size);
  x[middle] = 1;
  Values dx =
      execute(referenceKernelLibrary(), {"max_pool2d_grad", pool}, {dy, x})[0];
  EXPECT_EQ(dx[middle], 0x1p24f + float(size * size - 1));
  dx = execute(referenceKernelLibrary(), {"avg_pool2d_grad", pool}, {dy})[0];
  EXPECT_FLOAT_EQ(dx[middle], float((0x1p24 + double(size * size - 1)) /
                                    double(size * size)));
}

INSTANTIATE_TEST_SUITE_P(Libraries, KernelValues,
                         testing::Values("reference", "portable"),
                         [](const auto &info) { return info.param; });
