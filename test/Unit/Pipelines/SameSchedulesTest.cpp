//===- SameSchedulesTest.cpp - Does compare tell what compile does? -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A row of a comparison and the schedule that the pipeline makes of the same
// network must agree in every figure, or refuse in the same words.
//
//===----------------------------------------------------------------------===//

#include "Networks.h"
#include "Profiles.h"
#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Import/Format.h"
#include "layerpipe/Target/ScheduleExport.h"
#include "layerpipe/Transforms/NetworkForms.h"
#include "llvm/Support/MemoryBuffer.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

/// This is a network as it is in its file.
struct Network {
  OwningOpRef<ModuleOp> module;
  PipelineOptions options;
};

} // namespace

static void readNetwork(const std::string &path, MLIRContext &context,
                        Network &network) {
  auto file = llvm::MemoryBuffer::getFile(path);
  ASSERT_TRUE(bool(file)) << path;
  const Format &format = formatOf(path, (*file)->getBuffer());
  if (&format == &pipedreamProfileFormat)
    network.options.costModel = "profile";
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(std::move(*file), llvm::SMLoc());
  network.module = format.import(sources, &context, {});
  ASSERT_TRUE(bool(network.module)) << path;
}

/// Returns the rows of a comparison.
static std::vector<compare::Row>
compareNetwork(const Network &network, const std::vector<int64_t> &processors,
               const std::vector<strategies::Strategy> &strategies) {
  OwningOpRef<ModuleOp> copy(network.module.get().clone());
  PassManager passes(copy->getContext());
  buildTrainingPipeline(passes, network.options);
  EXPECT_TRUE(succeeded(passes.run(*copy)));
  FormOptions forms;
  forms.costs.model = network.options.costModel.getValue();
  auto made = NetworkForms::make(onlyGraph(*copy), forms);
  EXPECT_TRUE(succeeded(made));
  if (failed(made))
    return {};
  compare::CompareOptions options;
  options.processors = processors;
  options.strategies = strategies;
  auto rows = compare::compareAll(made->tasks(), options);
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
static std::string schedule(Network &network, const compare::Row &row) {
  OwningOpRef<ModuleOp> copy(network.module.get().clone());
  std::string refused;
  ScopedDiagnosticHandler listen(copy->getContext(), [&](Diagnostic &error) {
    if (refused.empty())
      refused = error.str();
  });
  network.options.processors = row.processors;
  network.options.strategy = row.strategy;
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

/// Compares both for these strategies. Networks are large, so each has a few of
/// the numbers of processors, and all of these together.
static void expectSame(const std::vector<std::string> &files,
                       const std::vector<strategies::Strategy> &strategies,
                       size_t numbersPerFile) {
  const std::vector<int64_t> numbers = {1, 2, 3, 5, 8};
  for (size_t index = 0; index < files.size(); ++index) {
    SCOPED_TRACE(files[index]);
    auto context = makeContext();
    Network network;
    ASSERT_NO_FATAL_FAILURE(readNetwork(files[index], *context, network));
    std::vector<int64_t> processors;
    for (size_t k = 0; k < numbersPerFile; ++k)
      processors.push_back(numbers[(index + 2 * k) % numbers.size()]);
    for (const compare::Row &row :
         compareNetwork(network, processors, strategies))
      EXPECT_EQ(tell(row), schedule(network, row))
          << row.strategy << " on " << row.processors;
  }
}

/// Returns the strategies that yield schedules: those that search, or those
/// that take little time.
static std::vector<strategies::Strategy> schedulable(bool searching) {
  std::vector<strategies::Strategy> chosen;
  for (const strategies::Strategy &strategy : strategies::knownStrategies())
    if (strategy.schedulable && (strategy.name == "layerpipe") == searching)
      chosen.push_back(strategy);
  return chosen;
}

static std::vector<std::string> exampleNetworks() {
  std::vector<std::string> files = filesIn(LAYERPIPE_NETWORKS, ".mlir");
  files.push_back(std::string(LAYERPIPE_NETWORKS) + "/branches.txt");
  return files;
}

TEST(SameSchedules, OfExamples) {
  expectSame(exampleNetworks(), schedulable(/*searching=*/false), 5);
  expectSame(exampleNetworks(), schedulable(/*searching=*/true), 2);
}

TEST(SameSchedules, OfPublishedProfiles) {
  if (profileFolder().empty())
    GTEST_SKIP() << "LAYERPIPE_TEST_DATA names no folder of profiles";
  std::vector<std::string> files = filesIn(profileFolder(), ".txt");
  expectSame(files, schedulable(/*searching=*/false), 5);
  expectSame(files, schedulable(/*searching=*/true), 2);
}
