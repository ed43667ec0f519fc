//===- Measuring.cpp - What a compilation measures ------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Measuring.h"

#include "WeightLayouts.h"

#include "Layerpipe/IR/LayerpipeKernels.h"
#include "Layerpipe/IR/LayerpipeOps.h"
#include "Sched/IR/SchedDialect.h"
#include "layerpipe/Driver/Messages.h"
#include "layerpipe/Runtime/ProgramABI.h"

#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::driver;
using runtime::KernelDescription;
using runtime::MeasuredKernel;

/// Kernels are measured within this share of the time; the rest is for tasks
/// and orders, which need programs to be linked.
static constexpr double shareOfKernels = 0.8;

static runtime::KernelLibrary &library() {
  return *static_cast<runtime::KernelLibrary *>(
      layerpipe_kernel_library_measured());
}

/// Returns the file in the user's cache folder, or "" if there is no such
/// folder.
static std::string defaultFile() {
  const char *cache = std::getenv("XDG_CACHE_HOME");
  const char *home = std::getenv("HOME");
  std::string folder;
  if (cache && *cache == '/')
    folder = cache;
  else if (home && *home == '/')
    folder = std::string(home) + "/.cache";
  return folder.empty() ? "" : folder + "/layerpipe/measurements-1.json";
}

LogicalResult Measuring::open() {
  isUsersFile = !options.kernelCache.empty();
  if (options.kernelCache != "none")
    path = isUsersFile ? options.kernelCache : defaultFile();
  known.machine = runtime::identifyMachine(library());
  if (path.empty())
    return success();
  auto read = runtime::readMeasurements(path);
  if (read) {
    known = read->of(known.machine);
    return success();
  }
  if (isUsersFile) {
    printError("--kernel-cache: " + read.message());
    return failure();
  }
  printNote(read.message() + "; it will be written anew");
  return success();
}

/// Adds what was measured to the file, and learns what others have added.
void Measuring::share() {
  if (path.empty())
    return;
  auto shared =
      runtime::shareMeasurements(path, known,
                                 isUsersFile ? runtime::DamagedFile::Refused
                                             : runtime::DamagedFile::Replaced,
                                 refused);
  refused.clear();
  if (shared)
    return;
  printNote("measurements are not kept: " + shared.message());
  path.clear();
}

void Measuring::keepProgram(runtime::MeasuredProgram program) {
  runtime::MachineMeasurements added;
  added.programs.push_back(std::move(program));
  known.add(added);
  share();
}

double Measuring::timeLeft() const {
  return spent < budgetSeconds() ? 1 - spent / budgetSeconds() : 0;
}

/// Returns the seconds of processor time that this thread has had.
static double threadSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

/// Returns whether the candidate can be prepared. A file that somebody changed,
/// or a library that was changed in place, may name one that can't.
bool Measuring::canBeMade(const MeasuredKernel &measured) const {
  KernelDescription named = measured.kernel;
  named.candidate = measured.best().candidate;
  return bool(library().prepare(named));
}

/// Returns whether the kernel was measured, and the choice can be made here.
bool Measuring::isKnown(const KernelDescription &kernel) {
  const std::string name = kernel.toString();
  auto found = known.kernels.find(name);
  if (found == known.kernels.end())
    return false;
  if (!checked.insert(name).second || canBeMade(found->second))
    return true;
  refused.insert(name);
  known.kernels.erase(found);
  return false;
}

/// Times of weights in a layout are compared with those of weights in rows.
std::optional<runtime::Pace>
Measuring::paceOf(const KernelDescription &kernel) const {
  if (kernel.weights.empty())
    return std::nullopt;
  KernelDescription rows = kernel;
  rows.weights.clear();
  const MeasuredKernel *measured = find(rows);
  if (!measured)
    return std::nullopt;
  rows.candidate = measured->best().candidate;
  return runtime::Pace{rows, measured->best().median};
}

LogicalResult Measuring::measureOne(const KernelDescription &kernel) {
  const std::string name = kernel.toString();
  const double begin = threadSeconds();
  auto isLate = [&] {
    return spent + threadSeconds() - begin >= budgetSeconds() * shareOfKernels;
  };
  auto raced =
      runtime::raceCandidates(library(), kernel, {}, isLate, paceOf(kernel));
  spend(threadSeconds() - begin);
  if (!raced)
    return failWith(raced.error());
  checked.insert(name);
  if (*raced) {
    known.kernels.insert_or_assign(name, std::move(**raced));
    unmeasured.erase(name);
  } else {
    unmeasured.insert(name);
  }
  return success();
}

LogicalResult
Measuring::measureMissing(const std::vector<KernelDescription> &kernels) {
  bool measuredSome = false;
  for (const KernelDescription &kernel : kernels) {
    if (isKnown(kernel))
      continue;
    if (failed(measureOne(kernel)))
      return failure();
    measuredSome = true;
  }
  // Another compilation may have been the first; its choice is everybody's.
  if (measuredSome)
    share();
  return success();
}

/// Returns the kernel's times if there are any.
const MeasuredKernel *Measuring::find(const KernelDescription &kernel) const {
  auto found = known.kernels.find(kernel.toString());
  return found == known.kernels.end() ? nullptr : &found->second;
}

/// Measures the kernels with weights in each layout that may be chosen, as long
/// as there is time, and gives the ops the layouts that were chosen.
LogicalResult Measuring::chooseLayouts(ModuleOp module) {
  auto find = [&](const KernelDescription &kernel) {
    return this->find(kernel);
  };
  std::vector<LayoutQuestion> questions;
  for (auto program : module.getOps<sched::ProgramOp>())
    for (LayoutQuestion &question :
         findLayoutQuestions(program, library(), find))
      questions.push_back(std::move(question));
  std::vector<KernelDescription> kernels;
  for (const LayoutQuestion &question : questions)
    for (const std::string &layout : question.layouts)
      for (KernelDescription &kernel : question.kernelsFor(layout, true))
        if (!library().candidatesFor(kernel).empty())
          kernels.push_back(std::move(kernel));
  // Without enough time weights lie in rows, which needs no note.
  const std::set<std::string> before = unmeasured;
  if (failed(measureMissing(kernels)))
    return failure();
  unmeasured = before;
  for (const LayoutQuestion &question : questions) {
    const std::string layout = chooseLayout(question, find);
    if (!layout.empty())
      for (KernelOpInterface op : question.kernels)
        op->setAttr(weightsAttribute,
                    StringAttr::get(module.getContext(), layout));
  }
  return success();
}

LogicalResult Measuring::chooseKernels(ModuleOp module) {
  std::vector<KernelOpInterface> ops;
  std::vector<KernelDescription> kernels;
  const bool measures = options.kernels == "measured";
  module.walk([&](KernelOpInterface op) {
    if (!measures) {
      op->removeAttr(candidateAttribute);
      op->removeAttr(weightsAttribute);
    }
    if (!measures || op->hasAttr(candidateAttribute))
      return;
    ops.push_back(op);
    kernels.push_back(descriptionOf(op));
  });
  if (failed(measureMissing(kernels)) ||
      (measures && failed(chooseLayouts(module))))
    return failure();
  for (KernelOpInterface op : ops)
    if (const MeasuredKernel *measured = find(descriptionOf(op)))
      op->setAttr(
          candidateAttribute,
          StringAttr::get(module.getContext(), measured->best().candidate));
  iteration = nanosecondsOf(module);
  return success();
}

void Measuring::noteUnmeasured() {
  if (unmeasured.empty() || noted)
    return;
  noted = true;
  printNote(fmt::format(
      "{}: there was no time to measure more; --measure-seconds gives it",
      unmeasured.size() == 1
          ? "one kernel takes its portable candidate"
          : fmt::format("{} kernels take their portable candidates",
                        unmeasured.size())));
}

/// Adds up the kernels of one iteration, without those of the evaluation.
int64_t Measuring::nanosecondsOf(ModuleOp module) const {
  int64_t sum = 0;
  module.walk([&](KernelOpInterface op) {
    if (op->getParentOfType<sched::EvaluationOp>())
      return;
    if (const MeasuredKernel *measured = find(descriptionOf(op)))
      sum += measured->best().median;
  });
  return sum;
}
