//===- KernelTrial.cpp - Executing a kernel to time it --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times are those of the thread's CPU, so that other programs on the machine
// count as little as possible.
//
//===----------------------------------------------------------------------===//

#include "KernelTrial.h"

#include "KernelArguments.h"

#include "layerpipe/Runtime/Random.h"

#include <algorithm>
#include <ctime>

using namespace layerpipe::runtime;

/// Arguments begin at such multiples, as the buffers of programs do.
static constexpr int64_t alignment = 64;

static int64_t strideOf(int64_t elements) {
  return (elements * 4 + alignment - 1) / alignment * alignment;
}

static void fillArgument(const KernelOp &op, size_t index, int64_t elements,
                         std::byte *address) {
  const auto *loss = std::get_if<CrossEntropyOp>(&op);
  if (loss && index >= 1 && index < loss->sizes.resultIndex()) {
    auto *labels = reinterpret_cast<int32_t *>(address);
    for (int64_t i = 0; i < elements; ++i)
      labels[i] = int32_t(i % loss->sizes.classes);
    return;
  }
  // Numbers are repeated after a while: making them would take as long as the
  // fastest kernels that read them.
  auto *values = reinterpret_cast<float *>(address);
  const int64_t distinct = std::min<int64_t>(elements, 1 << 14);
  for (int64_t i = 0; i < distinct; ++i)
    values[i] = uniformFloat(randomBits(1, index, uint64_t(i)));
  for (int64_t i = distinct; i < elements; i += distinct)
    std::copy_n(values, std::min(distinct, elements - i), values + i);
}

Result<ArgumentCopies>
ArgumentCopies::create(const KernelOp &op,
                       const MeasureKernelOptions &options) {
  const std::vector<int64_t> elements = argumentElements(op);
  int64_t bytes = 0;
  for (int64_t count : elements)
    bytes += strideOf(count);
  const int64_t copies = std::clamp((options.bytesInTurn + bytes - 1) / bytes,
                                    int64_t(1), options.mostCopies);
  Result<Arena> allocated = Arena::allocate(bytes * copies);
  if (!allocated)
    return allocated.error();
  ArgumentCopies arguments;
  arguments.memory = std::move(*allocated);
  std::byte *next = arguments.memory.data();
  for (int64_t copy = 0; copy < copies; ++copy) {
    arguments.addresses.emplace_back();
    for (size_t i = 0; i < elements.size(); ++i) {
      arguments.addresses.back().push_back(next);
      fillArgument(op, i, elements[i], next);
      next += strideOf(elements[i]);
    }
  }
  return arguments;
}

Result<KernelTrial> KernelTrial::create(KernelLibrary &library,
                                        const KernelDescription &description) {
  Result<std::unique_ptr<Kernel>> kernel = library.prepare(description);
  if (!kernel)
    return kernel.error();
  Result<Arena> workspace =
      Arena::allocate(int64_t((*kernel)->workspaceBytes()));
  if (!workspace)
    return workspace.error();
  KernelTrial trial;
  trial.kernel = std::move(*kernel);
  trial.workspace = std::move(*workspace);
  return trial;
}

/// Returns the time that this thread has had a CPU, in nanoseconds.
static int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return int64_t(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

int64_t KernelTrial::time(ArgumentCopies &arguments, int64_t count) {
  const int64_t start = now();
  for (int64_t i = 0; i < count; ++i)
    kernel->execute(arguments.next(), workspace.data());
  return now() - start;
}
