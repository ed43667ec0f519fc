//===- TrainingHost.cpp - Feeding a run and following its losses ----------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Step i of an epoch takes samples i · batch … of the epoch's order; a partial
// last batch is dropped.
//
//===----------------------------------------------------------------------===//

#include "TrainingHost.h"

#include "Report.h"

#include "layerpipe/Base/Signals.h"
#include "layerpipe/Base/StandardStreams.h"
#include "layerpipe/Runtime/Random.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

using namespace layerpipe;
using namespace layerpipe::runtime;

TrainingHost::TrainingHost(const Manifest &manifest, const Options &options,
                           const DataSet &data, Range iterations,
                           base::OutputFile *metrics, Keep keepState,
                           Rate rateParameters)
    : manifest(manifest), options(options), data(data), metrics(metrics),
      keepState(std::move(keepState)),
      rateParameters(std::move(rateParameters)),
      normalizer(manifest, options.normalization),
      augmenter(manifest, options.augmentation, options.seed),
      first(iterations.first),
      warmUp(first + warmUpIterations(iterations.end - first)),
      stepsPerEpoch(data.samples / manifest.batch), order(data.samples),
      progress(first, iterations.end, stepsPerEpoch,
               chooseProgressStyle(options.json)),
      rateBegin(first), observed(first) {
  std::iota(order.begin(), order.end(), 0);
}

/// Images of the first input are varied, and its values are normalized.
void TrainingHost::load(int64_t iteration, const HostBatch &batch) noexcept {
  const int64_t epoch = iteration / stepsPerEpoch;
  const int64_t step = iteration % stepsPerEpoch;
  if ((step == 0 || iteration == first) && options.shuffle)
    shuffledOrder(options.seed, epoch, order);
  const int64_t elements = manifest.inputs.front().elementsPerSample();
  for (int64_t s = 0; s < manifest.batch; ++s) {
    const int64_t sample = order[step * manifest.batch + s];
    copySample(data, sample, s, manifest, batch);
    float *values = batch.inputs.front() + s * elements;
    augmenter.apply(values, epoch, sample);
    normalizer.apply(values);
  }
}

bool TrainingHost::observe(int64_t iteration, float loss) {
  if (!std::isfinite(loss)) {
    diverged = iteration;
    return false;
  }
  last = loss;
  Clock::time_point now = Clock::now();
  double steps = double(iteration + 1 - rateBegin);
  double seconds = std::chrono::duration<double>(now - begin).count();
  double rate = steps * double(manifest.batch) / seconds;
  if (iteration + 1 == warmUp) { // The rate is a steady one from here on.
    begin = now;
    rateBegin = warmUp;
  }
  if (metrics)
    metrics->write(
        fmt::format("{{\"step\":{},\"loss\":{},\"samples_per_s\":{:.1f}}}\n",
                    iteration, loss, rate));
  progress.update(iteration + 1, loss, rate);
  observed = iteration + 1;
  tellScores(observed);
  return true;
}

void TrainingHost::score(int64_t completed, const ParameterValues &parameters) {
  if (std::optional<Score> score = rateParameters(completed, parameters))
    scores.emplace_back(completed, *score);
  tellScores(observed);
}

void TrainingHost::tellScores(int64_t completed) {
  for (; !scores.empty() && scores.front().first <= completed;
       scores.pop_front()) {
    const auto &[steps, score] = scores.front();
    if (metrics)
      metrics->write(writeScoreLine(steps, score));
    progress.tell(
        fmt::format("after step {}: {}", steps, describeScoreShortly(score)));
  }
}

bool TrainingHost::goesOn() {
  constexpr auto interval = std::chrono::milliseconds(250);
  Clock::time_point now = Clock::now();
  if (metrics && now - lastFlush >= interval) {
    lastFlush = now;
    if (!metrics->flush() && !std::exchange(complained, true))
      base::complain(
          "warning: {} can't be written any more; training goes on\n",
          options.metrics);
  }
  return base::rememberedInterrupt() == 0;
}
