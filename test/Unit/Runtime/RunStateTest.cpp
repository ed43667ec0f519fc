//===- RunStateTest.cpp - runs that go on from states ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Chains.h"

#include "layerpipe/Runtime/Data/StateFile.h"
#include "layerpipe/Runtime/RunState.h"

#include <gmock/gmock.h>

using namespace layerpipe::runtime;
using namespace layerpipe::runtime::test;
using ::testing::HasSubstr;

namespace {

/// Remembers the states that it is given in between.
struct StateHost : CountingHost {
  void keep(const RunState &state) override { states.push_back(state); }
  std::vector<RunState> states;
};

/// A random chain of three processors whose last value is a parameter, and
/// whose input is read in its own iteration.
Chain inputChain(unsigned seed) {
  Chain chain = randomChain(seed, 3);
  chain.near[0] = chain.far[0] = 0;
  return chain;
}

Program keepingProgram(const Chain &chain) {
  Program program = parameterChain(chain, 3);
  Result<Manifest> kept = withStateKept(program.manifest);
  EXPECT_TRUE(kept);
  EXPECT_TRUE(verifyManifest(*kept, {2}));
  program.manifest = std::move(*kept);
  return program;
}

bool operator==(const RunState &a, const RunState &b) {
  return a.completed == b.completed && a.parameters == b.parameters &&
         a.values == b.values;
}

/// Runs to the end from the state, or from the beginning, and returns the state
/// there. Losses are compared with those that `chain` has.
RunState runTo(const Chain &chain, Executor &executor, const RunState *from,
               RunOptions options, StateHost &host) {
  const std::vector<float> expected = recompute(chain, options.iterations);
  options.resumed = from;
  if (from)
    host.losses.assign(expected.begin(), expected.begin() + from->completed);
  auto run = executor.run(options, {{chain.initial}}, host);
  EXPECT_TRUE(run) << run.error().message;
  EXPECT_EQ(host.losses, expected);
  return executor.finalState();
}

} // namespace

TEST(RunState, RunsGoOnFromWhereTheyEnded) {
  constexpr int64_t iterations = 17;
  for (unsigned seed = 600; seed < 612; ++seed)
    for (int64_t stop : {0, 1, 2, 5, 16, 17})
      for (bool sequential : {false, true}) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", stop " << stop
                                        << ", sequential " << sequential);
        Chain chain = inputChain(seed);
        Program program = keepingProgram(chain);
        auto executor = Executor::create(program);
        ASSERT_TRUE(executor);
        StateHost hosts[3];
        RunOptions options;
        options.sequential = sequential;
        options.iterations = iterations;
        RunState whole = runTo(chain, **executor, nullptr, options, hosts[0]);
        options.iterations = stop;
        RunState begun = runTo(chain, **executor, nullptr, options, hosts[1]);
        EXPECT_EQ(begun.completed, stop);
        options.iterations = iterations;
        RunState ended = runTo(chain, **executor, &begun, options, hosts[2]);
        EXPECT_TRUE(ended == whole);
      }
}

/// The states in between are those of runs that end there, and runs go on from
/// them; values that are older than a run are those that it began with.
TEST(RunState, StatesAreKeptInBetween) {
  constexpr int64_t iterations = 19;
  for (unsigned seed = 700; seed < 706; ++seed)
    for (int64_t interval : {1, 2, 5, 18})
      for (int64_t begin : {0, 3}) {
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", interval "
                                        << interval << ", begin " << begin);
        Chain chain = inputChain(seed);
        Program program = keepingProgram(chain);
        auto executor = Executor::create(program);
        ASSERT_TRUE(executor);
        RunOptions options;
        options.iterations = begin;
        StateHost first, host;
        RunState from = runTo(chain, **executor, nullptr, options, first);
        options.iterations = iterations;
        options.keepInterval = interval;
        options.keepsState = true;
        RunState whole = runTo(chain, **executor, &from, options, host);
        int64_t next = (begin / interval + 1) * interval;
        options.keepsState = false;
        options.keepInterval = 0;
        for (const RunState &state : host.states) {
          EXPECT_EQ(state.completed, next);
          next += interval;
          StateHost again, rest;
          options.iterations = state.completed;
          EXPECT_TRUE(runTo(chain, **executor, nullptr, options, again) ==
                      state);
          options.iterations = iterations;
          EXPECT_TRUE(runTo(chain, **executor, &state, options, rest) == whole);
        }
        EXPECT_GE(next, iterations);
      }
}

/// A run that is interrupted ends with a whole state, too.
TEST(RunState, InterruptedRunsGoOn) {
  struct ImpatientHost : StateHost {
    bool goesOn() override { return looks++ < 3; }
    int looks = 0;
  };
  for (unsigned seed = 800; seed < 810; ++seed) {
    SCOPED_TRACE(seed);
    Chain chain = inputChain(seed);
    Program program = keepingProgram(chain);
    auto executor = Executor::create(program);
    ASSERT_TRUE(executor);
    ImpatientHost host;
    RunOptions options;
    options.iterations = 1'000'000'000;
    ASSERT_TRUE((*executor)->run(options, {{chain.initial}}, host));
    RunState state = (*executor)->finalState();
    options.iterations = state.completed + 11;
    StateHost rest;
    runTo(chain, **executor, &state, options, rest);
  }
}

TEST(RunState, BuffersGetMemoryOfTheirOwn) {
  Manifest manifest = makeManifest({{0}, {0}, {0}, {0}, 5}, 1);
  Buffer &value = manifest.buffers[2];
  value.slots = 2;
  // Another buffer lies at the same place, when it is not the value's turn.
  manifest.buffers.push_back({"other", 4, 1, value.offset, ZeroInitial{}});
  const int64_t end = manifest.arenaBytes;
  Result<Manifest> kept = withStateKept(manifest);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->buffers[2].slots, 5);
  EXPECT_EQ(kept->buffers[2].offset, end);
  EXPECT_EQ(kept->arenaBytes, end + int64_t(5) * 64);
  EXPECT_EQ(kept->buffers[3].offset, manifest.buffers[3].offset);
  EXPECT_EQ(stateValuesOf(*kept).size(), 5u);
}

TEST(RunState, InputsOfEarlierIterationsAreRefused) {
  Manifest manifest = makeManifest({{0}, {0}, {0}, {1}, 1}, 1);
  Result<Manifest> kept = withStateKept(manifest);
  ASSERT_FALSE(kept);
  EXPECT_THAT(kept.error().message, HasSubstr("reads input of earlier"));
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

namespace {

/// A program's state with numbers that no two values share.
struct Example {
  Example() {
    for (const StateValue &value : stateValuesOf(program.manifest))
      state.values.push_back({float(value.buffer)});
    for (size_t s = 0; s < state.values.size(); ++s)
      state.values[s][0] += float(s) / 16;
  }

  Program program = keepingProgram(inputChain(900));
  RunState state{12, {{0.25f}}, {}};
};

} // namespace

TEST(StateFile, HoldsTheState) {
  Example example;
  const Manifest &manifest = example.program.manifest;
  TensorFile file = makeStateFile(manifest, example.state, 77);
  auto parsed = parseTensors(serializeTensors(file), "a file");
  ASSERT_TRUE(parsed);
  auto saved = restoreState(manifest, std::move(*parsed), "a file");
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_TRUE(saved->state == example.state);
  EXPECT_EQ(saved->seed, 77u);
}

TEST(StateFile, OthersAreRefused) {
  Example example;
  const Manifest &manifest = example.program.manifest;
  const TensorFile good = makeStateFile(manifest, example.state, 77);
  auto refusal = [&](auto change) {
    TensorFile file = good;
    change(file);
    auto saved = restoreState(manifest, std::move(file), "the file");
    return saved ? std::string("none") : saved.error().message;
  };
  EXPECT_EQ(refusal([](TensorFile &) {}), "none");
  EXPECT_THAT(refusal([](TensorFile &file) { file.metadata.clear(); }),
              HasSubstr("the file is no state of a run"));
  EXPECT_THAT(refusal([](TensorFile &file) {
                file.metadata["layerpipe.iterations"] = "-1";
              }),
              HasSubstr("layerpipe.iterations in the metadata"));
  EXPECT_THAT(refusal([](TensorFile &file) {
                file.metadata["layerpipe.layouts"] = "p=other;";
              }),
              HasSubstr("other layouts"));
  EXPECT_THAT(refusal([](TensorFile &file) {
                file.tensors.erase(file.tensors.begin());
              }),
              HasSubstr("another program than this: it lacks layerpipe.state"));
  EXPECT_THAT(refusal([](TensorFile &file) {
                file.tensors.begin()->second = {{2}, {1, 2}};
              }),
              HasSubstr("has another size of layerpipe.state"));
  EXPECT_THAT(refusal([](TensorFile &file) {
                file.tensors["layerpipe.state/1/more"] = {{1}, {1}};
              }),
              HasSubstr("it also has layerpipe.state/1/more"));
  EXPECT_THAT(refusal([](TensorFile &file) { file.tensors.erase("p"); }),
              HasSubstr("lacks p"));
}
