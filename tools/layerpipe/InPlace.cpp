//===- InPlace.cpp - Schedules from times measured in place ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InPlace.h"

#include "Execute.h"
#include "NativeProgram.h"
#include "layerpipe/Target/Native.h"

#include "mlir/Pass/PassManager.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

GraphOp graphOf(ModuleOp module) { return *module.getOps<GraphOp>().begin(); }

int64_t periodOf(ModuleOp scheduled) {
  return graphOf(scheduled).getPeriod().value_or(0);
}

/// A schedule and the executable of its order.
struct Trial {
  OwningOpRef<ModuleOp> scheduled;
  TemporaryFile program;
  /// The newest times, as a profile.
  TemporaryFile profile;
};

class InPlace {
public:
  InPlace(ModuleOp assigned, const PipelineOptions &pipeline,
          const ModelOptions &options, const Context &tool)
      : assigned(assigned), pipeline(pipeline), options(options), tool(tool) {}

  FailureOr<OwningOpRef<ModuleOp>> run();

private:
  FailureOr<Trial> makeTrial();
  LogicalResult link(Trial &trial);
  LogicalResult measure(Trial &trial);
  LogicalResult measureOften(Trial &trial);
  LogicalResult useTimes(ModuleOp module, const Trial &trial);

  ModuleOp assigned;
  const PipelineOptions &pipeline;
  const ModelOptions &options;
  const Context &tool;
};

} // namespace

/// What of a schedule decides how long its tasks take: who runs what, in which
/// order, and how many iterations apart.
static std::string describeOrder(GraphOp scheduled) {
  std::string text;
  for (auto task : scheduled.getBody().getOps<TaskOp>())
    text +=
        fmt::format("{} {} {} {}\n", task.getName().str(),
                    task.getProcessor().value_or(0), task.getSlot().value_or(0),
                    static_cast<int64_t>(task.getLag().value_or(0)));
  return text;
}

FailureOr<Trial> InPlace::makeTrial() {
  auto fail = [](llvm::Error error) {
    printError(llvm::toString(std::move(error)));
    return failure();
  };
  llvm::Expected<TemporaryFile> program = TemporaryFile::create("trial");
  if (!program)
    return fail(program.takeError());
  llvm::Expected<TemporaryFile> profile = TemporaryFile::create("json");
  if (!profile)
    return fail(profile.takeError());
  Trial trial{assigned.clone(), std::move(*program), std::move(*profile)};
  PassManager passes(assigned.getContext());
  buildSchedulePipeline(passes, pipeline);
  if (failed(passes.run(*trial.scheduled)))
    return failure();
  return trial;
}

LogicalResult InPlace::link(Trial &trial) {
  OwningOpRef<ModuleOp> copy(trial.scheduled->clone());
  return success(
      succeeded(makeProgram(*copy)) &&
      succeeded(linkProgram(*copy, options, tool, trial.program.path())));
}

LogicalResult InPlace::measure(Trial &trial) {
  // What tasks cost each other varies more than they do, so about a second.
  constexpr int64_t budget = 1'000'000'000, fewest = 20, most = 4000;
  int64_t steps = std::clamp(
      budget / std::max<int64_t>(periodOf(*trial.scheduled), 1), fewest, most);
  if (execute(trial.program.path(),
              {"--data", "synthetic", "--steps", std::to_string(steps),
               "--profile", trial.profile.path(), "--profile-statistic",
               "mean"},
              /*quiet=*/true) != 0)
    return failure();
  return useTimes(*trial.scheduled, trial);
}

/// Gives the trial the times of the run with the median period.
LogicalResult InPlace::measureOften(Trial &trial) {
  constexpr size_t runs = 3;
  std::vector<OwningOpRef<ModuleOp>> measured;
  for (size_t run = 0; run < runs; ++run) {
    if (failed(measure(trial)))
      return failure();
    measured.push_back(trial.scheduled->clone());
  }
  std::sort(measured.begin(), measured.end(),
            [](OwningOpRef<ModuleOp> &a, OwningOpRef<ModuleOp> &b) {
              return periodOf(*a) < periodOf(*b);
            });
  trial.scheduled = std::move(measured[runs / 2]);
  return success();
}

/// Gives the module's tasks the times of the trial.
LogicalResult InPlace::useTimes(ModuleOp module, const Trial &trial) {
  PipelineOptions measured;
  setCosts({.model = "profile=" + trial.profile.path()}, measured);
  PassManager passes(module.getContext());
  addCostPass(passes.nest<GraphOp>(), measured);
  return passes.run(module);
}

FailureOr<OwningOpRef<ModuleOp>> InPlace::run() {
  constexpr int mostOrders = 4;
  std::set<std::string> orders;
  std::optional<Trial> best;
  for (int i = 0; i < mostOrders; ++i) {
    FailureOr<Trial> trial = makeTrial();
    if (failed(trial))
      return failure();
    if (!orders.insert(describeOrder(graphOf(*trial->scheduled))).second)
      break;
    if (failed(link(*trial)) || (best && failed(measure(*best))) ||
        failed(measure(*trial)) || failed(useTimes(assigned, *trial)))
      return failure();
    if (!best || periodOf(*trial->scheduled) < periodOf(*best->scheduled))
      best.emplace(std::move(*trial));
  }
  if (failed(measureOften(*best)))
    return failure();
  return std::move(best->scheduled);
}

FailureOr<OwningOpRef<ModuleOp>> layerpipe::driver::scheduleInPlace(
    ModuleOp assigned, const PipelineOptions &pipeline,
    const ModelOptions &options, const Context &tool) {
  return InPlace(assigned, pipeline, options, tool).run();
}
