//===- Plan.h - What a strategy answers for a row ---------------*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A plan is the verified schedule that a strategy chose; an outcome is a plan,
// or a cost that a strategy computed. A session holds what the rows of one
// comparison share.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_COMPARE_PLAN_H
#define LAYERPIPE_LIB_COMPARE_PLAN_H

#include "layerpipe/Compare/Compare.h"
#include "layerpipe/Schedule/PeriodBound.h"
#include "layerpipe/Scheduling/Cyclic/CyclicSchedule.h"
#include "layerpipe/Scheduling/Splitting/CommunicationBound.h"
#include "layerpipe/Scheduling/Stages/LayerGraph.h"
#include "layerpipe/Scheduling/Stages/Partition.h"
#include "layerpipe/Scheduling/Stages/StagePartition.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace layerpipe::compare {

/// A plan is a schedule that verify() accepted, with its problem.
struct Plan {
  scheduling::CyclicProblem problem;
  scheduling::CyclicSolution solution;
  /// The proof is `feasible`, or `out_of_time` when limits cut a search short.
  /// Whether the period is optimal follows from the bound.
  scheduling::Proof proof = scheduling::Proof::feasible;
};

using PlanPtr = std::shared_ptr<const Plan>;

/// A pipeline has stages of whole layers, and their schedule.
struct Pipeline {
  scheduling::StagePartition stages;
  PlanPtr plan;
};

int64_t maxStaleness(const Plan &plan);

/// Computes Row::stashBytes of the plan, but at most the largest integer.
int64_t stashBytes(const Plan &plan);

/// A strategy answers with a plan and the bound that it is measured against, or
/// with a cost without a plan.
struct Outcome {
  PlanPtr plan;
  scheduling::PeriodBound bound = {};
  /// Says what keeps the period from being shorter, where the strategy knows
  /// it.
  std::string limitedBy = {};
  /// No schedule of this period moves fewer bytes, where such a bound is known.
  std::optional<int64_t> communicationBound = std::nullopt;
  /// A cost without a plan has a period, rounded up, and what it comes from.
  int64_t costPeriod = 0;
  std::string costReason = {};
};

/// Returns a machine of that many processors as the options describe it. They
/// must have a speed for each processor, or none at all.
scheduling::Machine makeMachine(const CompareOptions &options,
                                int64_t processors);

/// A session keeps the work that rows share. Model and options must outlive it.
class Session {
public:
  /// Begins a session. Model and options must have passed check().
  static scheduling::Result<Session> create(const ComparedModel &model,
                                            const CompareOptions &options);

  scheduling::Machine machineOf(int64_t processors) const;

  /// Tells options.progress, if there is one, that the next of `steps` begins.
  void tellProgress(int64_t processors, std::string_view strategy);
  size_t steps = 0;

  /// Returns the machine as searches see it. It has no more equal processors
  /// than there are parts of tasks, since the others would be idle.
  scheduling::Machine searchedMachine(int64_t processors) const;

  /// Returns the straight pipeline, which other answers are measured against.
  /// The one of the last number of processors is kept.
  const scheduling::Result<Pipeline> &pipedream(int64_t processors);

  /// Returns the answer of `layerpipe-intra`, since `layerpipe` must not be
  /// slower. It is kept like the pipeline.
  const scheduling::Result<Outcome> &intra(int64_t processors);

  const ComparedModel &model;
  const CompareOptions &options;
  scheduling::GraphBound coupled;
  scheduling::GraphBound decoupled;
  /// The layers of the coupled graph, or an error where it has none, stand
  /// here.
  scheduling::Result<scheduling::LayerGraph> layers;

private:
  Session(const ComparedModel &model, const CompareOptions &options,
          scheduling::GraphBound coupled, scheduling::GraphBound decoupled)
      : model(model), options(options), coupled(std::move(coupled)),
        decoupled(std::move(decoupled)),
        layers(scheduling::layerGraphOf(model.coupled)),
        parts(countParts(model)) {}

  /// Counts the tasks, each cut into as many parts as it may be.
  static int64_t countParts(const ComparedModel &model);

  int64_t parts;
  size_t begun = 0;
  int64_t baselineProcessors = 0;
  scheduling::Result<Pipeline> baseline = Pipeline();
  int64_t intraProcessors = 0;
  scheduling::Result<Outcome> intraOutcome = Outcome();
};

// Strategies.cpp defines these, beside the table:

/// Cuts the coupled network into stages of whole layers, one for each
/// processor, and schedules them.
scheduling::Result<Pipeline> planPipedream(const Session &session,
                                           int64_t processors);

/// Assigns the decoupled tasks freely and schedules them.
scheduling::Result<Outcome> planIntra(Session &session, int64_t processors);

/// Puts each task on the processor of its layer's stage. Tasks of no layer go
/// with the last one, as layerGraphOf counts them.
std::vector<int64_t> placeStages(const Session &session,
                                 const scheduling::TaskGraph &graph,
                                 const scheduling::StagePartition &stages);

// LayerpipeStrategy.cpp defines these:

/// Cuts the decoupled tasks into parts, and assigns and schedules them.
scheduling::Result<Outcome> planLayerpipe(Session &session, int64_t processors);

/// Returns so many bytes that no schedule of the strategy sends fewer at this
/// period. Fails, as a defect, where these are more than `moved`, which a
/// schedule of this period sends.
scheduling::Result<int64_t> boundTraffic(const Session &session,
                                         int64_t processors, int64_t period,
                                         int64_t moved);

/// Returns the outcome of planLayerpipe, and all that findParetoFront finds for
/// each kind of splits.
scheduling::Result<std::vector<Outcome>> planFront(Session &session,
                                                   int64_t processors);

// Strategies.cpp defines this one as well:

/// Runs the strategy of that name from the table.
scheduling::Result<Outcome> runStrategy(Session &session, std::string_view name,
                                        int64_t processors);

} // namespace layerpipe::compare

#endif // LAYERPIPE_LIB_COMPARE_PLAN_H
