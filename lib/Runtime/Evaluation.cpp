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
  HostBatch batch; ///< It has no labels.
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
  for (int64_t input : evaluation.inputs)
    forward.batch.inputs.push_back(address(input));
  forward.prediction = address(evaluation.prediction);
  return forward;
}

namespace {

/// Sums up the scores of samples. A prediction has a row of outputs for each
/// position of a sample, whose elements are as far apart as it has positions.
class Scorer {
public:
  Scorer(const Manifest &manifest, const DataSet &data)
      : labels(manifest.labels.front()), data(data.labels.front()),
        positions(labels.positions()), row(labels.classes) {}

  /// Adds a sample's score; returns false if the prediction is not finite.
  bool add(const float *prediction, int64_t sample) {
    for (int64_t position = 0; position < positions; ++position) {
      for (int64_t c = 0; c < labels.classes; ++c)
        row[c] = prediction[c * positions + position];
      if (!addRow(sample, sample * positions + position))
        return false;
    }
    return true;
  }

  Score scoreOf(int64_t samples) const {
    Score score;
    score.samples = samples;
    bool oneOutput = labels.classes == 1;
    if (hasClasses() && !oneOutput && counted > 0)
      score.accuracy = double(correct) / double(counted);
    if (hasClasses() && labels.classes >= fewestForFive && counted > 0)
      score.topFive = double(amongFive) / double(counted);
    if (labels.kind == LabelKind::Dense)
      score.loss = squares / (double(samples) * double(labels.classes));
    else if (oneOutput)
      score.loss = 0; // The softmax of one logit is 1.
    return score;
  }

private:
  static constexpr int64_t fewestForFive = 10;

  bool hasClasses() const { return data.targets.empty(); }
  /// Adds the score of the row, which is that of a label.
  bool addRow(int64_t sample, int64_t label) {
    for (int64_t c = 0; c < labels.classes; ++c) {
      if (!std::isfinite(row[c]))
        return false;
      double difference = double(row[c]) - wanted(sample, label, c);
      squares += difference * difference;
    }
    if (!hasClasses() || data.labels[label] == labels.ignored)
      return true;
    const int64_t before =
        rankOf(row.data(), labels.classes, data.labels[label]);
    ++counted;
    correct += before == 0;
    amongFive += before < 5;
    return true;
  }
  /// Returns what output `c` should be where the labels are dense.
  double wanted(int64_t sample, int64_t label, int64_t c) const {
    if (!hasClasses())
      return data.targets[sample * labels.classes + c];
    return c == data.labels[label] ? 1.0 : 0.0;
  }

  const Labels &labels;
  const LabelValues &data;
  int64_t positions;
  std::vector<float> row;
  int64_t counted = 0, correct = 0, amongFive = 0;
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

  const int64_t batch = manifest.batch;
  const Labels &labels = manifest.labels.front();
  const int64_t outputs = labels.classes * labels.positions();
  const int64_t elements = manifest.inputs.front().elementsPerSample();
  // Evaluations neither update nor draw.
  const layerpipe_run_numbers numbers = {};
  Scorer scorer(manifest, data);
  for (int64_t first = 0; first < data.samples; first += batch) {
    int64_t count = std::min(batch, data.samples - first);
    for (size_t i = 0; i < manifest.inputs.size(); ++i)
      std::fill_n(forward->batch.inputs[i],
                  batch * manifest.inputs[i].elementsPerSample(), 0.0f);
    for (int64_t s = 0; s < count; ++s) {
      copySample(data, first + s, s, manifest, forward->batch);
      normalizer.apply(forward->batch.inputs.front() + s * elements);
    }
    for (PreparedTask &task : forward->tasks)
      task.call(numbers, 0);
    for (int64_t s = 0; s < count; ++s)
      if (!scorer.add(forward->prediction + s * outputs, first + s))
        return Error{fmt::format("the network can't be scored: its output for "
                                 "test sample {} is not a finite number",
                                 first + s)};
  }
  return scorer.scoreOf(data.samples);
}
