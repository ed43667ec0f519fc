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

using namespace layerpipe::runtime;

std::string layerpipe::runtime::describeProgram(const Manifest &manifest) {
  std::string text = fmt::format(
      "network      {} (fingerprint {})\n"
      "strategy     {}, {} processors, batch {}, kernels {}\n"
      "period       {} {}, lower bound {} {}\n"
      "memory       {} bytes of buffers, {} channels\n",
      manifest.name, manifest.fingerprint, manifest.strategy,
      manifest.processors.size(), manifest.batch, manifest.kernelsLibrary,
      manifest.period, manifest.timeUnit, manifest.lowerBound,
      manifest.timeUnit, manifest.arenaBytes, manifest.channels.size());
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
  return fmt::format("trained {} steps in {:.2f} s: {:.0f} samples/s, last "
                     "loss {:.4f}\n",
                     steps, summary.seconds,
                     double(steps * manifest.batch) / summary.seconds, loss) +
         describePeriod(manifest, summary.period > 0
                                      ? summary.period
                                      : summary.seconds / double(steps));
}

std::string layerpipe::runtime::describeScore(const Score &score) {
  std::string text;
  if (score.meanSquaredError)
    text += fmt::format("test loss {:.6f}\n", *score.meanSquaredError);
  return text + fmt::format("test accuracy {:.4f}\n", score.accuracy);
}
