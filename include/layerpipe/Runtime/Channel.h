//===- Channel.h - Single-producer single-consumer hand-over ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A channel tells one processor that another's value is there, and tells the
// other that its place is free again. It also says where the consumer reads
// the value: threads of one process read it where the producer wrote it, and
// where memory isn't shared it is brought to the consumer's own.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RUNTIME_CHANNEL_H
#define LAYERPIPE_RUNTIME_CHANNEL_H

#include "layerpipe/Runtime/Counter.h"
#include "layerpipe/Runtime/Manifest.h"
#include "layerpipe/Runtime/Ring.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace layerpipe::runtime {

/// This is the state of one channel during a run; docs/runtime.md defines the
/// counters. The producer's thread calls waitForCapacity and publish, and the
/// consumer's calls waitForValue and release. With a capacity of 2, for
/// instance, the producer of value 2 waits until the consumer has released
/// value 0.
class Channel {
public:
  virtual ~Channel() = default;

  /// Makes the channel ready for a run from iteration `first` on, while no
  /// thread uses it and the producer's buffer holds the values of earlier
  /// iterations.
  virtual void reset(int64_t first) = 0;

  /// Returns the ring in which the consumer finds the values, in the memory of
  /// its rank.
  virtual Ring consumerRing() const = 0;

  virtual bool hasValue(int64_t iteration) const = 0;
  virtual bool hasCapacity(int64_t iteration) const = 0;
  WaitResult waitForValue(int64_t iteration, const WaitPolicy &policy) noexcept;
  virtual WaitResult
  waitForValue(int64_t iteration, const WaitPolicy &policy,
               std::chrono::nanoseconds timeout) noexcept = 0;
  virtual WaitResult waitForCapacity(int64_t iteration,
                                     const WaitPolicy &policy) noexcept = 0;
  /// Hands over the value of `iteration`, which the producer's buffer holds.
  virtual void publish(int64_t iteration) noexcept = 0;
  /// Says that reader `reader` has completed its iteration `iteration`.
  virtual void release(size_t reader, int64_t iteration) noexcept = 0;
  /// Says that the reader has completed its last iteration before `end`, the
  /// end of the run. Nothing then waits for reads that will not come.
  virtual void releaseAll(size_t reader, int64_t end) noexcept = 0;

  virtual int64_t publishedCount() const = 0;
  virtual int64_t releasedCount() const = 0;
};

/// A transport makes the channels of a program. All its channels end in the
/// rank that asks: one process with the memory of its processors.
class Transport {
public:
  virtual ~Transport() = default;

  /// Returns a channel whose producer writes into `producer`. `distances` are
  /// those of the consumer's readers, which release() names by index. Fails
  /// where the consumer's memory can't be had.
  virtual Result<std::unique_ptr<Channel>>
  connect(const ChannelDescription &description, Ring producer,
          std::vector<int64_t> distances) = 0;
};

/// Returns the transport between threads of one process, which copies nothing.
Transport &sharedMemory();

} // namespace layerpipe::runtime

#endif // LAYERPIPE_RUNTIME_CHANNEL_H
