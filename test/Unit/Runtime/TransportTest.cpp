//===- TransportTest.cpp - Tests of channels between memories -------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A transport that copies every value into memory of the consumer's own stands
// for one between processes: the executor must need no shared memory but what
// a channel gives it.
//
//===----------------------------------------------------------------------===//

#include "Chains.h"
#include "SharedMemoryChannel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <vector>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::test;

namespace {

/// Copies what is published into a ring of its own. The counters are those of
/// shared memory, so that threads can stand for processes.
class CopyingChannel : public SharedMemoryChannel {
public:
  CopyingChannel(const ChannelDescription &description, Ring producer,
                 std::vector<int64_t> distances)
      : SharedMemoryChannel(description.capacity, description.unchecked,
                            std::move(distances)),
        producer(producer), memory(producer.stride * producer.slots) {}

  void reset(int64_t first) override {
    std::copy_n(producer.base, memory.size(), memory.begin());
    SharedMemoryChannel::reset(first);
  }

  Ring consumerRing() const override {
    return {const_cast<std::byte *>(memory.data()), producer.stride,
            producer.slots};
  }

  void publish(int64_t iteration) noexcept override {
    bring(iteration);
    SharedMemoryChannel::publish(iteration);
  }

protected:
  virtual void bring(int64_t iteration) noexcept {
    std::copy_n(producer.slotOf(iteration), producer.stride,
                consumerRing().slotOf(iteration));
  }

private:
  Ring producer;
  std::vector<std::byte> memory;
};

class CopyingTransport : public Transport {
public:
  Result<std::unique_ptr<Channel>>
  connect(const ChannelDescription &description, Ring producer,
          std::vector<int64_t> distances) override {
    ++channels;
    return std::unique_ptr<Channel>(std::make_unique<CopyingChannel>(
        description, producer, std::move(distances)));
  }

  int64_t channels = 0;
};

} // namespace

TEST(Transport, MemoryNeedNotBeShared) {
  for (int64_t processors : {1, 3})
    for (unsigned seed = 500; seed < 505; ++seed) {
      SCOPED_TRACE(testing::Message()
                   << "seed " << seed << ", " << processors << " processors");
      Chain chain = randomChain(seed, processors);
      Program program = parameterChain(chain, processors);
      ASSERT_TRUE(verifyManifest(program.manifest, {2}));
      CopyingTransport transport;
      auto executor = Executor::create(program, transport);
      ASSERT_TRUE(executor);
      EXPECT_EQ(transport.channels, int64_t(program.manifest.channels.size()));
      for (int64_t iterations : {1, 3, 100, 7}) {
        CountingHost host;
        RunOptions options;
        options.iterations = iterations;
        ASSERT_TRUE((*executor)->run(options, {{chain.initial}}, host));
        std::vector<float> expected = recompute(chain, iterations);
        EXPECT_EQ(host.losses, expected);
        EXPECT_EQ((*executor)->parameters()[0][0], expected.back());
      }
    }
}

/// Nobody looks into the producer's memory: with channels that bring the same
/// number whatever is sent, the last stage computes with it, and so do losses
/// that the host reads.
TEST(Transport, ValuesAreReadWhereTheChannelPutsThem) {
  struct ConstantChannel : CopyingChannel {
    using CopyingChannel::CopyingChannel;
    void reset(int64_t first) override {
      CopyingChannel::reset(first);
      for (int64_t slot = 0; slot < consumerRing().slots; ++slot)
        *reinterpret_cast<float *>(consumerRing().slotOf(slot)) = 7;
    }
    void bring(int64_t) noexcept override {}
  };
  struct ConstantTransport : Transport {
    Result<std::unique_ptr<Channel>>
    connect(const ChannelDescription &description, Ring producer,
            std::vector<int64_t> distances) override {
      return std::unique_ptr<Channel>(std::make_unique<ConstantChannel>(
          description, producer, std::move(distances)));
    }
  } transport;
  Chain chain{{0, 1}, {0, 1}, {0, 0}, {0, 0}, 2};
  Program program = parameterChain(chain, 2);
  auto executor = Executor::create(program, transport);
  ASSERT_TRUE(executor);
  CountingHost host;
  RunOptions options;
  options.iterations = 2;
  ASSERT_TRUE((*executor)->run(options, {{chain.initial}}, host));
  EXPECT_EQ(host.losses, (std::vector<float>{7, 7}));
  float own = chain.initial;
  for (int64_t i = 0; i < options.iterations; ++i)
    own = 0.75f * 7 - 0.125f * own;
  EXPECT_EQ((*executor)->parameters()[0][0], own);
}

/// What a transport can't make ends the preparation, with its message.
TEST(Transport, FailureToConnectIsAnError) {
  struct BrokenTransport : Transport {
    Result<std::unique_ptr<Channel>> connect(const ChannelDescription &, Ring,
                                             std::vector<int64_t>) override {
      return Error{"no route to rank 1"};
    }
  } transport;
  Chain chain = randomChain(1, 2);
  Program program{makeManifest(chain, 2), chainFunctions,
                  &referenceKernelLibrary()};
  auto executor = Executor::create(program, transport);
  ASSERT_FALSE(executor);
  EXPECT_EQ(executor.error().message, "no route to rank 1");
}
