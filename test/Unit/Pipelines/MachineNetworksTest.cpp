//===- MachineNetworksTest.cpp - Random networks on random machines -------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A schedule on a machine with speeds and links, which may differ by level or
// pair, stands in the IR as the planner made it: the file of a row of a
// comparison, the file that the IR exports, and that of the IR to which the
// first one was applied are the same, byte for byte. Where tasks are split, the
// graphs of the planner and of the IR list edges in another order and call
// slices by other names; then nothing else differs.
//
//===----------------------------------------------------------------------===//

#include "Networks.h"
#include "Sched/IR/SchedDialect.h"
#include "Support/RandomLinks.h"
#include "layerpipe/Analysis/GraphMachine.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Conversion/Passes.h"
#include "layerpipe/Machine/MachineOptions.h"
#include "layerpipe/Schedule/ScheduleJson.h"
#include "layerpipe/Target/ScheduleExport.h"
#include "layerpipe/Transforms/NetworkForms.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::testing;

namespace {

/// This is a machine of up to three processors. Options say what the graph
/// doesn't: links that differ stand there.
struct RandomMachine {
  machine::MachineOptions options;
  scheduling::Links links;

  explicit RandomMachine(uint64_t seed) {
    std::mt19937_64 random(seed);
    auto draw = [&](uint64_t most) { return random() % (most + 1); };
    options.bandwidth = draw(3) == 0 ? 0 : double(1 + draw(400)) / 8;
    options.latency = static_cast<int64_t>(draw(2) == 0 ? 0 : draw(40));
    if (draw(1) == 0)
      for (int processor = 0; processor < 3; ++processor)
        options.speeds.push_back(double(1 + draw(7)) / 4);
    if (draw(1) == 0)
      links = scheduling::test::randomLinks(random, 3, [&] {
        return scheduling::Link{scheduling::reduce({int64_t(1 + draw(99)), 2}),
                                int64_t(draw(40))};
      });
  }

  bool linksDiffer() const { return !links.areUniform(); }

  machine::MachineDescription describe() const {
    machine::MachineDescription description =
        *machine::describeMachine(options);
    if (linksDiffer())
      description.links = links;
    return description;
  }

  /// Fills the options of the pipeline, and puts the rest onto the graph.
  void place(GraphOp graph, const Setting &setting,
             PipelineOptions &pipeline) const {
    pipeline.strategy = setting.strategy;
    pipeline.processors = setting.processors;
    if (linksDiffer()) {
      setMachine(graph, makeMachine(describe(), 3));
      return;
    }
    pipeline.bandwidth = options.bandwidth;
    pipeline.latency = options.latency;
    for (double speed : options.speeds)
      pipeline.speeds.push_back(speed);
  }
};

} // namespace

/// Returns the file of the row of that strategy, or "" if it has no schedule.
static std::string fileOfRow(ModuleOp network, const RandomMachine &machine,
                             const Setting &setting) {
  OwningOpRef<ModuleOp> copy = network.clone();
  PassManager passes(copy->getContext());
  buildTrainingPipeline(passes, PipelineOptions());
  if (failed(passes.run(*copy)))
    return "";
  auto forms = NetworkForms::make(onlyGraph(*copy), {});
  auto strategy = strategies::parseStrategy(setting.strategy);
  if (failed(forms) || !strategy)
    return "";
  compare::CompareOptions options;
  static_cast<machine::MachineDescription &>(options) = machine.describe();
  options.strategies = {*strategy};
  options.processors = {setting.processors};
  std::string file;
  auto rows = compare::compareAll(
      forms->tasks(), options,
      [&](const compare::Row &row, const scheduling::StaticSchedule *schedule) {
        file = schedule ? scheduling::writeScheduleJson(*schedule) : row.error;
      });
  return rows ? file : rows.message();
}

/// Returns the file that the IR exports when the pipeline has made it.
static std::string fileOfPipeline(ModuleOp network,
                                  const PipelineOptions &options) {
  OwningOpRef<ModuleOp> copy = network.clone();
  PassManager passes(copy->getContext());
  buildLayerpipePipeline(passes, options);
  std::string file;
  llvm::raw_string_ostream stream(file);
  if (failed(passes.run(*copy)) ||
      failed(exportScheduleJson(onlyGraph(*copy), stream)))
    return "failed";
  return file;
}

/// Returns how many transfers the links of the program have that a scheduled
/// graph becomes, which is verified on the way, and −1 if there is no program.
static int64_t countTransfers(ModuleOp network,
                              const PipelineOptions &options) {
  OwningOpRef<ModuleOp> copy = network.clone();
  PassManager passes(copy->getContext());
  buildLayerpipePipeline(passes, options);
  passes.addPass(createConvertLayerpipeToSched());
  if (failed(passes.run(*copy)))
    return -1;
  int64_t transfers = 0;
  copy->walk(
      [&](sched::LinkOp link) { transfers += link.getTransfers().size(); });
  return transfers;
}

/// Returns the schedule with its values called by their producers, and edges
/// and transfers in an order of their own. An edge tells only whether it has a
/// transfer.
static std::string normalize(const std::string &file) {
  auto read = scheduling::readScheduleJson(file);
  if (!read)
    return read.message();
  std::map<std::string, std::string> producers;
  for (scheduling::ScheduleEdge &edge : read->edges) {
    const std::string &producer = read->tasks[edge.from].name;
    producers[edge.value] = producer;
    edge.value = producer;
    edge.transfer = std::min<int64_t>(edge.transfer, 0);
  }
  for (scheduling::ScheduleTransfer &transfer : read->transfers)
    transfer.value = producers[transfer.value];
  std::vector<std::string> lines;
  for (const auto &edge : read->edges)
    lines.push_back(fmt::format("{} {} {} {} {} {} {} {}", edge.value, edge.to,
                                toString(edge.kind), edge.distance, edge.bytes,
                                edge.initial, edge.channelCapacity,
                                edge.transfer));
  for (const auto &transfer : read->transfers)
    lines.push_back(fmt::format("{} {} {} {} {} {} {}", transfer.value,
                                transfer.fromProcessor, transfer.toProcessor,
                                transfer.start, transfer.lag, transfer.duration,
                                transfer.latency));
  std::sort(lines.begin(), lines.end());
  read->edges.clear();
  read->transfers.clear();
  return fmt::format("{}{}", scheduling::writeScheduleJson(*read),
                     fmt::join(lines, "\n"));
}

TEST(MachineNetworks, AnIrHasTheScheduleOfItsRowOnAnyMachine) {
  auto context = makeContext();
  auto [begin, end] = seeds(12);
  auto folder = base::TemporaryFolder::create("schedule.json");
  ASSERT_TRUE(folder);
  std::string path = folder->file();
  for (uint64_t seed = begin; seed < end; ++seed) {
    OwningOpRef<ModuleOp> network =
        makeNetwork(*context, seed, /*anyLabels=*/false);
    RandomMachine machine(seed);
    for (const char *strategy :
         {"sequential", "pipedream", "layerpipe-intra", "layerpipe"}) {
      SCOPED_TRACE(::testing::Message() << "seed " << seed << ", " << strategy);
      Setting setting{strategy, seed % 2 == 0 ? 2 : 3};
      std::string row = fileOfRow(*network, machine, setting);
      OwningOpRef<ModuleOp> placed = network->clone();
      PipelineOptions options;
      machine.place(onlyGraph(*placed), setting, options);
      std::string file = fileOfPipeline(*placed, options);
      if (setting.strategy == "layerpipe")
        ASSERT_EQ(normalize(row), normalize(file));
      else
        ASSERT_EQ(row, file);

      auto schedule = scheduling::readScheduleJson(file);
      ASSERT_TRUE(schedule) << schedule.message();
      bool links = !scheduling::areInstant(schedule->links);
      ASSERT_EQ(countTransfers(*placed, options),
                links ? int64_t(schedule->transfers.size()) : 0);

      std::ofstream(path) << row;
      PipelineOptions applied;
      applied.schedule = path;
      ASSERT_EQ(file, fileOfPipeline(*network, applied));
    }
  }
}
