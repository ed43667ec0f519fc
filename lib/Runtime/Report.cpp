//===- Report.cpp - What a program prints about itself --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Formats descriptions and results.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

using namespace layerpipe::runtime;

/// "5 of 8 processors" where the others have nothing to do.
static std::string describeProcessors(const Manifest &manifest) {
  const auto &all = manifest.processors;
  auto used = std::count_if(all.begin(), all.end(), [](const Processor &p) {
    return !p.slots.empty();
  });
  return fmt::format("{}{} processor{}",
                     size_t(used) == all.size() ? ""
                                                : fmt::format("{} of ", used),
                     all.size(), all.size() == 1 ? "" : "s");
}

/// How the program's results compare with those of whole tasks.
static std::string describeParts(const Manifest &manifest) {
  if (manifest.parts == Parts::None)
    return "none; every task is whole";
  if (manifest.equalsUnsplit())
    return "side by side; results are those of whole tasks, bit for bit";
  std::string how = manifest.parts == Parts::Sum ? "added up" : "side by side";
  return how + "; results are those of whole tasks to rounding";
}

std::string layerpipe::runtime::describeProgram(const Manifest &manifest) {
  std::string text = fmt::format(
      "network      {} (fingerprint {})\n"
      "strategy     {}, {}, batch {}, kernels {}\n"
      "parts        {}\n"
      "period       {} {}, lower bound {} {}\n"
      "memory       {} bytes of buffers, {} channels\n",
      manifest.name, manifest.fingerprint, manifest.strategy,
      describeProcessors(manifest), manifest.batch, manifest.kernelsLibrary,
      describeParts(manifest), manifest.period, manifest.timeUnit,
      manifest.lowerBound, manifest.timeUnit, manifest.arenaBytes,
      manifest.channels.size());
  for (const Parameter &parameter : manifest.parameters)
    text += fmt::format("parameter    {} [{}], staleness {}\n", parameter.name,
                        fmt::join(parameter.shape, ", "), parameter.staleness);
  for (const Processor &processor : manifest.processors)
    for (int64_t slot : processor.slots) {
      const Task &task = manifest.tasks[slot];
      text += fmt::format("processor {}  {} at {}, lag {}\n", processor.id,
                          task.name, task.start, task.lag);
    }
  return text;
}

/// The measured period beside the predicted one, where units allow.
static std::string describePeriod(const Manifest &manifest, double seconds) {
  std::string text = fmt::format("period measured {:.1f} us", seconds * 1e6);
  double unit = manifest.timeUnit == "ns"   ? 1e-9
                : manifest.timeUnit == "us" ? 1e-6
                                            : 0;
  if (unit == 0)
    return text + fmt::format(", predicted {} {}\n", manifest.period,
                              manifest.timeUnit);
  return text + fmt::format(", predicted {:.1f} us\n",
                            double(manifest.period) * unit * 1e6);
}

std::string layerpipe::runtime::describeRun(const Manifest &manifest,
                                            int64_t steps, float loss,
                                            const RunSummary &summary) {
  if (steps == 0)
    return "trained 0 steps\n";
  // Without the warm-up, unless there are too few steps for anything else.
  double period =
      summary.period > 0 ? summary.period : summary.seconds / double(steps);
  return fmt::format("trained {} steps in {:.2f} s: {:.0f} samples/s, last "
                     "loss {:.4g}\n",
                     steps, summary.seconds, double(manifest.batch) / period,
                     loss) +
         describePeriod(manifest, period);
}

/// The number of steps whose losses come before the first update.
static int64_t stepsWithoutUpdates(const Manifest &manifest) {
  int64_t least = -1;
  for (const Parameter &parameter : manifest.parameters)
    least =
        least < 0 ? parameter.staleness : std::min(least, parameter.staleness);
  return std::max<int64_t>(least, 0) + 1;
}

std::string layerpipe::runtime::describeDivergence(const Manifest &manifest,
                                                   const Options &options,
                                                   int64_t step) {
  std::string text =
      fmt::format("the loss of step {} is not a finite number", step);
  if (step >= stepsWithoutUpdates(manifest))
    return text + fmt::format(": training diverged; try a smaller --lr than {}",
                              options.learningRate);
  return text + ", and no update comes before it: the network overflows with " +
         (options.load.empty() ? "its initial parameters"
                               : "the parameters of " + options.load);
}

std::string layerpipe::runtime::describeScore(const Score &score) {
  std::string text;
  if (score.loss)
    text += fmt::format("test loss {:.6g}\n", *score.loss);
  if (score.accuracy)
    text += fmt::format("test accuracy {:.4f}\n", *score.accuracy);
  return text;
}
