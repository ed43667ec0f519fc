//===- KernelChoiceTest.cpp - Who computes a kernel -----------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names that are refused and why, the default and its bits, several threads,
// and times.
//
//===----------------------------------------------------------------------===//

#include "CandidateHarness.h"

#include "layerpipe/Runtime/MeasureKernel.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <thread>

using namespace layerpipe::runtime;
using testing::HasSubstr;
using testing::Not;

namespace {

/// The core of OpenBLAS that a user's environment names is none of ours.
struct HostileEnvironment : testing::Environment {
  void SetUp() override {
    setenv("OPENBLAS_CORETYPE", "Prescott", 1);
    unsetenv("OMP_PROC_BIND"); // Libxsmm sets it, if it is not set.
  }
};
const auto *const environment =
    testing::AddGlobalTestEnvironment(new HostileEnvironment);

} // namespace

/// Prepares and executes all common kernels by all candidates, several times.
static std::vector<Bits> bitsOfCommonKernels(int repetitions) {
  Random random(38);
  library().prepareThread();
  std::vector<Bits> all;
  for (const KernelDescription &description : commonKernels()) {
    std::vector<Values> inputs = randomInputs(description, random);
    auto sizes = signatureOf(description).outputs;
    for (std::string_view candidate : library().candidatesFor(description)) {
      auto kernel = prepared(description, candidate);
      for (int i = 0; i < repetitions; ++i)
        all.push_back(bitsOf(execute(*kernel, pointersTo(inputs), sizes)));
    }
  }
  return all;
}

TEST(KernelChoice, TwoThreadsAtOnceComputeTheSameBits) {
  constexpr int repetitions = 20;
  std::vector<Bits> alone = bitsOfCommonKernels(repetitions), first, second;
  std::thread one([&] { first = bitsOfCommonKernels(repetitions); });
  std::thread other([&] { second = bitsOfCommonKernels(repetitions); });
  one.join();
  other.join();
  EXPECT_EQ(first, alone);
  EXPECT_EQ(second, alone);
}

struct alignas(64) CacheLine {
  std::byte bytes[64];
};

/// Two threads that meet before each execution, as processors do that wait for
/// each other's values.
TEST(KernelChoice, ThreadsThatStartTogetherComputeTheSameBits) {
  const KernelDescription linear = {
      "linear", {{"batch", 4}, {"in", 3}, {"out", 5}, {"has_bias", 0}}};
  constexpr int executions = 20'000;
  using Clock = std::chrono::steady_clock;
  for (std::string_view candidate : library().candidatesFor(linear)) {
    std::atomic<int> arrived = 0, wrong = 0;
    // Beside other work, the threads meet some hundred times a second only.
    std::atomic<bool> late = false;
    const Clock::time_point end = Clock::now() + std::chrono::seconds(2);
    auto run = [&](unsigned seed) { // Equal values would hide a shared buffer.
      library().prepareThread();
      auto kernel = prepared(linear, candidate);
      Random random(seed);
      std::vector<Values> inputs = randomInputs(linear, random);
      Values y(20), first(20);
      auto workspace = std::make_unique<CacheLine[]>(
          kernel->workspaceBytes() / sizeof(CacheLine) + 1);
      void *args[] = {inputs[0].data(), inputs[1].data(), first.data()};
      kernel->execute(args, workspace.get());
      args[2] = y.data();
      for (int i = 1; i <= executions && !late; ++i) {
        // Where there is one CPU, the other thread needs it.
        for (++arrived; arrived < 2 * i && !late; late = Clock::now() > end)
          std::this_thread::yield();
        kernel->execute(args, workspace.get());
        wrong += y == first ? 0 : 1;
      }
    };
    std::thread other(run, 42);
    run(41);
    other.join();
    EXPECT_EQ(wrong, 0) << candidate;
  }
}

static std::string refusal(KernelDescription description,
                           std::string_view candidate) {
  description.candidate = candidate;
  auto kernel = library().prepare(description);
  return kernel ? "" : kernel.error().message;
}

TEST(KernelChoice, UnknownNamesAreRefusedWithThoseThatExist) {
  KernelDescription linear = commonKernels()[0];
  EXPECT_THAT(
      refusal(linear, "mkl"),
      testing::AllOf(
          HasSubstr("kernel linear(batch=33, has_bias=1, in=70, "
                    "out=50): the kernels of measured have no candidate "
                    "'mkl'; here it can be made by: onednn.plain, "),
          HasSubstr("libxsmm.samples, vector, reference"),
          Not(HasSubstr("winograd"))));
  linear.candidate = "vector";
  auto kernel = referenceKernelLibrary().prepare(linear);
  ASSERT_FALSE(kernel);
  EXPECT_THAT(kernel.error().message,
              HasSubstr("the kernels of reference have no candidate 'vector'; "
                        "here it can be made by: reference"));
  EXPECT_EQ(kernel.error().kind, ErrorKind::Defect);
}

TEST(KernelChoice, RefusalsSayWhy) {
  auto kernels = commonKernels();
  KernelDescription linear = kernels[0], conv = kernels[2], pool = kernels[5];
  for (const char *candidate :
       {"onednn.direct", "onednn.winograd", "onednn.gemm"})
    EXPECT_THAT(refusal(linear, candidate),
                HasSubstr("can't make it: it computes convolutions"));
  for (const char *candidate : {"onednn.plain", "onednn.any", "libxsmm"})
    EXPECT_THAT(refusal(conv, candidate),
                HasSubstr("can't make it: it computes dense layers only"));
  EXPECT_THAT(refusal(pool, "openblas.haswell"),
              HasSubstr("it computes dense layers, convolutions only"));
  EXPECT_THAT(refusal(pool, "onednn.pool"),
              HasSubstr("it has no maximum pooling"));
  pool.op = "avg_pool2d";
  pool.attributes = {{"batch", 1},  {"channels", 1},  {"height", 17},
                     {"width", 17}, {"kernel_h", 17}, {"kernel_w", 17}};
  EXPECT_THAT(refusal(pool, "onednn.pool"), HasSubstr("up to 16 x 16"));
  conv.attributes["kernel_w"] = 5;
  EXPECT_THAT(refusal(conv, "onednn.winograd"),
              HasSubstr("oneDNN does not have it for this shape on this CPU"));
  linear.attributes = {{"batch", 65}, {"in", 65}, {"out", 65}, {"has_bias", 0}};
  EXPECT_THAT(refusal(linear, "vector"), HasSubstr("of at most 64"));
}

TEST(KernelChoice, VectorConvolutionsAreForSmallLayers) {
  KernelDescription conv = commonKernels()[2];
  auto with = [&](const char *name, int64_t value) {
    KernelDescription changed = conv;
    changed.attributes[name] = value;
    return refusal(changed, "vector");
  };
  EXPECT_EQ(with("kernel_w", 8), "");
  EXPECT_EQ(with("stride_h", 2), "");
  EXPECT_THAT(with("in_channels", 17), HasSubstr("at most 16 channels"));
  conv.attributes["in_channels"] = 34;
  EXPECT_EQ(with("groups", 2), "");
}

TEST(KernelChoice, GroupsAreForSomeCandidates) {
  KernelDescription conv = commonKernels()[2];
  conv.attributes["groups"] = 16;
  for (const char *candidate : {"openblas.haswell", "onednn.winograd"})
    EXPECT_THAT(refusal(conv, candidate), HasSubstr("only; here it can be"))
        << candidate;
  for (const char *candidate : {"", "onednn.direct", "onednn.gemm", "vector"})
    EXPECT_EQ(refusal(conv, candidate), "") << candidate;
  conv.weights = "bacd";
  EXPECT_THAT(refusal(conv, "onednn.direct"),
              HasSubstr("weights of groups in rows only"));
}

TEST(KernelChoice, PoolingBeyondThePaddingIsNotCountedByOneDNN) {
  KernelDescription pool = commonKernels()[4];
  pool.attributes["count_padding"] = 1;
  EXPECT_EQ(refusal(pool, "onednn.pool"), "");
  pool.attributes["height"] = 10;
  EXPECT_EQ(refusal(pool, "onednn.pool"), "");
  pool.attributes["ceil"] = 1;
  EXPECT_THAT(refusal(pool, "onednn.pool"), HasSubstr("beyond the padding"));
  pool.attributes["count_padding"] = 0;
  EXPECT_EQ(refusal(pool, "onednn.pool"), "");
  pool.attributes["dilation_w"] = 2;
  EXPECT_THAT(refusal(pool, "onednn.pool"), HasSubstr("no dilated windows"));
}

TEST(KernelChoice, RefusalsAreTheUsersErrors) {
  KernelDescription linear = commonKernels()[0];
  linear.candidate = "onednn.winograd";
  EXPECT_EQ(library().prepare(linear).error().kind, ErrorKind::User);
}

TEST(KernelChoice, TheEnvironmentIsPutBack) {
  EXPECT_EQ(refusal(commonKernels()[0], "openblas.haswell"), "");
  EXPECT_STREQ(getenv("OPENBLAS_CORETYPE"), "Prescott");
  EXPECT_EQ(getenv("OPENBLAS_NUM_THREADS"), nullptr);
  if (!__builtin_cpu_supports("avx2"))
    return;
  EXPECT_EQ(refusal(commonKernels()[0], "libxsmm"), "");
  EXPECT_EQ(getenv("OMP_PROC_BIND"), nullptr);
}

static std::vector<Values> computedByDefault(const KernelDescription &kernel) {
  Random random(39);
  return computed(kernel, "", randomInputs(kernel, random));
}

TEST(KernelChoice, ThePortableDefaultDependsOnTheFamilyAlone) {
  for (const KernelDescription &kernel : commonKernels()) {
    Random random(39);
    bool isLayer =
        kernel.op.starts_with("linear") || kernel.op.starts_with("conv2d");
    EXPECT_EQ(bitsOf(computedByDefault(kernel)),
              bitsOf(computed(kernel, isLayer ? "openblas.haswell" : "vector",
                              randomInputs(kernel, random))))
        << kernel.op;
  }
}

/// A hash of all bits (FNV-1a).
static uint64_t hashOf(const Bits &bits) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const auto &value : bits)
    for (uint32_t element : value)
      hash = (hash ^ element) * 0x100000001b3;
  return hash;
}

/// Hashes of what the portable default computed on a CPU with AVX-512 (Sapphire
/// Rapids) and on one without. They hold for OpenBLAS 0.3.21.
TEST(KernelChoice, ThePortableDefaultGivesTheSameBitsOnEveryCpu) {
  const uint64_t expected[] = {0x2c97ebc2eb4e01cd, 0xb37957e7dfd8bc9f,
                               0x6b7aeab73fc4a741, 0xb80d290c8a890d59,
                               0xf4dfcc85d6388a9c, 0x84cd19ac77cf331f,
                               0x8ef7fba9c3ea9d39};
  auto kernels = commonKernels();
  for (size_t i = 0; i < kernels.size(); ++i)
    EXPECT_EQ(hashOf(bitsOf(computedByDefault(kernels[i]))), expected[i])
        << kernels[i].op;
}

TEST(MeasureKernel, SaysHowLongAKernelTakes) {
  MeasureKernelOptions quick;
  quick.sampleNanoseconds = 1000;
  for (KernelDescription description : commonKernels()) {
    auto time = measureKernel(library(), description, quick);
    ASSERT_TRUE(time) << time.error().message;
    EXPECT_GE(time->median, 1);
    EXPECT_GE(time->spread, 0);
    description.candidate = "reference";
    EXPECT_TRUE(measureKernel(library(), description, quick));
  }
  auto labelled = measureKernel(
      library(), {"softmax_cross_entropy", {{"batch", 3}, {"classes", 2}}},
      quick);
  EXPECT_TRUE(labelled);
}

TEST(MeasureKernel, HandsOnWhatIsWrong) {
  EXPECT_THAT(measureKernel(library(), {"fft", {}}).message(),
              HasSubstr("unknown op"));
  KernelDescription linear = commonKernels()[0];
  linear.candidate = "mkl";
  EXPECT_THAT(measureKernel(library(), linear).message(),
              HasSubstr("no candidate 'mkl'"));
}
