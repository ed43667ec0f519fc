//===- InPlace.cpp - Schedules from times measured in place ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "InPlace.h"

#include "CostsFile.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "NativeProgram.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Base/TemporaryFolder.h"
#include "layerpipe/Driver/Execute.h"
#include "layerpipe/Driver/Messages.h"
#include "layerpipe/Target/ScheduleExport.h"
#include "layerpipe/Transforms/TaskForming.h"

#include "mlir/Pass/PassManager.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <set>
#include <vector>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;
using runtime::NamedTimes;

namespace {

/// Maps names of tasks to their times, in the order of the names.
using TaskTimes = std::map<std::string, int64_t>;

GraphOp graphOf(ModuleOp module) { return *module.getOps<GraphOp>().begin(); }

int64_t periodOf(ModuleOp scheduled) {
  return graphOf(scheduled).getPeriod().value_or(0);
}

/// A trial is a schedule with the executable of its order.
struct Trial {
  InPlaceAnswer answer;
  base::TemporaryFolder program;

  ModuleOp scheduled() const { return *answer.scheduled; }
  int64_t period() const { return periodOf(scheduled()); }
};

class InPlace {
public:
  InPlace(const SchedulingQuestion &question, PipelineOptions &pipeline,
          Measuring &measuring, const NamedTimes &first)
      : question(question), pipeline(pipeline), measuring(measuring),
        known(first.begin(), first.end()),
        limit(measuring.timeLeft() * measuring.budgetSeconds()) {}

  FailureOr<InPlaceAnswer> run();

private:
  using Clock = std::chrono::steady_clock;

  double seconds() const {
    return std::chrono::duration<double>(Clock::now() - begin).count();
  }
  /// Returns whether something that takes so many seconds would end too late.
  /// Slow networks are measured less often.
  bool isLateFor(double more) const { return seconds() + more > limit; }
  FailureOr<Trial> makeTrial();
  LogicalResult link(Trial &trial);
  LogicalResult measure(Trial &trial);
  LogicalResult measureAgain(Trial &trial);
  LogicalResult proposeTimes(GraphOp measured);

  SchedulingQuestion question;
  PipelineOptions &pipeline;
  Measuring &measuring;
  /// These are the last known times of whole tasks, in all forms that were
  /// measured. The next order is made for them, as a profile.
  TaskTimes known;
  Clock::time_point begin = Clock::now();
  double limit;       ///< There are so many seconds.
  double lastRun = 0; ///< The last measurement took so many seconds.
  CostsFile proposal;
};

} // namespace

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

/// Says how late gradients are: the latest one, and the sum over all
/// parameters.
static std::pair<int64_t, int64_t> stalenessOf(GraphOp scheduled) {
  std::pair<int64_t, int64_t> staleness;
  auto made = makeStaticSchedule(scheduled);
  if (failed(made))
    return staleness;
  for (const auto &parameter : made->parameters) {
    staleness.first = std::max(staleness.first, parameter.staleness);
    staleness.second += parameter.staleness;
  }
  return staleness;
}

/// Returns whether the new trial is preferred. Periods that are closer than the
/// noise of a machine count as equal.
static bool isBetter(const Trial &trial, const Trial &best) {
  const int64_t noise = best.period() / 50;
  if (std::abs(trial.period() - best.period()) > noise)
    return trial.period() < best.period();
  auto own = stalenessOf(graphOf(trial.scheduled()));
  auto other = stalenessOf(graphOf(best.scheduled()));
  return own != other ? own < other : trial.period() < best.period();
}

/// Makes the next order from the times that tasks took in this one.
LogicalResult InPlace::proposeTimes(GraphOp measured) {
  for (const auto &[name, time] : timesOf(measured, known))
    known[name] = time;
  return proposal.use({known.begin(), known.end()}, pipeline);
}

FailureOr<Trial> InPlace::makeTrial() {
  auto program = base::TemporaryFolder::create("trial");
  if (!program)
    return failWith(program.error());
  ModuleOp forward = question.forward;
  Trial trial{{forward.clone(), {known.begin(), known.end()}, {}},
              std::move(*program)};
  PassManager passes(forward.getContext());
  buildLayerpipePipeline(passes, pipeline);
  if (failed(passes.run(trial.scheduled())))
    return failure();
  return trial;
}

LogicalResult InPlace::link(Trial &trial) {
  OwningOpRef<ModuleOp> copy(trial.scheduled().clone());
  return success(succeeded(makeProgram(*copy)) &&
                 succeeded(measuring.chooseKernels(*copy)) &&
                 succeeded(linkProgram(*copy, question.options, question.tool,
                                       trial.program.file())));
}

/// Gives the trial the starts and the period of the times measured now.
LogicalResult InPlace::measure(Trial &trial) {
  // The costs that tasks cause each other vary more than their own, so each
  // measurement takes a twenty-fifth of the time.
  const double budget = measuring.budgetSeconds() * 1e9 / 25;
  constexpr double fewest = 6, most = 4000;
  const auto steps = int64_t(std::clamp(
      budget / double(std::max<int64_t>(trial.period(), 1)), fewest, most));
  auto profile = base::TemporaryFolder::create("profile.json");
  if (!profile)
    return failWith(profile.error());
  const double start = seconds();
  if (execute(trial.program.file(),
              measuringArguments(steps, question.options.pinning,
                                 {"--profile", profile->file(),
                                  "--profile-statistic", "mean"}),
              /*quiet=*/true) != 0)
    return failure();
  lastRun = seconds() - start;
  FailureOr<NamedTimes> times = readTimes(profile->file());
  if (failed(times))
    return failure();
  trial.answer.measured = std::move(*times);
  PipelineOptions measured;
  setProfile(profile->file(), measured);
  PassManager passes(question.forward.getContext());
  addCostPass(passes.nest<GraphOp>(), measured);
  return passes.run(trial.scheduled());
}

/// Gives the trial the times of the run with the median period.
LogicalResult InPlace::measureAgain(Trial &trial) {
  const size_t runs = isLateFor(3 * lastRun) ? 1 : 3;
  std::vector<std::pair<OwningOpRef<ModuleOp>, NamedTimes>> measured;
  for (size_t run = 0; run < runs; ++run) {
    if (failed(measure(trial)))
      return failure();
    measured.emplace_back(trial.scheduled().clone(), trial.answer.measured);
  }
  std::sort(measured.begin(), measured.end(), [](auto &a, auto &b) {
    return periodOf(*a.first) < periodOf(*b.first);
  });
  auto &median = measured[runs / 2];
  trial.answer.scheduled = std::move(median.first);
  trial.answer.measured = std::move(median.second);
  return success();
}

FailureOr<InPlaceAnswer> InPlace::run() {
  constexpr int mostOrders = 4;
  std::set<std::string> orders;
  std::optional<Trial> best;
  double lastOrder = 0;
  // One more measurement follows.
  for (int i = 0;
       i < mostOrders && (!best || !isLateFor(lastOrder + 2 * lastRun)); ++i) {
    const double start = seconds();
    FailureOr<Trial> trial = makeTrial();
    if (failed(trial))
      return failure();
    if (!orders.insert(describeOrder(graphOf(trial->scheduled()))).second)
      break;
    if (failed(link(*trial)) || (best && failed(measure(*best))) ||
        failed(measure(*trial)))
      return failure();
    if (!question.quiet)
      base::print("measured     order {}, period {} ns\n", i + 1,
                  trial->period());
    if (failed(proposeTimes(graphOf(trial->scheduled()))))
      return failure();
    if (!best || isBetter(*trial, *best))
      best.emplace(std::move(*trial));
    lastOrder = seconds() - start;
  }
  // A single late measurement was not chosen among others, and serves.
  if ((orders.size() > 1 || !isLateFor(lastRun)) && failed(measureAgain(*best)))
    return failure();
  return std::move(best->answer);
}

FailureOr<InPlaceAnswer> layerpipe::driver::scheduleInPlace(
    const SchedulingQuestion &question, PipelineOptions &pipeline,
    Measuring &measuring, const NamedTimes &first) {
  return InPlace(question, pipeline, measuring, first).run();
}
