//===- ReferenceKernelTest.cpp - Tests of the reference kernels -----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Forward kernels on examples worked out by hand; gradients against finite
// differences of the forward kernels; refused descriptions.
//
//===----------------------------------------------------------------------===//

#include "KernelHarness.h"

using namespace layerpipe::runtime;
using testing::ElementsAre;
using testing::HasSubstr;
using Attributes = std::map<std::string, int64_t>;

static KernelLibrary &library() { return referenceKernelLibrary(); }

/// d/d(inputs[which][at]) of Σ weight · output, by central differences.
static double differenceQuotient(const KernelDescription &forward,
                                 std::vector<Values> inputs,
                                 const Values &weights, size_t which,
                                 size_t at) {
  const float step = 0x1p-5f;
  auto value = [&](float x) {
    inputs[which][at] = x;
    Values y = execute(library(), forward, inputs)[0];
    double sum = 0;
    for (size_t i = 0; i < y.size(); ++i)
      sum += double(weights[i]) * y[i];
    return sum;
  };
  float x = inputs[which][at];
  return (value(x + step) - value(x - step)) / (2.0 * step);
}

/// Compares a few elements of `gradient` of input `which` with differences.
static void checkGradient(const KernelDescription &forward,
                          const std::vector<Values> &inputs,
                          const Values &weights, size_t which,
                          const Values &gradient, Random &random) {
  ASSERT_EQ(gradient.size(), inputs[which].size());
  for (int i = 0; i < 12; ++i) {
    size_t at = random() % gradient.size();
    EXPECT_NEAR(gradient[at],
                differenceQuotient(forward, inputs, weights, which, at), 2e-3)
        << forward.toString() << ", input " << which << ", element " << at;
  }
}

/// Of a layer with weights: all three backward forms.
static void checkLayer(const std::string &op, const Attributes &attributes,
                       Random &random) {
  KernelDescription forward{op, attributes};
  std::vector<Values> inputs = randomInputs(forward, random);
  Values dy = randomValues(random, signatureOf(forward).outputs[0]);
  Values dx =
      execute(library(), {op + "_grad_input", attributes}, {dy, inputs[1]})[0];
  std::vector<Values> dw =
      execute(library(), {op + "_grad_weight", attributes}, {dy, inputs[0]});
  checkGradient(forward, inputs, dy, 0, dx, random);
  checkGradient(forward, inputs, dy, 1, dw[0], random);
  if (attributes.at("has_bias"))
    checkGradient(forward, inputs, dy, 2, dw[1], random);
  std::vector<Values> both = {dx};
  both.insert(both.end(), dw.begin(), dw.end());
  EXPECT_EQ(execute(library(), {op + "_backward", attributes},
                    {dy, inputs[0], inputs[1]}),
            both);
}

TEST(ReferenceKernels, LinearByHand) {
  KernelDescription linear{
      "linear", {{"batch", 2}, {"in", 2}, {"out", 1}, {"has_bias", 1}}};
  EXPECT_THAT(execute(library(), linear, {{1, 2, 3, 4}, {10, 1}, {0.5f}})[0],
              ElementsAre(12.5f, 34.5f));
}

TEST(ReferenceKernels, Conv2dByHand) {
  // A 2 x 2 kernel on a 2 x 2 image with padding 1 and stride 2: each window
  // sees one corner.
  KernelDescription conv{"conv2d",
                         {{"batch", 1},
                          {"in_channels", 1},
                          {"height", 2},
                          {"width", 2},
                          {"out_channels", 1},
                          {"kernel_h", 2},
                          {"kernel_w", 2},
                          {"stride_h", 2},
                          {"stride_w", 2},
                          {"pad_top", 1},
                          {"pad_left", 1},
                          {"pad_bottom", 1},
                          {"pad_right", 1},
                          {"has_bias", 0}}};
  EXPECT_THAT(execute(library(), conv, {{1, 2, 3, 4}, {1000, 100, 10, 1}})[0],
              ElementsAre(1, 20, 300, 4000));
}

TEST(ReferenceKernels, TransposedConvolutionByHand) {
  // Each element of a 2 x 1 image spreads over rows of two, three apart.
  KernelDescription conv{"conv_transpose2d",
                         {{"batch", 1},
                          {"in_channels", 1},
                          {"height", 6},
                          {"width", 1},
                          {"out_channels", 1},
                          {"kernel_h", 2},
                          {"kernel_w", 1},
                          {"stride_h", 3},
                          {"has_bias", 1}}};
  EXPECT_THAT(execute(library(), conv, {{1, 2}, {10, 100}, {5}})[0],
              ElementsAre(15, 105, 5, 25, 205, 5));
}

TEST(ReferenceKernels, AveragesByHand) {
  // Windows of 3 with stride 2 on 5 elements and a padding of 1 on the left:
  // two of them, and with ceil a third one of two elements.
  KernelDescription pool{"avg_pool2d",
                         {{"batch", 1},
                          {"channels", 1},
                          {"height", 1},
                          {"width", 5},
                          {"kernel_h", 1},
                          {"kernel_w", 3},
                          {"stride_w", 2},
                          {"pad_left", 1}}};
  auto averages = [&] {
    return execute(library(), pool, {{6, 12, 18, 30, 42}})[0];
  };
  EXPECT_THAT(averages(), ElementsAre(9, 20));
  pool.attributes["count_padding"] = 1;
  EXPECT_THAT(averages(), ElementsAre(6, 20));
  pool.attributes["ceil"] = 1;
  EXPECT_THAT(averages(), ElementsAre(6, 20, 36));
}

TEST(ReferenceKernels, GradientsOfLinear) {
  Random random(1);
  for (int i = 0; i < 10; ++i)
    checkLayer("linear", randomLinear(random, 12), random);
}

TEST(ReferenceKernels, GradientsOfConv2d) {
  Random random(2);
  for (int i = 0; i < 6; ++i) {
    checkLayer("conv2d", randomConv(random), random);
    checkLayer("conv2d", randomGroupedConv(random), random);
    checkLayer("conv_transpose2d", randomConv(random), random);
    checkLayer("conv_transpose2d", randomGroupedConv(random), random);
  }
}

TEST(ReferenceKernels, GradientsOfAveragePooling) {
  Random random(3);
  for (int i = 0; i < 10; ++i) {
    Attributes attributes = randomPool(random, /*maximum=*/false);
    KernelDescription forward{"avg_pool2d", attributes};
    std::vector<Values> inputs = randomInputs(forward, random);
    Values dy = randomValues(random, signatureOf(forward).outputs[0]);
    Values dx = execute(library(), {"avg_pool2d_grad", attributes}, {dy})[0];
    checkGradient(forward, inputs, dy, 0, dx, random);
  }
}

TEST(ReferenceKernels, MaximumPoolingTakesTheFirstOfEquals) {
  Attributes attributes = {{"batch", 1},    {"channels", 1}, {"height", 2},
                           {"width", 5},    {"kernel_h", 2}, {"kernel_w", 2},
                           {"stride_h", 2}, {"stride_w", 2}};
  Values x = {1, 3, 2, 2, 9, 3, 0, 2, 2, 9};
  EXPECT_THAT(execute(library(), {"max_pool2d", attributes}, {x})[0],
              ElementsAre(3, 2));
  EXPECT_THAT(
      execute(library(), {"max_pool2d_grad", attributes}, {{5, 7}, x})[0],
      ElementsAre(0, 5, 7, 0, 0, 0, 0, 0, 0, 0));
}

TEST(ReferenceKernels, MaximumPoolingPassesNaNOn) {
  Attributes attributes = {{"batch", 1}, {"channels", 1}, {"height", 1},
                           {"width", 3}, {"kernel_h", 1}, {"kernel_w", 1}};
  Values y = execute(library(), {"max_pool2d", attributes}, {{1, NAN, 2}})[0];
  EXPECT_TRUE(std::isnan(y[1]));
  attributes["height"] = attributes["width"] = 2;
  attributes["kernel_h"] = attributes["kernel_w"] = 2;
  y = execute(library(), {"max_pool2d", attributes}, {{1, NAN, 2, 3}})[0];
  EXPECT_TRUE(std::isnan(y[0]));
}

TEST(ReferenceKernels, CrossEntropyAndItsGradient) {
  Attributes attributes = {{"batch", 2}, {"classes", 3}};
  Values logits = {1, 2, 3, 1000, 0, -1000}; // No overflow in the second row.
  const int32_t labels[] = {2, 1};
  Values loss = execute(library(), {"softmax_cross_entropy", attributes},
                        {logits.data(), labels}, {1})[0];
  double sum = std::exp(-2.0) + std::exp(-1.0) + 1;
  EXPECT_NEAR(loss[0], (std::log(sum) + 1000) / 2, 1e-4);
  Values gradient =
      execute(library(), {"softmax_cross_entropy_grad", attributes},
              {logits.data(), labels}, {6})[0];
  Values expected = {float(std::exp(-2.0) / sum / 2),
                     float(std::exp(-1.0) / sum / 2),
                     float((1 / sum - 1) / 2),
                     0.5f,
                     -0.5f,
                     0};
  EXPECT_THAT(gradient,
              testing::Pointwise(testing::FloatNear(1e-6f), expected));
}

TEST(ReferenceKernels, SquaredErrorAndItsGradient) {
  Attributes attributes = {{"elements", 2}};
  EXPECT_THAT(execute(library(), {"mean_squared_error", attributes},
                      {{1, 5}, {3, 4}})[0],
              ElementsAre(2.5f));
  EXPECT_THAT(execute(library(), {"mean_squared_error_grad", attributes},
                      {{1, 5}, {3, 4}})[0],
              ElementsAre(-2, 1));
}

static std::string prepareError(const std::string &op,
                                const Attributes &attributes) {
  auto kernel = library().prepare({op, attributes});
  return kernel ? "" : kernel.error().message;
}

TEST(ReferenceKernels, SenselessDescriptionsAreRefused) {
  Attributes good = {{"batch", 1},   {"channels", 1}, {"height", 4},
                     {"width", 4},   {"kernel_h", 2}, {"kernel_w", 2},
                     {"stride_h", 2}};
  auto with = [&](const char *name, int64_t value) {
    Attributes changed = good;
    changed[name] = value;
    return prepareError("max_pool2d", changed);
  };
  EXPECT_EQ(prepareError("max_pool2d", good), "");
  EXPECT_THAT(prepareError("max_pool", good), HasSubstr("unknown op"));
  EXPECT_THAT(prepareError("max_pool2d", {}), HasSubstr("batch is missing"));
  EXPECT_THAT(with("stride_h", 0),
              HasSubstr("attribute stride_h must be within"));
  EXPECT_THAT(with("kernel_w", 5), HasSubstr("larger than the padded image"));
  EXPECT_THAT(with("pad_top", 2), HasSubstr("sees nothing of the image"));
  EXPECT_THAT(with("count_padding", 1), HasSubstr("unknown attributes"));
  EXPECT_THAT(with("ceil", 2), HasSubstr("attribute ceil must be within"));
  good["batch"] = good["channels"] = good["height"] = 1 << 20;
  EXPECT_THAT(prepareError("max_pool2d", good), HasSubstr("too large"));
}
