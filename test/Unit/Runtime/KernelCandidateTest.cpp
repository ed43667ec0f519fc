//===- KernelCandidateTest.cpp - Every candidate against the reference ----===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random shapes of every family, by every candidate that takes them: errors
// within a bound, the same bits with any workspace, guards around all memory.
//
//===----------------------------------------------------------------------===//

#include "CandidateHarness.h"

#include "layerpipe/Base/WeightLayout.h"

#include <set>

using namespace layerpipe;
using namespace layerpipe::runtime;

static constexpr int cases = 200;

static std::vector<Values> absolute(std::vector<Values> values) {
  for (Values &value : values)
    for (float &element : value)
      element = std::fabs(element);
  return values;
}

namespace {

/// Counts who was tried, and compares.
class Comparison {
public:
  /// Compares sums of products. An error is measured in units of 2^-24 times
  /// the sum of the products' absolute values, which is what one rounding of
  /// the largest partial sum may cost. Eight are allowed, and the worst that
  /// was seen is six. Winograd's algorithm adds up neighbours before it
  /// multiplies, so that an error comes from the largest of them: for it, the
  /// largest sum of all is taken, and twice as many units; the worst was eight.
  void compareSums(const KernelDescription &description, Random &random) {
    SCOPED_TRACE(description.toString());
    std::vector<Values> inputs = randomInputs(description, random);
    auto expected = execute(referenceKernelLibrary(), description, inputs);
    auto scale =
        execute(referenceKernelLibrary(), description, absolute(inputs));
    for (std::string_view candidate : library().candidatesFor(description)) {
      tried.emplace(candidate);
      SCOPED_TRACE(candidate);
      auto actual = computed(description, candidate, inputs);
      ASSERT_EQ(actual.size(), expected.size());
      expectClose(candidate, actual, expected, scale);
    }
  }

  /// Compares sums of products with weights, or their gradients, in a layout.
  void compareLayout(const KernelDescription &rows, const std::string &text,
                     const std::vector<int64_t> &shape, Random &random) {
    KernelDescription description = rows;
    description.weights = text;
    SCOPED_TRACE(description.toString());
    auto layout = base::WeightLayout::parse(text, shape);
    ASSERT_TRUE(layout) << layout.message();
    std::vector<Values> inputs = randomInputs(rows, random), own = inputs;
    auto expected = execute(referenceKernelLibrary(), rows, inputs);
    auto scale = execute(referenceKernelLibrary(), rows, absolute(inputs));
    const bool isBackward = rows.op.ends_with("_backward");
    const bool isGradient = isBackward || rows.op.ends_with("_grad_weight");
    if (isBackward || !isGradient) {
      const size_t weights = isBackward ? 2 : 1;
      layout->fromRows(inputs[weights].data(), own[weights].data());
    }
    for (std::string_view candidate : library().candidatesFor(description)) {
      tried.emplace(candidate);
      SCOPED_TRACE(candidate);
      auto actual = computed(description, candidate, own);
      ASSERT_EQ(actual.size(), expected.size());
      if (isGradient) {
        Values &gradient = actual[isBackward ? 1 : 0];
        const Values copy = gradient;
        layout->toRows(copy.data(), gradient.data());
      }
      expectClose(candidate, actual, expected, scale);
    }
  }

  void expectTried(const std::set<std::string> &names) const {
    EXPECT_THAT(tried, testing::IsSupersetOf(names));
  }

private:
  static void expectClose(std::string_view candidate,
                          const std::vector<Values> &actual,
                          const std::vector<Values> &expected,
                          const std::vector<Values> &scale) {
    const bool mixes = candidate == "onednn.winograd";
    double worst = 0;
    for (size_t i = 0; i < actual.size(); ++i) {
      float largest = *std::ranges::max_element(scale[i]);
      for (size_t j = 0; j < actual[i].size(); ++j)
        worst = std::max(worst, unitsBetween(actual[i][j], expected[i][j],
                                             mixes ? largest : scale[i][j]));
    }
    EXPECT_LE(worst, candidate == "reference" ? 0 : mixes ? 16 : 8);
  }

  /// NaN is infinitely far from any number.
  static double unitsBetween(float actual, float expected, float scale) {
    double difference = std::fabs(double(actual) - double(expected));
    if (difference == 0)
      return 0;
    double units = difference / (0x1p-24 * double(scale));
    return std::isnan(units) ? INFINITY : units;
  }

  std::set<std::string> tried;
};

} // namespace

static const char *const directions[] = {"", "_grad_input", "_grad_weight",
                                         "_backward"};

/// The names that a CPU with AVX-512 has beside `names`.
static std::set<std::string> with512(std::set<std::string> names,
                                     const std::set<std::string> &others) {
  if (__builtin_cpu_supports("avx512f"))
    names.insert(others.begin(), others.end());
  return names;
}

TEST(KernelCandidates, DenseLayersAreWithinEightUnits) {
  Random random(31);
  Comparison comparison;
  for (int i = 0; i < cases; ++i) {
    Attributes attributes = randomLinear(random, i % 10 ? 80 : 300);
    for (const char *direction : directions)
      comparison.compareSums({std::string("linear") + direction, attributes},
                             random);
  }
  comparison.expectTried(
      with512({"onednn.plain", "onednn.any", "openblas.haswell", "openblas.zen",
               "libxsmm", "libxsmm.samples", "vector", "reference"},
              {"openblas.skylakex"}));
}

/// Each product is made by the kernel of one.
TEST(KernelCandidates, ProductsOfActivationsAreWithinEightUnits) {
  Random random(38);
  Comparison comparison;
  for (int i = 0; i < cases; ++i) {
    Attributes attributes = {{"count", between(random, 1, 6)},
                             {"rows", between(random, 1, 40)},
                             {"columns", between(random, 1, 40)},
                             {"inner", between(random, 1, 40)}};
    if (i % 3 == 1)
      attributes["transpose_a"] = 1;
    if (i % 3 == 2)
      attributes["transpose_b"] = 1;
    comparison.compareSums({"matmul", attributes}, random);
  }
  comparison.expectTried(
      with512({"onednn.plain", "onednn.any", "openblas.haswell", "openblas.zen",
               "libxsmm", "libxsmm.samples", "vector", "reference"},
              {"openblas.skylakex"}));
}

/// Sizes of which Winograd's algorithm takes many.
static Attributes randomWinograd(Random &random) {
  Attributes attributes = randomConv(random);
  attributes["in_channels"] = 16 * between(random, 1, 2);
  attributes["out_channels"] = 16 * between(random, 1, 2);
  attributes["kernel_h"] = attributes["kernel_w"] = 3;
  attributes["height"] = between(random, 3, 14);
  attributes["width"] = between(random, 3, 14);
  for (const char *usual : {"stride_h", "stride_w", "dilation_h", "dilation_w"})
    attributes.erase(usual);
  setPadding(attributes, 1);
  return attributes;
}

TEST(KernelCandidates, ConvolutionsAreWithinEightUnits) {
  Random random(32);
  Comparison comparison;
  for (int i = 0; i < cases; ++i) {
    Attributes attributes = i % 4 ? randomConv(random) : randomWinograd(random);
    for (const char *direction : directions)
      comparison.compareSums({std::string("conv2d") + direction, attributes},
                             random);
  }
  comparison.expectTried(
      with512({"onednn.direct", "onednn.gemm", "openblas.haswell",
               "openblas.zen", "vector", "reference"},
              {"onednn.winograd", "openblas.skylakex"}));
}

TEST(KernelCandidates, GroupedConvolutionsAreWithinEightUnits) {
  Random random(41);
  Comparison comparison;
  for (int i = 0; i < cases; ++i) {
    Attributes attributes = randomGroupedConv(random);
    for (const char *direction : directions)
      comparison.compareSums({std::string("conv2d") + direction, attributes},
                             random);
  }
  comparison.expectTried(
      {"onednn.direct", "onednn.gemm", "vector", "reference"});
}

TEST(KernelCandidates, TransposedConvolutionsAreWithinEightUnits) {
  Random random(42);
  Comparison comparison;
  for (int i = 0; i < cases; ++i) {
    Attributes attributes =
        i % 4 ? randomConv(random) : randomGroupedConv(random);
    for (const char *direction : directions)
      comparison.compareSums(
          {std::string("conv_transpose2d") + direction, attributes}, random);
  }
  comparison.expectTried({"onednn.direct", "onednn.gemm", "openblas.haswell",
                          "vector", "reference"});
}

/// An element of dx meets few of many taps, or none.
TEST(KernelCandidates, StridesBeyondTheWindow) {
  Random random(43);
  Comparison comparison;
  Attributes attributes = {
      {"batch", 2},    {"in_channels", 4}, {"height", 150},  {"width", 3},
      {"kernel_h", 2}, {"kernel_w", 2},    {"stride_h", 70}, {"has_bias", 1},
      {"groups", 2},   {"out_channels", 4}};
  for (int64_t stride : {5, 64, 70}) {
    attributes["stride_h"] = stride;
    for (const char *direction : directions)
      comparison.compareSums({std::string("conv2d") + direction, attributes},
                             random);
  }
}

/// Returns a random order of the dimensions, some of them in blocks.
static std::string randomLayout(const std::vector<int64_t> &shape,
                                Random &random) {
  std::string order, blocks;
  for (size_t d = 0; d < shape.size(); ++d)
    order += char('a' + d);
  std::ranges::shuffle(order, random);
  std::vector<int64_t> left = shape;
  for (int block = int(between(random, 0, 3)); block > 0; --block) {
    const auto d = size_t(between(random, 0, int64_t(shape.size()) - 1));
    const int64_t size = int64_t(1) << between(random, 1, 4);
    if (left[d] % size != 0)
      continue;
    left[d] /= size;
    const char letter = char('a' + d);
    blocks += std::to_string(size) + letter;
    std::ranges::replace(order, letter, char('A' + d));
  }
  return order + blocks;
}

TEST(KernelCandidates, DenseLayersTakeWeightsInAnyLayout) {
  Random random(36);
  Comparison comparison;
  for (int i = 0; i < cases; ++i) {
    Attributes attributes = randomLinear(random, 40);
    attributes["in"] *= 4;
    attributes["out"] *= 2;
    const std::vector<int64_t> shape = {attributes["out"], attributes["in"]};
    for (const char *direction : directions)
      comparison.compareLayout({std::string("linear") + direction, attributes},
                               randomLayout(shape, random), shape, random);
  }
  comparison.expectTried({"onednn.any"});
}

TEST(KernelCandidates, ConvolutionsTakeWeightsInAnyLayout) {
  Random random(37);
  Comparison comparison;
  for (int i = 0; i < cases; ++i) {
    Attributes attributes = i % 4 ? randomConv(random) : randomWinograd(random);
    if (i % 2)
      attributes["in_channels"] = 8 * between(random, 1, 4);
    const std::vector<int64_t> shape = {
        attributes["out_channels"], attributes["in_channels"],
        attributes["kernel_h"], attributes["kernel_w"]};
    for (const char *direction : directions)
      comparison.compareLayout({std::string("conv2d") + direction, attributes},
                               randomLayout(shape, random), shape, random);
  }
  comparison.expectTried(with512({"onednn.direct"}, {"onednn.winograd"}));
}

TEST(KernelCandidates, WantedLayoutsAreLayoutsOfTheWeights) {
  Attributes conv = commonKernels()[2].attributes;
  size_t wishes = 0;
  for (const char *direction : {"", "_grad_input", "_grad_weight"}) {
    KernelDescription description{std::string("conv2d") + direction, conv};
    auto kernel = prepared(description, "onednn.direct");
    ASSERT_TRUE(kernel);
    for (const std::string &layout : kernel->wantedWeights()) {
      ++wishes;
      auto parsed = base::WeightLayout::parse(layout, {16, 16, 3, 3});
      ASSERT_TRUE(parsed) << parsed.message();
      EXPECT_FALSE(parsed->isRows());
      description.weights = layout;
      auto pleased = prepared(description, "onednn.direct");
      ASSERT_TRUE(pleased);
      // One copy of the weights less is in the workspace.
      EXPECT_LT(pleased->workspaceBytes(), kernel->workspaceBytes());
    }
  }
  EXPECT_GE(wishes, 1u);
}

TEST(KernelCandidates, OthersTakeRowsOnly) {
  KernelDescription description = commonKernels()[0];
  description.weights = "ba";
  description.candidate = "openblas.haswell";
  EXPECT_EQ(library().prepare(description).message(),
            "kernel linear(batch=33, has_bias=1, in=70, out=50, weights=ba): "
            "candidate 'openblas.haswell' can't make it: it takes weights in "
            "rows only; here it can be made by: onednn.any");
  description.weights = "bc";
  EXPECT_THAT(library().prepare(description).message(),
              testing::HasSubstr("layout 'bc' of weights [50, 70]: "));
  EXPECT_EQ(library()
                .prepare({"mean_squared_error", {{"elements", 9}}, "", "ba"})
                .message(),
            "kernel mean_squared_error(elements=9, weights=ba): it has no "
            "weights that could lie in a layout");
}

TEST(KernelCandidates, ConvolutionsOfManyTilesAgree) {
  Random random(33);
  Comparison comparison;
  Attributes attributes = {{"batch", 3},    {"in_channels", 3}, {"height", 70},
                           {"width", 75},   {"kernel_h", 1},    {"kernel_w", 1},
                           {"has_bias", 1}, {"out_channels", 5}};
  for (int64_t kernel : {1, 5})
    for (int64_t stride : {1, 2}) {
      attributes["kernel_h"] = attributes["kernel_w"] = kernel;
      attributes["stride_h"] = attributes["stride_w"] = stride;
      for (const char *direction : directions)
        comparison.compareSums({std::string("conv2d") + direction, attributes},
                               random);
    }
}

TEST(KernelCandidates, AveragesAreWithinEightUnits) {
  Random random(34);
  Comparison comparison;
  for (int i = 0; i < cases; ++i) {
    Attributes attributes = randomPool(random, /*maximum=*/false);
    for (const char *op : {"avg_pool2d", "avg_pool2d_grad"})
      comparison.compareSums({op, attributes}, random);
  }
  comparison.expectTried({"onednn.pool", "vector", "reference"});
}

/// Small whole numbers, of which many are equal, and some NaN.
static Values tiedValues(Random &random, size_t count) {
  Values values(count);
  for (float &value : values)
    value = random() % 50 == 0 ? NAN : float(between(random, -2, 2));
  return values;
}

TEST(KernelCandidates, MaximumPoolingIsTheReferenceBitForBit) {
  Random random(35);
  std::set<std::string> tried;
  for (int i = 0; i < cases; ++i)
    for (const char *op : {"max_pool2d", "max_pool2d_grad"}) {
      KernelDescription description{op, randomPool(random, /*maximum=*/true)};
      SCOPED_TRACE(description.toString());
      std::vector<Values> inputs = randomInputs(description, random);
      inputs.back() = tiedValues(random, inputs.back().size());
      Bits expected =
          bitsOf(execute(referenceKernelLibrary(), description, inputs));
      for (std::string_view candidate : library().candidatesFor(description)) {
        tried.emplace(candidate);
        ASSERT_EQ(bitsOf(computed(description, candidate, inputs)), expected)
            << candidate;
      }
    }
  EXPECT_EQ(tried, (std::set<std::string>{"vector", "reference"}));
}

TEST(KernelCandidates, CrossEntropiesAreTheReferenceToFourUlps) {
  Random random(36);
  for (int i = 0; i < cases; ++i) {
    int64_t batch = between(random, 1, 9), classes = between(random, 1, 40);
    Values logits = randomValues(random, size_t(batch * classes));
    for (float &logit : logits)
      logit *= i % 2 ? 5.0f : 500.0f;
    std::vector<int32_t> labels;
    for (int64_t n = 0; n < batch; ++n)
      labels.push_back(int32_t(between(random, 0, classes - 1)));
    for (bool gradient : {false, true}) {
      KernelDescription description{gradient ? "softmax_cross_entropy_grad"
                                             : "softmax_cross_entropy",
                                    {{"batch", batch}, {"classes", classes}}};
      SCOPED_TRACE(description.toString());
      std::vector<const void *> inputs = {logits.data(), labels.data()};
      std::vector<size_t> sizes = {gradient ? logits.size() : 1};
      Values expected =
          execute(referenceKernelLibrary(), description, inputs, sizes)[0];
      auto kernel = prepared(description, "vector");
      ASSERT_THAT(execute(*kernel, inputs, sizes)[0],
                  testing::Pointwise(testing::FloatEq(), expected));
    }
  }
}

/// Labels are those of positions, some of which are ignored, in a batch that is
/// a part of a larger one or not.
TEST(KernelCandidates, CrossEntropiesOfPositionsAreTheReferenceToFourUlps) {
  Random random(39);
  for (int i = 0; i < cases; ++i) {
    Attributes attributes = {{"batch", between(random, 1, 5)},
                             {"classes", between(random, 1, 20)},
                             {"positions", between(random, 1, 9)}};
    const int64_t count = attributes["batch"] * attributes["positions"];
    std::vector<int32_t> labels, population;
    for (int64_t n = 0; n < 3 * count; ++n)
      population.push_back(
          i % 2 && between(random, 0, 3) == 0
              ? -100
              : int32_t(between(random, 0, attributes["classes"] - 1)));
    labels.assign(population.begin(), population.begin() + count);
    Values logits = randomValues(random, size_t(count * attributes["classes"]));
    std::vector<const void *> inputs = {logits.data(), labels.data()};
    if (i % 2)
      attributes["ignored"] = -100;
    if (i % 4 == 3) {
      attributes["population"] = 3 * count;
      inputs.push_back(population.data());
    } else if (i % 3 == 0) {
      attributes["sum"] = 1;
    }
    for (bool gradient : {false, true}) {
      KernelDescription description{gradient ? "softmax_cross_entropy_grad"
                                             : "softmax_cross_entropy",
                                    attributes};
      SCOPED_TRACE(description.toString());
      std::vector<size_t> sizes = {gradient ? logits.size() : 1};
      Values expected =
          execute(referenceKernelLibrary(), description, inputs, sizes)[0];
      auto kernel = prepared(description, "vector");
      ASSERT_THAT(execute(*kernel, inputs, sizes)[0],
                  testing::Pointwise(testing::FloatEq(), expected));
    }
  }
}

TEST(KernelCandidates, SquaredErrorsAreTheReferenceToFourUlps) {
  Random random(37);
  for (int i = 0; i < cases; ++i)
    for (const char *op : {"mean_squared_error", "mean_squared_error_grad"}) {
      KernelDescription description{op,
                                    {{"elements", between(random, 1, 300)}}};
      std::vector<Values> inputs = randomInputs(description, random);
      ASSERT_THAT(computed(description, "vector", inputs)[0],
                  testing::Pointwise(testing::FloatEq(),
                                     execute(referenceKernelLibrary(),
                                             description, inputs)[0]));
    }
}

TEST(KernelCandidates, LayersOfTheFirstNetworksAgree) {
  Random random(40);
  Comparison comparison;
  Attributes dense = {{"batch", 64}, {"in", 256}, {"out", 10}, {"has_bias", 1}};
  Attributes first = {{"batch", 8},    {"in_channels", 1},  {"height", 28},
                      {"width", 28},   {"out_channels", 6}, {"kernel_h", 5},
                      {"kernel_w", 5}, {"has_bias", 1}};
  Attributes second = first;
  setPadding(first, 2);
  second["in_channels"] = 6;
  second["out_channels"] = 16;
  second["height"] = second["width"] = 14;
  for (const char *direction : directions) {
    comparison.compareSums({std::string("linear") + direction, dense}, random);
    comparison.compareSums({std::string("conv2d") + direction, first}, random);
    comparison.compareSums({std::string("conv2d") + direction, second}, random);
  }
}
