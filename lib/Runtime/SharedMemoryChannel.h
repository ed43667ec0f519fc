//===- SharedMemoryChannel.h - A channel between threads --------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_RUNTIME_SHAREDMEMORYCHANNEL_H
#define LAYERPIPE_LIB_RUNTIME_SHAREDMEMORYCHANNEL_H

#include "layerpipe/Runtime/Channel.h"

namespace layerpipe::runtime {

/// This hands values over within one process: the consumer reads them in the
/// producer's ring, and two counters say which of them are there.
class SharedMemoryChannel : public Channel {
public:
  SharedMemoryChannel(int64_t capacity, bool unchecked,
                      std::vector<int64_t> distances, Ring ring = {});

  using Channel::waitForValue;
  void reset(int64_t first) override;
  Ring consumerRing() const override { return ring; }
  bool hasValue(int64_t iteration) const override {
    return published.load() > iteration;
  }
  bool hasCapacity(int64_t iteration) const override {
    return unchecked || iteration - released.load() < capacity;
  }
  WaitResult waitForValue(int64_t iteration, const WaitPolicy &policy,
                          std::chrono::nanoseconds timeout) noexcept override;
  WaitResult waitForCapacity(int64_t iteration,
                             const WaitPolicy &policy) noexcept override;
  void publish(int64_t iteration) noexcept override;
  void release(size_t reader, int64_t iteration) noexcept override;
  void releaseAll(size_t reader, int64_t end) noexcept override;
  int64_t publishedCount() const override { return published.load(); }
  int64_t releasedCount() const override { return released.load(); }

private:
  void advance(size_t reader, int64_t to) noexcept;

  const int64_t capacity;
  const bool unchecked;
  const std::vector<int64_t> distances;
  const Ring ring;
  Counter published; ///< The producer writes this.
  Counter released;  ///< The consumer writes this.
  /// The consumer counts each reader's progress here.
  std::vector<int64_t> progress;
};

} // namespace layerpipe::runtime

#endif // LAYERPIPE_LIB_RUNTIME_SHAREDMEMORYCHANNEL_H
