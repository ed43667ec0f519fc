//===- SharedMemoryChannel.cpp - A channel between threads ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SharedMemoryChannel.h"

#include <algorithm>

using namespace layerpipe::runtime;

WaitResult Channel::waitForValue(int64_t iteration,
                                 const WaitPolicy &policy) noexcept {
  return waitForValue(iteration, policy, std::chrono::nanoseconds::max());
}

SharedMemoryChannel::SharedMemoryChannel(int64_t capacity, bool unchecked,
                                         std::vector<int64_t> distances,
                                         Ring ring)
    : capacity(capacity), unchecked(unchecked), distances(std::move(distances)),
      ring(ring), progress(this->distances.size()) {
  reset(0);
}

void SharedMemoryChannel::reset(int64_t first) {
  published.reset(first);
  for (size_t i = 0; i < distances.size(); ++i)
    progress[i] = first - distances[i];
  released.reset(*std::min_element(progress.begin(), progress.end()));
}

WaitResult
SharedMemoryChannel::waitForValue(int64_t iteration, const WaitPolicy &policy,
                                  std::chrono::nanoseconds timeout) noexcept {
  return published.waitFor(iteration + 1, policy, timeout);
}

WaitResult
SharedMemoryChannel::waitForCapacity(int64_t iteration,
                                     const WaitPolicy &policy) noexcept {
  if (unchecked)
    return WaitResult::Reached;
  return released.waitFor(iteration - capacity + 1, policy);
}

void SharedMemoryChannel::publish(int64_t iteration) noexcept {
  published.set(iteration + 1);
}

void SharedMemoryChannel::release(size_t reader, int64_t iteration) noexcept {
  advance(reader, iteration - distances[reader] + 1);
}

void SharedMemoryChannel::releaseAll(size_t reader, int64_t end) noexcept {
  advance(reader, end);
}

void SharedMemoryChannel::advance(size_t reader, int64_t to) noexcept {
  progress[reader] = to;
  int64_t least = *std::min_element(progress.begin(), progress.end());
  if (least > released.load())
    released.set(least);
}

namespace {

class SharedMemory : public Transport {
public:
  Result<std::unique_ptr<Channel>>
  connect(const ChannelDescription &description, Ring producer,
          std::vector<int64_t> distances) override {
    return std::unique_ptr<Channel>(std::make_unique<SharedMemoryChannel>(
        description.capacity, description.unchecked, std::move(distances),
        producer));
  }
};

} // namespace

Transport &layerpipe::runtime::sharedMemory() {
  static SharedMemory transport;
  return transport;
}
