//===- KernelBenchmark.cpp - All candidates of common layers --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times every candidate of the kernels of dense layers and of two
// convolutional networks, and prints one line a kernel: how fast each is, and
// which is the fastest.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/MeasureKernel.h"
#include "layerpipe/Runtime/ProgramABI.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

using namespace layerpipe::runtime;
using Attributes = std::map<std::string, int64_t>;

namespace {

struct Layer {
  std::string name, op;
  std::vector<const char *> directions;
  Attributes attributes;
  double operations; ///< One direction has so many, products and sums.
};

struct Row {
  std::string name;
  KernelDescription description;
  double operations; ///< 0: the time is printed instead of a speed.
};

} // namespace

static Layer dense(int64_t batch, int64_t out, int64_t in) {
  return {fmt::format("{} x {} <- {}", batch, out, in),
          "linear",
          {"", "_grad_input", "_grad_weight"},
          {{"batch", batch}, {"out", out}, {"in", in}, {"has_bias", 1}},
          2.0 * double(batch) * double(out) * double(in)};
}

static Layer convolution(int64_t batch, int64_t in, int64_t out, int64_t size,
                         int64_t kernel, int64_t padding, int64_t stride = 1,
                         int64_t groups = 1) {
  int64_t outSize = (size + 2 * padding - kernel) / stride + 1;
  return {fmt::format("{} x {}->{} {}x{} @{} /{} in {}", batch, in, out, kernel,
                      kernel, size, stride, groups),
          "conv2d",
          {"", "_grad_input", "_grad_weight"},
          {{"batch", batch},
           {"in_channels", in},
           {"height", size},
           {"width", size},
           {"out_channels", out},
           {"kernel_h", kernel},
           {"kernel_w", kernel},
           {"stride_h", stride},
           {"stride_w", stride},
           {"pad_top", padding},
           {"pad_left", padding},
           {"pad_bottom", padding},
           {"pad_right", padding},
           {"groups", groups},
           {"has_bias", 1}},
          2.0 * double(batch) * double(out) * double(in / groups) *
              double(kernel * kernel) * double(outSize * outSize)};
}

static Layer pooling(const char *op, int64_t batch, int64_t channels,
                     int64_t size, int64_t kernel = 2, int64_t padding = 0) {
  return {
      fmt::format("{} x {} {}x{} @{}", batch, channels, kernel, kernel, size),
      op,
      {"", "_grad"},
      {{"batch", batch},
       {"channels", channels},
       {"height", size},
       {"width", size},
       {"kernel_h", kernel},
       {"kernel_w", kernel},
       {"stride_h", 2},
       {"stride_w", 2},
       {"pad_top", padding},
       {"pad_left", padding},
       {"pad_bottom", padding},
       {"pad_right", padding}},
      0};
}

static std::vector<Layer> layers() {
  std::vector<Layer> all = {
      dense(64, 1024, 1024), dense(128, 512, 784),    dense(256, 1024, 4096),
      dense(32, 512, 512),   dense(1024, 1024, 1024), dense(64, 1024, 784),
      dense(64, 10, 1024),   dense(256, 1024, 1024),  dense(64, 512, 784),
      dense(64, 256, 512),   dense(64, 10, 256)};
  // LeNet-5 on images of 28 x 28.
  all.push_back(convolution(64, 1, 6, 28, 5, 2));
  all.push_back(convolution(64, 6, 16, 14, 5, 0));
  all.push_back(dense(64, 120, 400));
  all.push_back(dense(64, 84, 120));
  all.push_back(dense(64, 10, 84));
  // VGG-11 on images of 32 x 32.
  all.push_back(convolution(32, 3, 64, 32, 3, 1));
  all.push_back(convolution(32, 64, 128, 16, 3, 1));
  all.push_back(convolution(32, 128, 256, 8, 3, 1));
  all.push_back(convolution(32, 256, 256, 8, 3, 1));
  all.push_back(convolution(32, 256, 512, 4, 3, 1));
  all.push_back(convolution(32, 512, 512, 4, 3, 1));
  all.push_back(convolution(32, 512, 512, 2, 3, 1));
  // Depthwise convolutions of MobileNet, and groups of ResNeXt.
  all.push_back(convolution(16, 32, 32, 112, 3, 1, 1, 32));
  all.push_back(convolution(16, 96, 96, 56, 3, 1, 2, 96));
  all.push_back(convolution(16, 384, 384, 14, 3, 1, 1, 384));
  all.push_back(convolution(16, 128, 128, 56, 3, 1, 1, 32));
  for (const char *op : {"max_pool2d", "avg_pool2d"}) {
    all.push_back(pooling(op, 64, 6, 28));
    all.push_back(pooling(op, 64, 16, 10));
    all.push_back(pooling(op, 32, 64, 32));
    all.push_back(pooling(op, 16, 64, 112, 3, 1)); // of ResNet
  }
  all.push_back({"64 x 10",
                 "softmax_cross_entropy",
                 {"", "_grad"},
                 {{"batch", 64}, {"classes", 10}},
                 0});
  all.push_back(
      {"16384", "mean_squared_error", {"", "_grad"}, {{"elements", 16384}}, 0});
  return all;
}

static std::vector<Row> rows() {
  std::vector<Row> all;
  for (const Layer &layer : layers())
    for (const char *direction : layer.directions)
      all.push_back({fmt::format("{}{} {}", layer.op, direction, layer.name),
                     {layer.op + direction, layer.attributes},
                     layer.operations});
  return all;
}

/// Returns the CPU's name as the system has it.
static std::string cpuName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name"))
      return line.substr(line.find(':') + 2);
  return "unknown";
}

/// Prints a row, each candidate's GF/s, or microseconds, and half the samples'
/// spread in per cent. The reference kernels of layers with weights are left
/// out: they take a thousand times as long.
static void measure(KernelLibrary &library, const Row &row) {
  fmt::print("| {} |", row.name);
  std::string best;
  int64_t least = 0;
  for (std::string_view candidate : library.candidatesFor(row.description)) {
    if (candidate == "reference" && row.operations > 0)
      continue;
    KernelDescription description = row.description;
    description.candidate = candidate;
    Result<KernelTime> time = measureKernel(library, description);
    if (!time) {
      fmt::print(" {}: {} ", candidate, time.error().message);
      continue;
    }
    auto median = double(time->median);
    fmt::print(" {} {:.1f} ±{:.0f}%,", candidate,
               row.operations > 0 ? row.operations / median : median / 1000,
               50 * double(time->spread) / median);
    if (best.empty() || time->median < least) {
      best = candidate;
      least = time->median;
    }
  }
  fmt::print(" | **{}** |\n", best);
  std::fflush(stdout);
}

int main(int argc, char **argv) {
  const std::string filter = argc > 1 ? argv[1] : "";
  auto &library =
      *static_cast<KernelLibrary *>(layerpipe_kernel_library_measured());
  fmt::print("{}; one thread; GF/s of layers with weights, microseconds of the "
             "others\n\n| kernel | candidates | best |\n| --- | --- | --- |\n",
             cpuName());
  for (const Row &row : rows())
    if (row.name.find(filter) != std::string::npos)
      measure(library, row);
}
