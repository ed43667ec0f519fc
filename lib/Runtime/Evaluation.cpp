//===- Evaluation.cpp - Scoring a data set --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The calling thread evaluates a batch at a time. The last batch is filled up
// with zeros, which are not scored.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Runtime/Evaluation.h"

#include "PreparedTask.h"
#include "Rank.h"
#include "ThreadSetup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

using namespace layerpipe::runtime;

/// This holds the evaluation's memory and tasks.
struct Evaluator::ForwardProgram {
  Arena arena, scratch, workspace;
  std::vector<PreparedTask> tasks;
  float *input = nullptr;
  const float *prediction = nullptr;

  static Result<ForwardProgram> prepare(const Program &program);
};

Result<Evaluator::ForwardProgram>
Evaluator::ForwardProgram::prepare(const Program &program) {
  const Evaluation &evaluation = *program.manifest.evaluation;
  ForwardProgram forward;
  Result<Arena> arena = Arena::allocate(evaluation.arenaBytes);
  Result<Arena> scratch = Arena::allocate(evaluation.scratchBytes);
  if (!arena || !scratch)
    return arena ? scratch.error() : arena.error();
  forward.arena = std::move(*arena);
  forward.scratch = std::move(*scratch);
  for (const Task &task : evaluation.tasks) {
    Result<PreparedTask> prepared = PreparedTask::prepare(
        program.manifest, task,
        ringsOf(task, evaluation.buffers, forward.arena),
        program.functions[task.function], forward.scratch, *program.kernels);
    if (!prepared)
      return prepared.error();
    forward.tasks.push_back(std::move(*prepared));
  }
  std::vector<PreparedTask *> all;
  for (PreparedTask &task : forward.tasks)
    all.push_back(&task);
  Result<Arena> workspace = allocateWorkspace(all);
  if (!workspace)
    return workspace.error();
  forward.workspace = std::move(*workspace);
  auto address = [&](int64_t buffer) {
    return reinterpret_cast<float *>(
        ringOf(evaluation.buffers[buffer], forward.arena).slotOf(0));
  };
  forward.input = address(evaluation.input);
  forward.prediction = address(evaluation.prediction);
  return forward;
}

namespace {

/// Sums up the scores of samples.
class Scorer {
public:
  Scorer(const Manifest &manifest, const DataSet &data)
      : labels(manifest.labels), data(data) {}

  /// Adds a sample's score; returns false if the prediction is not finite.
  bool add(const float *prediction, int64_t sample) {
    const int64_t classes = labels.classes;
    for (int64_t c = 0; c < classes; ++c) {
      if (!std::isfinite(prediction[c]))
        return false;
      double difference = double(prediction[c]) - wanted(sample, c);
      squares += difference * difference;
    }
    if (!hasClasses())
      return true;
    const int64_t before = rankOf(prediction, classes, data.labels[sample]);
    correct += before == 0;
    amongFive += before < 5;
    return true;
  }

  Score scoreOf(int64_t samples) const {
    Score score;
    score.samples = samples;
    bool oneOutput = labels.classes == 1;
    if (hasClasses() && !oneOutput)
      score.accuracy = double(correct) / double(samples);
    if (hasClasses() && labels.classes >= fewestForFive)
      score.topFive = double(amongFive) / double(samples);
    if (labels.kind == LabelKind::Dense)
      score.loss = squares / (double(samples) * double(labels.classes));
    else if (oneOutput)
      score.loss = 0; // The softmax of one logit is 1.
    return score;
  }

private:
  static constexpr int64_t fewestForFive = 10;

  bool hasClasses() const { return data.targets.empty(); }
  /// Returns what output `c` should be where the labels are dense.
  double wanted(int64_t sample, int64_t c) const {
    if (!hasClasses())
      return data.targets[sample * labels.classes + c];
    return c == data.labels[sample] ? 1.0 : 0.0;
  }

  const Labels &labels;
  const DataSet &data;
  int64_t correct = 0, amongFive = 0;
  double squares = 0;
};

} // namespace

Evaluator::Evaluator(const Program &program, const Normalization &normalization,
                     std::unique_ptr<ForwardProgram> forward)
    : program(program), normalizer(program.manifest, normalization),
      forward(std::move(forward)) {}
Evaluator::~Evaluator() = default;

Result<std::unique_ptr<Evaluator>>
Evaluator::create(const Program &program, const Normalization &normalization) {
  Result<ForwardProgram> forward = ForwardProgram::prepare(program);
  if (!forward)
    return forward.error();
  return std::unique_ptr<Evaluator>(
      new Evaluator(program, normalization,
                    std::make_unique<ForwardProgram>(std::move(*forward))));
}

Result<Score> Evaluator::score(const ParameterValues &parameters,
                               const DataSet &data) {
  const Manifest &manifest = program.manifest;
  flushDenormals();
  program.kernels->prepareThread();
  fillInitialValues(manifest, manifest.evaluation->buffers, forward->arena,
                    parameters);

  const int64_t batch = manifest.batch, classes = manifest.labels.classes;
  std::vector<float> labels(batch * std::max<int64_t>(classes, 1));
  // Evaluations neither update nor draw.
  const layerpipe_run_numbers numbers = {};
  Scorer scorer(manifest, data);
  for (int64_t first = 0; first < data.samples; first += batch) {
    int64_t count = std::min(batch, data.samples - first);
    std::fill_n(forward->input, batch * data.elements, 0.0f);
    for (int64_t s = 0; s < count; ++s) {
      copySample(data, first + s, s, manifest.labels, forward->input,
                 labels.data());
      normalizer.apply(forward->input + s * data.elements);
    }
    for (PreparedTask &task : forward->tasks)
      task.call(numbers, 0);
    for (int64_t s = 0; s < count; ++s)
      if (!scorer.add(forward->prediction + s * classes, first + s))
        return Error{fmt::format("the network can't be scored: its output for "
                                 "test sample {} is not a finite number",
                                 first + s)};
  }
  return scorer.scoreOf(data.samples);
}
