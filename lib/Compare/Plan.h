//===- Plan.h - What a strategy answers for a row ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The verified schedule that a strategy chose, or the cost that it computed,
// and what the rows of one comparison share.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_COMPARE_PLAN_H
#define LAYERPIPE_LIB_COMPARE_PLAN_H

#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Schedule/PeriodBound.h"
#include "layerpipe/Scheduling/CyclicSchedule.h"
#include "layerpipe/Scheduling/LayerGraph.h"
#include "layerpipe/Scheduling/Partition.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace layerpipe::compare {

/// A schedule that verify() accepted.
struct Plan {
  scheduling::CyclicProblem problem;
  scheduling::CyclicSolution solution;
  /// `feasible`, or `out_of_time` when limits cut a search short. Whether the
  /// period is optimal follows from the bound.
  scheduling::Proof proof = scheduling::Proof::feasible;
};

using PlanPtr = std::shared_ptr<const Plan>;

/// Stages of whole layers, and their schedule.
struct Pipeline {
  scheduling::StagePartition stages;
  PlanPtr plan;
};

int64_t maxStaleness(const Plan &plan);

/// Row::stashBytes, at most the largest integer.
int64_t stashBytes(const Plan &plan);

/// A strategy's answer: a plan with the bound that it is measured against, or
/// a cost without a plan.
struct Outcome {
  PlanPtr plan;
  scheduling::PeriodBound bound = {};
  /// What keeps the period from being shorter, where the strategy knows it.
  std::string limitedBy = {};
  /// No schedule of this period moves fewer bytes, where that is known.
  std::optional<int64_t> communicationBound = std::nullopt;
  /// Without a plan: the period, rounded up, and what it comes from.
  int64_t costPeriod = 0;
  std::string costReason = {};
};

/// The options' machine of that many processors; there must be a speed for
/// each, or none at all.
scheduling::Machine makeMachine(const CompareOptions &options,
                                int64_t processors);

/// The work that rows share. Model and options must outlive it.
class Session {
public:
  /// Both must have passed check().
  static scheduling::Result<Session> create(const ComparedModel &model,
                                            const CompareOptions &options);

  scheduling::Machine machineOf(int64_t processors) const;

  /// Tells options.progress, if there is one, that the next of `steps` begins.
  void tellProgress(int64_t processors, std::string_view strategy);
  size_t steps = 0;

  /// That machine as searches see it: of equal processors no more than there
  /// are pieces of tasks, since the others would be idle.
  scheduling::Machine searchedMachine(int64_t processors) const;

  /// The straight pipeline, which others are measured against; that of the last
  /// number of processors is kept.
  const scheduling::Result<Pipeline> &pipedream(int64_t processors);

  /// What `layerpipe-intra` answers; `layerpipe` must not be slower. Kept like
  /// the pipeline.
  const scheduling::Result<Outcome> &intra(int64_t processors);

  const ComparedModel &model;
  const CompareOptions &options;
  scheduling::GraphBound coupled;
  scheduling::GraphBound decoupled;
  /// Of the coupled graph; an error where it has none.
  scheduling::Result<scheduling::LayerGraph> layers;

private:
  Session(const ComparedModel &model, const CompareOptions &options,
          scheduling::GraphBound coupled, scheduling::GraphBound decoupled)
      : model(model), options(options), coupled(std::move(coupled)),
        decoupled(std::move(decoupled)),
        layers(scheduling::layerGraphOf(model.coupled)),
        pieces(countPieces(model)) {}

  /// The tasks, each cut into as many parts as it may be.
  static int64_t countPieces(const ComparedModel &model);

  int64_t pieces;
  size_t begun = 0;
  int64_t baselineProcessors = 0;
  scheduling::Result<Pipeline> baseline = Pipeline();
  int64_t intraProcessors = 0;
  scheduling::Result<Outcome> intraOutcome = Outcome();
};

// In Strategies.cpp, beside the table:

/// The straight pipeline of whole layers, coupled.
scheduling::Result<Pipeline> planPipedream(const Session &session,
                                           int64_t processors);

/// Gradients apart, assigned freely.
scheduling::Result<Outcome> planIntra(Session &session, int64_t processors);

/// Tasks on the processors of their layers' stages; those of no layer with the
/// last one, as layerGraphOf counts them.
std::vector<int64_t> placeStages(const Session &session,
                                 const scheduling::TaskGraph &graph,
                                 const scheduling::StagePartition &stages);

// In LayerpipeStrategy.cpp:

/// Gradients apart and cut into parts.
scheduling::Result<Outcome> planLayerpipe(Session &session, int64_t processors);

/// No schedule of the strategy sends fewer bytes at this period.
int64_t boundCommunication(const Session &session, int64_t processors,
                           int64_t period);

/// That, and all that findParetoFront finds for each kind of splits.
scheduling::Result<std::vector<Outcome>> planFront(Session &session,
                                                   int64_t processors);

// In Strategies.cpp again:

/// Runs the strategy of that name from the table.
scheduling::Result<Outcome> runStrategy(Session &session, std::string_view name,
                                        int64_t processors);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_PLAN_H
