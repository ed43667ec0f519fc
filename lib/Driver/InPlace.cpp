//===- InPlace.cpp - Schedules from times measured in place ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InPlace.h"

#include "Layerpipe/IR/LayerpipeOps.h"
#include "NativeProgram.h"
#include "layerpipe/Base/FileBytes.h"
#include "layerpipe/Base/Json.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Driver/Execute.h"
#include "layerpipe/Driver/Messages.h"
#include "layerpipe/Driver/TextFile.h"
#include "layerpipe/Network/TaskTimes.h"
#include "layerpipe/Transforms/TaskForming.h"

#include "mlir/Pass/PassManager.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <vector>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;

namespace {

/// Maps names of tasks to their times, in the order of the names.
using TaskTimes = std::map<std::string, int64_t>;

GraphOp graphOf(ModuleOp module) { return *module.getOps<GraphOp>().begin(); }

int64_t periodOf(ModuleOp scheduled) {
  return graphOf(scheduled).getPeriod().value_or(0);
}

/// A trial is a schedule with the executable of its order.
struct Trial {
  OwningOpRef<ModuleOp> scheduled;
  base::TemporaryFolder program;
};

class InPlace {
public:
  InPlace(ModuleOp forward, PipelineOptions &pipeline,
          const ModelOptions &options, const std::string &tool, bool quiet)
      : forward(forward), pipeline(pipeline), options(options), tool(tool),
        quiet(quiet) {}

  FailureOr<OwningOpRef<ModuleOp>> run();

private:
  using Clock = std::chrono::steady_clock;

  /// Returns whether no further order is tried. Slow networks are measured less
  /// often.
  bool isLate() const {
    return Clock::now() - begin > std::chrono::seconds(20);
  }
  FailureOr<Trial> makeTrial();
  LogicalResult link(Trial &trial);
  LogicalResult measure(Trial &trial);
  LogicalResult measureAgain(Trial &trial);
  LogicalResult readFirstTimes();
  LogicalResult proposeTimes(GraphOp measured);

  ModuleOp forward;
  PipelineOptions &pipeline;
  const ModelOptions &options;
  const std::string &tool;
  bool quiet;
  Clock::time_point begin = Clock::now();
  /// These are the last known times of whole tasks, in all forms that were
  /// measured. The next order is made for them, as a profile.
  TaskTimes known;
  std::optional<base::TemporaryFolder> proposal;
};

} // namespace

static LogicalResult fail(const base::Error &error) {
  printError(error.message);
  return failure();
}

/// Describes all that decides in a schedule how long its tasks take: who runs
/// what, in which order, and how many iterations apart.
static std::string describeOrder(GraphOp scheduled) {
  std::string text;
  for (auto task : scheduled.getBody().getOps<TaskOp>())
    text +=
        fmt::format("{} {} {} {} {}\n", task.getName().str(),
                    task.getPart() ? task.getPart()->getBegin() : 0,
                    task.getProcessor().value_or(0), task.getSlot().value_or(0),
                    static_cast<int64_t>(task.getLag().value_or(0)));
  return text;
}

/// Writes a profile of those times.
static std::string describeTimes(const TaskTimes &times) {
  using Json = nlohmann::ordered_json;
  Json tasks = Json::array();
  for (const auto &[name, time] : times)
    tasks.push_back({{"name", name}, {"time", time}});
  Json profile{{"format", "layerpipe-profile"},
               {"version", 1},
               {"time_unit", "ns"},
               {"tasks", std::move(tasks)}};
  return base::dumpJson(profile, {.indent = 2}) + "\n";
}

/// Returns the times of the measured tasks before they were split. A whole task
/// takes what its parts take together. The gradient of an activation that is
/// part of a task keeps the time that is known of it, and the rest is that of
/// the product: if 10 are measured of both and 3 known of the gradient, then 7.
static TaskTimes timesOf(GraphOp measured, const TaskTimes &known) {
  TaskTimes times;
  std::set<std::string> joined;
  for (auto task : measured.getBody().getOps<TaskOp>()) {
    StringRef name =
        task.getPart() ? task.getPart()->getWhole().getValue() : task.getName();
    times[name.str()] += task.getTime().value_or(0);
    if (joinsActivation(task))
      joined.insert(name.str());
  }
  for (const std::string &name : joined) {
    auto gradient =
        known.find(name.substr(0, name.rfind('.')) + ".activation_grad");
    if (gradient != known.end())
      times[name] = std::max<int64_t>(times[name] - gradient->second, 0);
  }
  return times;
}

/// Reads the times that the first order is made for.
LogicalResult InPlace::readFirstTimes() {
  auto text = base::readFileBytes(pipeline.profile);
  if (!text)
    return fail(text.error());
  auto times = network::readTaskTimes(*text);
  if (!times)
    return fail(base::Error{pipeline.profile + ": " + times.message()});
  known.insert(times->begin(), times->end());
  return success();
}

/// Makes the next order from the times that tasks took in this one.
LogicalResult InPlace::proposeTimes(GraphOp measured) {
  if (!proposal) {
    auto file = base::TemporaryFolder::create("times.json");
    if (!file)
      return fail(file.error());
    proposal.emplace(std::move(*file));
  }
  for (const auto &[name, time] : timesOf(measured, known))
    known[name] = time;
  setProfile(proposal->file(), pipeline);
  return writeTextFile(proposal->file(), describeTimes(known));
}

FailureOr<Trial> InPlace::makeTrial() {
  auto program = base::TemporaryFolder::create("trial");
  if (!program)
    return fail(program.error());
  Trial trial{forward.clone(), std::move(*program)};
  PassManager passes(forward.getContext());
  buildLayerpipePipeline(passes, pipeline);
  if (failed(passes.run(*trial.scheduled)))
    return failure();
  return trial;
}

LogicalResult InPlace::link(Trial &trial) {
  OwningOpRef<ModuleOp> copy(trial.scheduled->clone());
  return success(
      succeeded(makeProgram(*copy)) &&
      succeeded(linkProgram(*copy, options, tool, trial.program.file())));
}

/// Gives the trial the starts and the period of the times measured now.
LogicalResult InPlace::measure(Trial &trial) {
  // The costs that tasks cause each other vary more than their own, so each
  // measurement takes about a second.
  constexpr int64_t budget = 1'000'000'000, fewest = 8, most = 4000;
  int64_t steps = std::clamp(
      budget / std::max<int64_t>(periodOf(*trial.scheduled), 1), fewest, most);
  auto profile = base::TemporaryFolder::create("profile.json");
  if (!profile)
    return fail(profile.error());
  if (execute(trial.program.file(),
              measuringArguments(steps, options.pinning,
                                 {"--profile", profile->file(),
                                  "--profile-statistic", "mean"}),
              /*quiet=*/true) != 0)
    return failure();
  PipelineOptions measured;
  setProfile(profile->file(), measured);
  PassManager passes(forward.getContext());
  addCostPass(passes.nest<GraphOp>(), measured);
  return passes.run(*trial.scheduled);
}

/// Gives the trial the times of the run with the median period.
LogicalResult InPlace::measureAgain(Trial &trial) {
  const size_t runs = isLate() ? 1 : 3;
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

FailureOr<OwningOpRef<ModuleOp>> InPlace::run() {
  if (failed(readFirstTimes()))
    return failure();
  constexpr int mostOrders = 4;
  std::set<std::string> orders;
  std::optional<Trial> best;
  for (int i = 0; i < mostOrders && !isLate(); ++i) {
    FailureOr<Trial> trial = makeTrial();
    if (failed(trial))
      return failure();
    if (!orders.insert(describeOrder(graphOf(*trial->scheduled))).second)
      break;
    if (failed(link(*trial)) || (best && failed(measure(*best))) ||
        failed(measure(*trial)))
      return failure();
    if (!quiet)
      base::print("measured     order {}, period {} ns\n", i + 1,
                  periodOf(*trial->scheduled));
    if (failed(proposeTimes(graphOf(*trial->scheduled))))
      return failure();
    if (!best || periodOf(*trial->scheduled) < periodOf(*best->scheduled))
      best.emplace(std::move(*trial));
  }
  // A single late measurement was not chosen among others, and serves.
  if ((orders.size() > 1 || !isLate()) && failed(measureAgain(*best)))
    return failure();
  return std::move(best->scheduled);
}

FailureOr<OwningOpRef<ModuleOp>>
layerpipe::driver::scheduleInPlace(ModuleOp forward, PipelineOptions &pipeline,
                                   const ModelOptions &options,
                                   const std::string &tool, bool quiet) {
  return InPlace(forward, pipeline, options, tool, quiet).run();
}
