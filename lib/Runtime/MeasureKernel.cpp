//===- MeasureKernel.cpp - How long a kernel takes ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file times a kernel on copies of its arguments in turn. Times are those
// of the thread's CPU, so that other programs on the machine count as little
// as possible.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/MeasureKernel.h"

#include "Arena.h"
#include "KernelArguments.h"

#include "layerpipe/Runtime/Random.h"

#include <algorithm>
#include <ctime>

using namespace layerpipe::runtime;

/// Arguments begin at such multiples, as the buffers of programs do.
static constexpr int64_t alignment = 64;

namespace {

/// These are copies of a kernel's arguments in one memory.
class ArgumentCopies {
public:
  ArgumentCopies(const KernelOp &op, const MeasureKernelOptions &options)
      : op(op), elements(argumentElements(op)) {
    for (int64_t count : elements)
      bytes += strideOf(count);
    copies = std::clamp((options.bytesInTurn + bytes - 1) / bytes, int64_t(1),
                        options.mostCopies);
  }

  /// Allocates the memory and fills it with numbers from 0 to 1, and class
  /// labels with classes.
  Result<void> fill() {
    Result<Arena> allocated = Arena::allocate(bytes * copies);
    if (!allocated)
      return allocated.error();
    memory = std::move(*allocated);
    std::byte *next = memory.data();
    for (int64_t copy = 0; copy < copies; ++copy) {
      addresses.emplace_back();
      for (size_t i = 0; i < elements.size(); ++i) {
        addresses.back().push_back(next);
        fillArgument(i, next);
        next += strideOf(elements[i]);
      }
    }
    return {};
  }

  void *const *next() {
    turn = turn + 1 < addresses.size() ? turn + 1 : 0;
    return addresses[turn].data();
  }

private:
  static int64_t strideOf(int64_t count) {
    return (count * 4 + alignment - 1) / alignment * alignment;
  }

  void fillArgument(size_t index, std::byte *address) const {
    const auto *loss = std::get_if<CrossEntropyOp>(&op);
    if (loss && index == 1) {
      auto *labels = reinterpret_cast<int32_t *>(address);
      for (int64_t i = 0; i < elements[index]; ++i)
        labels[i] = int32_t(i % loss->sizes.classes);
      return;
    }
    auto *values = reinterpret_cast<float *>(address);
    for (int64_t i = 0; i < elements[index]; ++i)
      values[i] = uniformFloat(randomBits(1, index, uint64_t(i)));
  }

  KernelOp op;
  std::vector<int64_t> elements;
  int64_t bytes = 0; ///< One copy takes so many.
  int64_t copies = 1;
  Arena memory;
  std::vector<std::vector<void *>> addresses;
  size_t turn = 0;
};

} // namespace

/// Returns the time that this thread has had a CPU, in nanoseconds.
static int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// Returns how long `count` executions take together.
static int64_t timeOf(Kernel &kernel, ArgumentCopies &arguments,
                      void *workspace, int64_t count) {
  const int64_t start = now();
  for (int64_t i = 0; i < count; ++i)
    kernel.execute(arguments.next(), workspace);
  return now() - start;
}

static KernelTime summaryOf(std::vector<int64_t> times) {
  std::ranges::sort(times);
  const size_t last = times.size() - 1;
  return {std::max<int64_t>(times[last / 2], 1),
          times[last * 3 / 4] - times[last / 4]};
}

Result<KernelTime>
layerpipe::runtime::measureKernel(KernelLibrary &library,
                                  const KernelDescription &description,
                                  const MeasureKernelOptions &options) {
  Result<KernelOp> op = kernelOp(description);
  if (!op)
    return op.error();
  Result<std::unique_ptr<Kernel>> kernel = library.prepare(description);
  if (!kernel)
    return kernel.error();
  ArgumentCopies arguments(*op, options);
  if (Result<void> filled = arguments.fill(); !filled)
    return filled.error();
  Result<Arena> workspace =
      Arena::allocate(int64_t((*kernel)->workspaceBytes()));
  if (!workspace)
    return workspace.error();
  // The first execution touches memory for the first time; the second says how
  // many make a sample.
  timeOf(**kernel, arguments, workspace->data(), 1);
  const int64_t once =
      std::max<int64_t>(timeOf(**kernel, arguments, workspace->data(), 1), 1);
  const int64_t count = std::max<int64_t>(options.sampleNanoseconds / once, 1);
  std::vector<int64_t> times;
  for (int i = 0; i < std::max(options.samples, 1); ++i)
    times.push_back(timeOf(**kernel, arguments, workspace->data(), count) /
                    count);
  return summaryOf(std::move(times));
}
