//===- SameSchedulesTest.cpp - Does compare tell what compile does? -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A row of a comparison and the schedule that the pipeline makes of the same
// network must agree in every figure, or refuse in the same words. With
// LAYERPIPE_WHOLE_TABLE=1 in the environment each network is scheduled on 1 to
// 8 and on 16 processors, with and without links, which takes many minutes;
// otherwise each has some of these machines, and all of them together.
//
//===----------------------------------------------------------------------===//

#include "NetworkFiles.h"
#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Machine/MachineOptions.h"
#include "layerpipe/Target/ScheduleExport.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

/// This is where a network runs. Links are so slow that they count.
struct Place {
  int64_t processors = 1;
  bool links = false;

  double bandwidth() const { return links ? 2.5 : 0; }
  int64_t latency() const { return links ? 100 : 0; }
};

} // namespace

/// Returns the rows of a comparison.
static std::vector<compare::Row>
compareNetwork(const NetworkForms &forms, const Place &place,
               const std::vector<strategies::Strategy> &strategies) {
  compare::CompareOptions options;
  auto bandwidth = machine::exactBandwidth(place.bandwidth());
  EXPECT_TRUE(bandwidth);
  options.links.others = {*bandwidth, place.latency()};
  options.processors = {place.processors};
  options.strategies = strategies;
  auto rows = compare::compareAll(forms.tasks(), options);
  EXPECT_TRUE(rows) << rows.message();
  return rows ? std::move(*rows) : std::vector<compare::Row>();
}

/// Returns the figures of a row, or why there is none.
static std::string tell(const compare::Row &row) {
  if (!row.error.empty())
    return row.error;
  return fmt::format("period {} bound {} staleness {} memory {} sends {} "
                     "copies {} limited by {}",
                     *row.period, *row.lowerBound, *row.maxStaleness,
                     *row.peakMemoryBytes, *row.communicationBytes,
                     *row.bytesCopied, row.limitedBy);
}

/// Returns the same of a schedule.
static std::string tell(const scheduling::StaticSchedule &schedule) {
  int64_t staleness = 0, memory = 0;
  for (const scheduling::ScheduleParameter &parameter : schedule.parameters)
    staleness = std::max(staleness, parameter.staleness);
  for (const scheduling::ScheduleProcessor &processor : schedule.processors)
    memory = std::max(memory, processor.memoryBytes);
  return fmt::format("period {} bound {} staleness {} memory {} sends {} "
                     "copies {} limited by {}",
                     schedule.period, schedule.bounds.lower, staleness, memory,
                     schedule.bytesPerIteration, schedule.bytesCopied,
                     schedule.limitedBy);
}

/// Schedules the network by the pipeline, and returns the figures or the first
/// error without what introduces it.
static std::string schedule(Network &network, const Place &place,
                            const std::string &strategy) {
  OwningOpRef<ModuleOp> copy(network.module.get().clone());
  std::string refused;
  ScopedDiagnosticHandler listen(copy->getContext(), [&](Diagnostic &error) {
    if (refused.empty())
      refused = error.str();
  });
  network.options.processors = place.processors;
  network.options.bandwidth = place.bandwidth();
  network.options.latency = place.latency();
  network.options.strategy = strategy;
  PassManager passes(copy->getContext());
  buildLayerpipePipeline(passes, network.options);
  if (failed(passes.run(*copy))) {
    llvm::StringRef words = refused;
    words.consume_front("can't plan: ");
    return words.str();
  }
  auto made = makeStaticSchedule(onlyGraph(*copy));
  return succeeded(made) ? tell(*made) : refused;
}

/// Returns some of all machines. Over all indices each machine comes up.
static std::vector<Place> placesOf(size_t index, size_t count) {
  constexpr int64_t numbers[] = {1, 2, 3, 4, 5, 6, 7, 8, 16};
  std::vector<Place> all;
  for (int64_t processors : numbers)
    for (bool links : {false, true})
      all.push_back({processors, links});
  if (const char *whole = std::getenv("LAYERPIPE_WHOLE_TABLE");
      whole && std::string_view(whole) == "1")
    return all;
  std::vector<Place> some;
  // Seven has no common divisor with the number of machines.
  for (size_t k = 0; k < count; ++k)
    some.push_back(all[(index * count + k) * 7 % all.size()]);
  return some;
}

/// Compares both for these strategies, on some machines for each file.
static void expectSame(const std::vector<std::string> &files,
                       const std::vector<strategies::Strategy> &strategies,
                       size_t machinesPerFile) {
  for (size_t index = 0; index < files.size(); ++index) {
    SCOPED_TRACE(files[index]);
    auto context = makeContext();
    Network network;
    ASSERT_NO_FATAL_FAILURE(readNetwork(files[index], *context, network));
    auto forms = formsOf(network);
    ASSERT_TRUE(succeeded(forms));
    for (const Place &place : placesOf(index, machinesPerFile))
      for (const compare::Row &row : compareNetwork(*forms, place, strategies))
        EXPECT_EQ(tell(row), schedule(network, place, row.strategy))
            << row.strategy << " on " << row.processors
            << (place.links ? " with links" : "");
  }
}

/// Returns the strategies that yield schedules: those that search, or those
/// that take little time.
static std::vector<strategies::Strategy> schedulable(bool searching) {
  std::vector<strategies::Strategy> chosen;
  for (const strategies::Strategy &strategy : strategies::knownStrategies())
    if (strategy.schedulable && !strategy.ordersMicrobatches &&
        (strategy.name == "layerpipe") == searching)
      chosen.push_back(strategy);
  return chosen;
}

TEST(SameSchedules, OfExamples) {
  expectSame(exampleNetworks(), schedulable(/*searching=*/false), 4);
  expectSame(exampleNetworks(), schedulable(/*searching=*/true), 2);
}

TEST(SameSchedules, OfPublishedProfiles) {
  if (profileFolder().empty())
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of profiles";
  std::vector<std::string> files = filesIn(profileFolder(), ".txt");
  expectSame(files, schedulable(/*searching=*/false), 4);
  expectSame(files, schedulable(/*searching=*/true), 2);
}
