//===- LegalNetworksTest.cpp - every legal network, every strategy --------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random networks of any shape that the verifier allows compile with every
// strategy on 1, 2, 3 or 5 processors, of which some may stay idle. What they
// compute equals, bit for bit, the network that was only differentiated and
// whose gradients arrive as late as the schedule says; where a sum is cut, up
// to rounding.
//
// LAYERPIPE_RANDOM_NETWORKS, "10000" or "5000-10000", asks for other networks
// than the usual 300, and for each number of processors with each.
//
//===----------------------------------------------------------------------===//

#include "DelayedTraining.h"
#include "Networks.h"
#include "layerpipe/Transforms/Passes.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;
using ::testing::AssertionFailure;
using ::testing::AssertionResult;

/// Where nobody asked for more, strategies that search take turns: two numbers
/// of processors for even seeds, two for odd ones.
static std::vector<int64_t> processorCounts(StringRef strategy, uint64_t seed) {
  if (askedNetworks() || !strategy.starts_with("layerpipe"))
    return {1, 2, 3, 5};
  return seed % 2 == 0 ? std::vector<int64_t>{1, 3}
                       : std::vector<int64_t>{2, 5};
}

namespace {

/// One strategy, on all numbers of processors.
class LegalNetworks : public ::testing::TestWithParam<const char *> {
protected:
  static void SetUpTestSuite() { registerLayerpipeTransformsPasses(); }

  /// Whether the strategy schedules a network, and it trains as it should.
  AssertionResult check(ModuleOp network, uint64_t seed);

  std::unique_ptr<MLIRContext> context = makeContext();
};

} // namespace

AssertionResult LegalNetworks::check(ModuleOp network, uint64_t seed) {
  OwningOpRef<ModuleOp> differentiated = network.clone();
  if (auto made = runPasses(*differentiated, "layerpipe-differentiate"); !made)
    return made;
  for (int64_t processors : processorCounts(GetParam(), seed)) {
    OwningOpRef<ModuleOp> copy = network.clone();
    if (failed(schedule(*copy, {GetParam(), processors})))
      return AssertionFailure() << processors << " processors: no schedule";
    AssertionResult alike =
        trainsAlike(*differentiated, onlyGraph(*copy), seed);
    if (!alike)
      return AssertionFailure()
             << processors << " processors: " << alike.message();
  }
  return ::testing::AssertionSuccess();
}

TEST_P(LegalNetworks, CompileAndTrainAsTheInterpreterSays) {
  for (auto [seed, end] = seeds(300); seed < end; ++seed) {
    OwningOpRef<ModuleOp> network =
        makeNetwork(*context, seed, /*anyLabels=*/true);
    ASSERT_TRUE(succeeded(verify(*network))) << "seed " << seed;
    AssertionResult result = check(*network, seed);
    if (!result) {
      network->dump();
      FAIL() << "seed " << seed << ", on " << result.message();
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Strategies, LegalNetworks,
                         ::testing::Values("sequential", "pipedream",
                                           "layerpipe-intra", "layerpipe"),
                         [](const auto &info) {
                           std::string name = info.param;
                           llvm::erase(name, '-');
                           return name;
                         });
