//===- Report.cpp - What a program prints about itself --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// This file formats descriptions and results.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "layerpipe/Base/Json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

using namespace layerpipe;
using namespace layerpipe::runtime;

/// Returns "5 of 8 processors" where the others have nothing to do.
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

/// Says how the program's results compare with those of whole tasks.
static std::string describeParts(const Manifest &manifest) {
  if (manifest.parts == Parts::None)
    return "none; every task is whole";
  if (manifest.equalsUnsplit())
    return "side by side; results are those of whole tasks, bit for bit";
  std::string how = manifest.parts == Parts::Sum ? "added up" : "side by side";
  return how + "; results are those of whole tasks to rounding";
}

/// Lists the distinct kernels of training in the order of the tasks.
static std::string describeKernels(const Manifest &manifest) {
  std::string text;
  std::set<std::string> told;
  for (const Task &task : manifest.tasks)
    for (int64_t index : task.kernels) {
      const KernelDescription &kernel = manifest.kernels[index];
      std::string line = fmt::format(
          "kernel       {} by {}\n", kernel.toString(),
          kernel.candidate.empty() ? "the default" : kernel.candidate);
      if (told.insert(line).second)
        text += line;
    }
  return text;
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
    text +=
        fmt::format("parameter    {} [{}], staleness {}{}\n", parameter.name,
                    fmt::join(parameter.shape, ", "), parameter.staleness,
                    parameter.layout.empty() ? "" : ", in " + parameter.layout);
  text += describeKernels(manifest);
  for (const Processor &processor : manifest.processors)
    for (int64_t slot : processor.slots) {
      const Task &task = manifest.tasks[slot];
      text += fmt::format("processor {}  {} at {}, lag {}\n", processor.id,
                          task.name, task.start, task.lag);
    }
  return text;
}

// The warm-up is left out, unless there are too few steps for anything else.
double TrainingFigures::period() const {
  return run.period > 0 ? run.period : run.seconds / double(steps);
}

/// Returns the seconds of the manifest's time unit, and 0 for cycles, which
/// have no length.
static double unitSeconds(const Manifest &manifest) {
  return manifest.timeUnit == "ns"   ? 1e-9
         : manifest.timeUnit == "us" ? 1e-6
                                     : 0;
}

/// Returns the time of all tasks of an iteration, in the manifest's unit.
static double totalTime(const Manifest &manifest) {
  double total = 0;
  for (const Task &task : manifest.tasks)
    total += double(task.duration);
  return total;
}

double layerpipe::runtime::predictedSpeedup(const Manifest &manifest) {
  return totalTime(manifest) / double(std::max<int64_t>(manifest.period, 1));
}

std::optional<double>
layerpipe::runtime::measuredSpeedup(const Manifest &manifest,
                                    const TrainingFigures &training) {
  double unit = unitSeconds(manifest);
  if (unit == 0 || training.sequential || manifest.processors.size() < 2 ||
      training.steps == 0 || training.period() <= 0)
    return std::nullopt;
  return totalTime(manifest) * unit / training.period();
}

/// Describes the measured period beside the predicted one, where units allow
/// it.
static std::string describePeriod(const Manifest &manifest, double seconds) {
  std::string text = fmt::format("period measured {:.1f} us", seconds * 1e6);
  double unit = unitSeconds(manifest);
  if (unit == 0)
    return text + fmt::format(", predicted {} {}\n", manifest.period,
                              manifest.timeUnit);
  return text + fmt::format(", predicted {:.1f} us\n",
                            double(manifest.period) * unit * 1e6);
}

namespace {

/// These are the waits of one processor as shares of the measured period.
struct WaitShares {
  double all = 0;
  std::array<double, waitCauseCount> causes = {};
  std::optional<double> displaced;
  /// The processor waited longest for this channel; null if it never waited.
  const ChannelDescription *longest = nullptr;
};

} // namespace

static WaitShares sharesOf(const Manifest &manifest, const ThreadWaits &waits,
                           int64_t processor) {
  WaitShares shares;
  double most = 0;
  for (size_t channel = 0; channel < waits.channels.size(); ++channel) {
    const ChannelDescription &description = manifest.channels[channel];
    const double share = waits.channels[channel] / waits.seconds;
    shares.all += share;
    shares.causes[size_t(causeOf(description, processor))] += share;
    if (share > most) {
      most = share;
      shares.longest = &description;
    }
  }
  if (waits.displaced)
    shares.displaced = *waits.displaced / waits.seconds;
  return shares;
}

/// Says "memory predicted 6.4 MB, measured 6.5 MB; libraries took 11.2 MB".
static std::string describeMemory(const MemoryUse &memory) {
  auto megabytes = [](int64_t bytes) {
    return fmt::format("{:.1f} MB", double(bytes) / 1e6);
  };
  std::string text = "memory predicted " + megabytes(memory.predicted);
  if (memory.measured)
    text += ", measured " + megabytes(*memory.measured);
  if (const std::optional<int64_t> others = memory.others())
    text += "; libraries took " + megabytes(*others);
  return text + "\n";
}

/// Says what the processor waited for longest, such as "a3 from processor 1".
static std::string describeLongest(const Manifest &manifest,
                                   const ChannelDescription &channel,
                                   int64_t processor) {
  const std::string &buffer = manifest.buffers[channel.buffer].name;
  switch (causeOf(channel, processor)) {
  case WaitCause::Value:
    return fmt::format("{} of processor {}", buffer, channel.from);
  case WaitCause::Room:
    return fmt::format("room for {}, which processor {} reads", buffer,
                       channel.to);
  case WaitCause::Data:
    return buffer + " of the data loader";
  case WaitCause::Loss:
    break;
  }
  return fmt::format("room for {}, which the main thread reads", buffer);
}

/// Describes the waits of each thread in a line, by causes that took a
/// thousandth of the time at least.
static std::string describeWaits(const Manifest &manifest,
                                 const TrainingFigures &training) {
  static constexpr std::array<const char *, waitCauseCount> words = {
      "late values", "no room", "data loader", "losses unread"};
  static constexpr double shown = 0.001;
  std::string text;
  for (size_t thread = 0; thread < training.run.waits.size(); ++thread) {
    const ThreadWaits &waits = training.run.waits[thread];
    if (waits.seconds <= 0)
      continue;
    WaitShares shares = sharesOf(manifest, waits, int64_t(thread));
    text += training.sequential ? "the thread"
                                : fmt::format("processor {}", thread);
    text += fmt::format(" waited {:.1f} % of the time", 100 * shares.all);
    std::vector<std::string> parts;
    for (size_t cause = 0; cause < waitCauseCount; ++cause)
      if (shares.causes[cause] >= shown)
        parts.push_back(
            fmt::format("{} {:.1f}", words[cause], 100 * shares.causes[cause]));
    if (!parts.empty())
      text += fmt::format(
          ": {}; most for {}", fmt::join(parts, ", "),
          describeLongest(manifest, *shares.longest, int64_t(thread)));
    if (shares.displaced.value_or(0) >= shown)
      text += fmt::format("; its CPU was taken for {:.1f} %",
                          100 * *shares.displaced);
    text += "\n";
  }
  return text;
}

std::string layerpipe::runtime::describeRun(const Manifest &manifest,
                                            const TrainingFigures &training) {
  if (training.steps == 0)
    return "trained 0 steps\n";
  double period = training.period();
  std::string text =
      fmt::format("trained {} steps in {:.2f} s: {:.0f} samples/s, last "
                  "loss {:.4g}\n",
                  training.steps, training.run.seconds,
                  double(manifest.batch) / period, training.loss) +
      describePeriod(manifest, period);
  if (std::optional<double> speedup = measuredSpeedup(manifest, training))
    text += fmt::format("speed-up measured {:.2f}, predicted {:.2f} over one "
                        "processor\n",
                        *speedup, predictedSpeedup(manifest));
  return text + describeMemory(training.memory) +
         describeWaits(manifest, training);
}

/// Returns the number of steps whose losses come before the first update.
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
                              options.stepSizes.learningRate);
  return text + ", and no update comes before it: the network overflows with " +
         (options.load.empty() ? "its initial parameters"
                               : "the parameters of " + options.load);
}

/// Returns the figures of a score as "test accuracy 0.9000", one each.
static std::vector<std::string> scoreTexts(const Score &score) {
  std::vector<std::string> texts;
  if (score.loss)
    texts.push_back(fmt::format("test loss {:.6g}", *score.loss));
  if (score.accuracy)
    texts.push_back(fmt::format("test accuracy {:.4f}", *score.accuracy));
  if (score.topFive)
    texts.push_back(fmt::format("test top-5 accuracy {:.4f}", *score.topFive));
  return texts;
}

std::string layerpipe::runtime::describeScore(const Score &score) {
  std::string text;
  for (const std::string &line : scoreTexts(score))
    text += line + "\n";
  return text;
}

std::string layerpipe::runtime::describeScoreShortly(const Score &score) {
  return fmt::format("{}", fmt::join(scoreTexts(score), ", "));
}

/// Returns the figures of a score as members; those that were not measured are
/// null.
static nlohmann::ordered_json scoreJson(const Score &score) {
  using Json = nlohmann::ordered_json;
  auto member = [](const std::optional<double> &value) {
    return value ? Json(*value) : Json();
  };
  return {{"test_loss", member(score.loss)},
          {"test_accuracy", member(score.accuracy)},
          {"test_top5_accuracy", member(score.topFive)}};
}

std::string layerpipe::runtime::writeScoreLine(int64_t steps,
                                               const Score &score) {
  // Lines of metrics count steps from 0.
  nlohmann::ordered_json json{{"step", steps - 1}};
  const nlohmann::ordered_json figures = scoreJson(score);
  for (const auto &[key, value] : figures.items())
    if (!value.is_null())
      json[key] = value;
  return base::dumpJson(json) + "\n";
}

/// Returns the waits of each thread as shares of the measured period.
static nlohmann::ordered_json waitsJson(const Manifest &manifest,
                                        const TrainingFigures &training) {
  using Json = nlohmann::ordered_json;
  Json json = Json::array();
  for (size_t thread = 0; thread < training.run.waits.size(); ++thread) {
    const ThreadWaits &waits = training.run.waits[thread];
    if (waits.seconds <= 0)
      continue;
    WaitShares shares = sharesOf(manifest, waits, int64_t(thread));
    Json row{{"processor", training.sequential ? Json() : Json(thread)}};
    for (size_t cause = 0; cause < waitCauseCount; ++cause)
      row[std::string(nameOf(WaitCause(cause)))] = shares.causes[cause];
    row["displaced"] = shares.displaced ? Json(*shares.displaced) : Json();
    json.push_back(std::move(row));
  }
  return json;
}

std::string
layerpipe::runtime::writeRunJson(const Manifest &manifest,
                                 const std::optional<TrainingFigures> &training,
                                 const std::optional<Score> &score) {
  using Json = nlohmann::ordered_json;
  Json json{{"program", manifest.name},
            {"strategy", manifest.strategy},
            {"processors", manifest.processors.size()},
            {"batch", manifest.batch},
            {"time_unit", manifest.timeUnit},
            {"predicted_period", manifest.period},
            {"predicted_speedup", predictedSpeedup(manifest)},
            {"steps", training ? training->steps : 0}};
  bool trained = training && training->steps > 0;
  auto measured = [&](auto value) { return trained ? Json(value()) : Json(); };
  json["loss"] = measured([&] { return training->loss; });
  json["seconds"] = measured([&] { return training->run.seconds; });
  json["samples_per_s"] =
      measured([&] { return double(manifest.batch) / training->period(); });
  json["measured_period_s"] = measured([&] { return training->period(); });
  std::optional<double> speedup =
      trained ? measuredSpeedup(manifest, *training) : std::nullopt;
  json["measured_speedup"] = speedup ? Json(*speedup) : Json();
  auto memory = [&](const std::optional<int64_t> &bytes) {
    return trained && bytes ? Json(*bytes) : Json();
  };
  const MemoryUse use = training ? training->memory : MemoryUse();
  json["predicted_memory_bytes"] = memory(use.predicted);
  json["measured_memory_bytes"] = memory(use.measured);
  json["library_memory_bytes"] = memory(use.others());
  json["waiting"] = trained ? waitsJson(manifest, *training) : Json::array();
  json.update(scoreJson(score.value_or(Score())));
  return base::dumpJson(json, {.indent = 2}) + "\n";
}
