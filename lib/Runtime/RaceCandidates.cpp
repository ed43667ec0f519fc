//===- RaceCandidates.cpp - Candidates measured side by side --------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Candidates take samples in turn, A B C A B C, because the speed of a machine
// drifts: whatever slows one down slows the others as well.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/MeasuredKernel.h"

#include "KernelTrial.h"

#include <algorithm>
#include <cmath>

using namespace layerpipe::runtime;

/// With so many samples an interval of 95 % exists: all of them lie on one side
/// of the median with a probability of 2/64.
static constexpr int fewestSamples = 6;
/// A kernel that takes longer gets so few samples: each is a mean over much
/// time by itself, and a network has a score of such kernels. All of three
/// samples lie on one side of the median with a probability of 1/4.
static constexpr int64_t longNanoseconds = 5'000'000;
static constexpr int samplesOfLong = 3;
/// A candidate whose first execution, on cold memory, takes so many times what
/// another one takes is not executed again.
static constexpr int64_t hopelessFactor = 3;

const CandidateTime &MeasuredKernel::best() const {
  const CandidateTime &fastest =
      *std::ranges::min_element(candidates, {}, &CandidateTime::median);
  const CandidateTime *best = &fastest;
  for (const CandidateTime &other : candidates) {
    bool isAsFast = other.low <= fastest.high &&
                    other.median - fastest.median <= fastest.median * 3 / 100;
    if (isAsFast && other.candidate < best->candidate)
      best = &other;
  }
  return *best;
}

/// Returns the largest k for which the median of a distribution lies between
/// the k-th samples of `count` from both ends with a confidence of 95 %. Each
/// sample is below the median with a probability of one half, so the answer
/// comes from the binomial distribution.
static size_t rankOfConfidence(size_t count) {
  double probability = 1; // That no sample is below the median.
  for (size_t i = 0; i < count; ++i)
    probability /= 2;
  double sum = probability;
  size_t rank = 1;
  for (size_t below = 1; below < count / 2; ++below) {
    probability *= double(count - below + 1) / double(below);
    sum += probability;
    if (2 * sum > 0.05)
      break;
    rank = below + 1;
  }
  return rank;
}

CandidateTime layerpipe::runtime::summarize(std::string candidate,
                                            std::vector<int64_t> samples) {
  for (int64_t &sample : samples)
    sample = std::max<int64_t>(sample, 1);
  std::ranges::sort(samples);
  const size_t rank = rankOfConfidence(samples.size());
  return {std::move(candidate), samples[(samples.size() - 1) / 2],
          samples[rank - 1], samples[samples.size() - rank]};
}

namespace {

struct Racer {
  std::string name;
  KernelTrial trial;
  int64_t executions = 1; ///< A sample consists of so many.
  std::vector<int64_t> samples;

  int64_t least() const { return *std::ranges::min_element(samples); }
};

class Race {
public:
  Race(const MeasureKernelOptions &options, ArgumentCopies arguments)
      : options(options), arguments(std::move(arguments)) {}

  void enter(std::string name, KernelTrial trial);
  /// Lets a kernel take turns that is compared with nobody.
  void setPace(KernelTrial trial, int64_t median);
  /// Returns whether there are enough samples of all that are left.
  bool run(const std::function<bool()> &isLate);
  std::vector<CandidateTime> results() const;

private:
  void sample(Racer &racer) {
    racer.samples.push_back(racer.trial.time(arguments, racer.executions) /
                            racer.executions);
  }
  void takeFirstSample(Racer &racer, int64_t cold);
  void dropSlow();

  MeasureKernelOptions options;
  ArgumentCopies arguments;
  std::vector<Racer> racers;
  std::optional<Racer> paceMaker;
  int64_t paceMedian = 1; ///< The pace maker took so long earlier.
  int64_t fastest = 0;    ///< One execution of the fastest so far; 0: none yet.
};

} // namespace

/// Takes the first sample of a racer that was executed once, on cold memory.
/// For a long kernel that execution is the sample: what it reads in a program
/// is cold most of the time, too.
void Race::takeFirstSample(Racer &racer, int64_t cold) {
  const int64_t once =
      cold > longNanoseconds
          ? cold
          : std::max<int64_t>(racer.trial.time(arguments, 1), 1);
  racer.executions = std::max<int64_t>(options.sampleNanoseconds / once, 1);
  // Samples of a fast kernel warm up first.
  if (racer.executions > 1)
    sample(racer);
  else
    racer.samples.push_back(once);
}

void Race::setPace(KernelTrial trial, int64_t median) {
  paceMaker = Racer{"", std::move(trial), 1, {}};
  paceMedian = median;
  takeFirstSample(*paceMaker, paceMaker->trial.time(arguments, 1));
}

/// Executes the kernel on cold memory and again, unless that is hopeless.
void Race::enter(std::string name, KernelTrial trial) {
  Racer racer{std::move(name), std::move(trial), 1, {}};
  const int64_t cold = racer.trial.time(arguments, 1);
  if (fastest && cold / hopelessFactor > fastest)
    return;
  takeFirstSample(racer, cold);
  const int64_t measured = std::max<int64_t>(racer.samples[0], 1);
  fastest = fastest ? std::min(fastest, measured) : measured;
  racers.push_back(std::move(racer));
}

/// Drops those that are slower, in all their samples, than each of the fastest
/// one's: by a third after one sample, or by a fifth where it is a long one,
/// and by a tenth after three.
void Race::dropSlow() {
  const Racer &leader = *std::ranges::min_element(racers, {}, &Racer::least);
  const int64_t most = *std::ranges::max_element(leader.samples);
  const int64_t early = most > longNanoseconds ? 120 : 133;
  const int64_t percent = leader.samples.size() < 3 ? early : 110;
  const int64_t limit = most + most * (percent - 100) / 100;
  std::erase_if(racers,
                [&](const Racer &racer) { return racer.least() > limit; });
}

bool Race::run(const std::function<bool()> &isLate) {
  const bool isLong = fastest > longNanoseconds;
  const int fewest = isLong ? samplesOfLong : fewestSamples;
  const int samples = isLong ? fewest : std::max(options.samples, fewest);
  dropSlow();
  while (racers[0].samples.size() < size_t(samples)) {
    if (isLate())
      return racers[0].samples.size() >= size_t(fewest);
    for (Racer &racer : racers)
      sample(racer);
    if (paceMaker)
      sample(*paceMaker);
    if (racers[0].samples.size() >= 3)
      dropSlow();
  }
  return true;
}

std::vector<CandidateTime> Race::results() const {
  double scale = 1;
  if (paceMaker)
    scale =
        double(paceMedian) / double(summarize("", paceMaker->samples).median);
  std::vector<CandidateTime> times;
  for (const Racer &racer : racers) {
    std::vector<int64_t> samples = racer.samples;
    for (int64_t &sample : samples)
      sample = std::llround(double(sample) * scale);
    times.push_back(summarize(racer.name, std::move(samples)));
  }
  return times;
}

Result<std::optional<MeasuredKernel>> layerpipe::runtime::raceCandidates(
    KernelLibrary &library, const KernelDescription &kernel,
    const MeasureKernelOptions &options, const std::function<bool()> &isLate,
    const std::optional<Pace> &pace) {
  Result<KernelOp> op = kernelOp(kernel);
  if (!op)
    return op.error();
  std::vector<std::string_view> names = library.candidatesFor(kernel);
  if (names.size() > 1)
    std::erase(names, "reference"); // It may take a thousand times as long.
  Result<ArgumentCopies> arguments = ArgumentCopies::create(*op, options);
  if (!arguments)
    return arguments.error();
  Race race(options, std::move(*arguments));
  if (pace && !names.empty() && !isLate()) {
    Result<KernelTrial> trial = KernelTrial::create(library, pace->kernel);
    if (!trial)
      return trial.error();
    race.setPace(std::move(*trial), pace->median);
  }
  KernelDescription named = kernel;
  for (std::string_view name : names) {
    if (isLate())
      return std::optional<MeasuredKernel>();
    named.candidate = name;
    Result<KernelTrial> trial = KernelTrial::create(library, named);
    if (!trial)
      return trial.error();
    race.enter(std::string(name), std::move(*trial));
  }
  if (names.empty())
    return Error{"kernel " + kernel.toString() +
                 ": no candidate can make it on this machine"};
  if (!race.run(isLate))
    return std::optional<MeasuredKernel>();
  named.candidate.clear();
  return std::optional(MeasuredKernel{named, race.results()});
}
