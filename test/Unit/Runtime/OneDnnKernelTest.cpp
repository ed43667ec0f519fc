//===- OneDnnKernelTest.cpp - oneDNN's kernels against plain loops --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random shapes of every op that oneDNN computes; the same arguments give the
// same bits; the sizes of the first networks.
//
//===----------------------------------------------------------------------===//

#include "KernelHarness.h"

#include "layerpipe/Runtime/ProgramABI.h"

using namespace layerpipe::runtime;
using Attributes = std::map<std::string, int64_t>;

static KernelLibrary &oneDnn() {
  return *static_cast<KernelLibrary *>(layerpipe_kernel_library_onednn());
}

/// The tolerance follows from the number of terms of a sum, at most `terms`, of
/// products that are at most 1: each term is rounded, and so is each partial
/// sum, which grows with the root of their number.
static void compare(const std::string &op, const Attributes &attributes,
                    double terms, Random &random) {
  KernelDescription description{op, attributes};
  SCOPED_TRACE(description.toString());
  std::vector<Values> inputs = randomInputs(description, random);
  std::vector<Values> expected =
      execute(referenceKernelLibrary(), description, inputs);
  std::vector<Values> actual = execute(oneDnn(), description, inputs);
  ASSERT_EQ(actual.size(), expected.size());
  float tolerance = float(1e-6 * (1 + std::sqrt(terms)) + 0x1p-24 * terms);
  for (size_t i = 0; i < actual.size(); ++i)
    EXPECT_THAT(actual[i],
                testing::Pointwise(testing::FloatNear(tolerance), expected[i]));
  EXPECT_EQ(actual, execute(oneDnn(), description, inputs));
}

static void compareLinear(const Attributes &a, Random &random) {
  double terms = double(std::max({a.at("batch"), a.at("in"), a.at("out")}));
  for (const char *suffix : {"", "_grad_input", "_grad_weight", "_backward"})
    compare(std::string("linear") + suffix, a, terms, random);
}

static void compareConv(const Attributes &a, Random &random) {
  double window = double(a.at("kernel_h") * a.at("kernel_w"));
  double terms =
      std::max({window * double(a.at("in_channels")),
                window * double(a.at("out_channels")),
                double(a.at("batch") * a.at("height") * a.at("width"))});
  for (const char *suffix : {"", "_grad_input", "_grad_weight", "_backward"})
    compare(std::string("conv2d") + suffix, a, terms, random);
}

TEST(OneDnnKernels, RandomLinear) {
  Random random(11);
  for (int i = 0; i < 15; ++i)
    compareLinear(randomLinear(random, 150), random);
}

TEST(OneDnnKernels, RandomConv2d) {
  Random random(12);
  for (int i = 0; i < 20; ++i)
    compareConv(randomConv(random), random);
}

TEST(OneDnnKernels, RandomPooling) {
  Random random(13);
  for (int i = 0; i < 15; ++i)
    for (const char *op :
         {"avg_pool2d", "avg_pool2d_grad", "max_pool2d", "max_pool2d_grad"})
      compare(op, randomPool(random), 9, random);
}

TEST(OneDnnKernels, LayersOfTheFirstNetworks) {
  Random random(14);
  compareLinear({{"batch", 64}, {"in", 256}, {"out", 10}, {"has_bias", 1}},
                random);
  Attributes conv = {{"batch", 8},    {"in_channels", 1},  {"height", 28},
                     {"width", 28},   {"out_channels", 6}, {"kernel_h", 5},
                     {"kernel_w", 5}, {"stride", 1},       {"padding", 2},
                     {"has_bias", 1}};
  compareConv(conv, random);
  conv["in_channels"] = 6;
  conv["out_channels"] = 16;
  conv["height"] = conv["width"] = 14;
  conv["padding"] = 0;
  compareConv(conv, random);
}

TEST(OneDnnKernels, LossesComeFromTheReference) {
  KernelDescription description{"mean_squared_error", {{"elements", 5}}};
  Random random(15);
  std::vector<Values> inputs = randomInputs(description, random);
  EXPECT_EQ(execute(oneDnn(), description, inputs),
            execute(referenceKernelLibrary(), description, inputs));
  EXPECT_FALSE(oneDnn().prepare({"fft", {}}));
  EXPECT_FALSE(oneDnn().prepare({"linear", {{"batch", 0}}}));
}
