//===- Inspect.cpp - What a schedule of another runtime is ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interchange/Inspect.h"

#include "layerpipe/Interchange/Tessel.h"
#include "layerpipe/Interchange/TorchCsv.h"
#include "layerpipe/Interchange/TorchOrder.h"
#include "layerpipe/Scheduling/Synchronous/Simulation.h"
#include "layerpipe/Scheduling/Transport/Buffers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace layerpipe::interchange {

using namespace scheduling;
using Json = nlohmann::ordered_json;

namespace {

/// Returns "1 stage" or "4 stages", given both words.
std::string counted(int64_t count, std::string_view one,
                    std::string_view several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

/// Maps the transports under which rows hang to the reasons.
Json hangsOf(const CommunicationRows &rows) {
  Json hangs = Json::object();
  for (Transport transport : allTransports)
    if (Status runs = checkTransport(rows, transport); !runs)
      hangs[std::string(toString(transport))] = runs.message();
  return hangs;
}

/// Returns "hang under pair, rank, host".
std::string describeHangs(const Json &hangs) {
  if (hangs.empty())
    return "run under all transports";
  std::vector<std::string> names;
  for (const auto &[name, reason] : hangs.items())
    names.push_back(name);
  return fmt::format("hang under {}", fmt::join(names, ", "));
}

/// Checks rows and describes them.
class TorchInspector {
public:
  TorchInspector(TorchRows rows, TorchFacts facts)
      : rows(std::move(rows)), facts(std::move(facts)),
        problem(unitProblemOf(this->facts)), order(orderOf(this->rows)) {}

  Result<Inspection> run(const InspectOptions &options);

private:
  Result<CommunicationRows> communication() const;
  void addFacts(Json &json, const Simulation &run) const;
  std::string describeCosts(const Simulation &run) const;

  TorchRows rows;
  TorchFacts facts;
  PipelineProblem problem;
  PipelineOrder order;
};

/// Returns the rows as they are, or with the sends and receives that one would
/// write by hand.
Result<CommunicationRows> TorchInspector::communication() const {
  if (facts.level == TorchLevel::compute_comms)
    return messagesOf(rows, facts);
  return addMessages(problem, order, Lowering::naive);
}

std::string TorchInspector::describeCosts(const Simulation &run) const {
  int64_t work = 0, peak = 0;
  for (const SimulatedProcessor &processor : run.processors) {
    work = std::max(work, processor.work);
    peak = std::max(peak, processor.peakBytes);
  }
  return fmt::format("at unit times makespan {}, busiest rank {}; at most {} "
                     "on a rank",
                     run.makespan, work,
                     counted(peak, "activation", "activations"));
}

void TorchInspector::addFacts(Json &json, const Simulation &run) const {
  json["level"] = toString(facts.level);
  json["ranks"] = facts.ranks;
  json["stages"] = facts.stages;
  json["microbatches"] = facts.microbatches;
  json["placement"] = toString(facts.placement);
  json["rank_of_stage"] = facts.rankOfStage;
  json["splits_gradients"] = facts.splits;
  json["overlaps"] = facts.overlaps;
  Status lockStep = checkLockStep(rows, facts);
  json["lock_step"] = lockStep.ok();
  json["torchtitan"] =
      facts.level == TorchLevel::compute_only &&
      checkTorchtitanPlacement(facts.rankOfStage, facts.ranks).ok();
  json["makespan"] = run.makespan;
  for (const SimulatedProcessor &processor : run.processors) {
    json["work"].push_back(processor.work);
    json["span"].push_back(processor.span);
    json["activations"].push_back(processor.peakBytes);
  }
}

Result<Inspection> TorchInspector::run(const InspectOptions &options) {
  Result<Simulation> simulation = simulate(problem, order);
  if (!simulation)
    return simulation.error();
  Result<CommunicationRows> sent = communication();
  if (!sent)
    return sent.error();
  bool communicates = facts.level == TorchLevel::compute_comms;
  for (Transport transport : options.transports)
    if (communicates)
      if (Status runs = checkTransport(*sent, transport); !runs)
        return Error{fmt::format("it hangs under {}: {}", toString(transport),
                                 runs.message())};
  Json hangs = hangsOf(*sent);
  Inspection result;
  result.facts = {{"format", "pytorch-csv"}};
  addFacts(result.facts, *simulation);
  result.facts["messages"] = sent->messages.size();
  if (Result<std::vector<BufferLife>> lives = buffersOf(*sent))
    result.facts["buffers"] = mostBuffers(*sent, *lives);
  result.facts[communicates ? "hangs" : "naive_hangs"] = hangs;
  result.summary = fmt::format(
      "PyTorch rows, {}, {} on {} ({}), {}; {}; {}, whose {}sends and receives "
      "{}",
      toString(facts.level), counted(facts.stages, "stage", "stages"),
      counted(facts.ranks, "rank", "ranks"), toString(facts.placement),
      counted(facts.microbatches, "microbatch", "microbatches"),
      describeCosts(*simulation),
      counted(static_cast<int64_t>(sent->messages.size()), "message",
              "messages"),
      communicates ? "" : "naive ", describeHangs(hangs));
  return result;
}

Result<Inspection> inspectTorch(std::string_view text,
                                const InspectOptions &options) {
  Result<TorchRows> rows = readTorchCsv(text, options.torch);
  if (!rows)
    return rows.error();
  Result<TorchFacts> facts = checkTorchRows(*rows);
  if (!facts)
    return facts.error();
  return TorchInspector(std::move(*rows), std::move(*facts)).run(options);
}

/// Says "optimal" of a value that meets its bound, and else what the bound is.
std::string describeBound(int64_t value, const BlockBound &bound) {
  return value == bound.value
             ? "which is optimal (" + describe(bound) + ")"
             : fmt::format("bound {} ({})", bound.value, describe(bound));
}

/// Adds what a search finds to what is said of a plan.
Status addSearch(Inspection &result, const TesselPlan &plan,
                 const TesselSearchOptions &options) {
  Result<TesselSearch> found = searchTessel(plan, options);
  if (!found)
    return found.error();
  const BlockAnswer &answer = found->answer;
  Json json{{"makespan", answer.end},
            {"makespan_bound", answer.bound.value},
            {"makespan_bound_reason", describe(answer.bound)},
            {"period", Json()},
            {"period_bound", Json()},
            {"period_bound_reason", Json()}};
  result.summary += fmt::format("; found: makespan {} steps, {}", answer.end,
                                describeBound(answer.end, answer.bound));
  if (const auto &repetend = answer.repetend) {
    int64_t period = repetend->repetend.period;
    json["period"] = period;
    json["period_bound"] = repetend->bound.value;
    json["period_bound_reason"] = describe(repetend->bound);
    result.summary +=
        fmt::format("; a repetend of {} steps, {}{}", period,
                    describeBound(period, repetend->bound),
                    answer.part ? "" : ", no part of that schedule");
  }
  result.facts["search"] = std::move(json);
  return Status::success();
}

Result<Inspection> inspectTessel(std::string_view text,
                                 const InspectOptions &options) {
  Result<TesselPlan> plan = readTesselJson(text);
  if (!plan)
    return plan.error();
  Result<TesselFacts> facts = checkTessel(*plan);
  if (!facts)
    return facts.error();
  Inspection result;
  result.facts = {{"format", "tessel"},
                  {"devices", plan->devices},
                  {"subgraphs", facts->subgraphs},
                  {"microbatches", facts->microbatches},
                  {"makespan", facts->steps},
                  {"work", facts->busy},
                  {"memory", facts->peakMemory},
                  {"chain", facts->chain},
                  {"period", facts->period ? Json(*facts->period) : Json()}};
  int64_t peak =
      *std::max_element(facts->peakMemory.begin(), facts->peakMemory.end());
  result.summary = fmt::format(
      "Tessel plan, {} on {}, {}; makespan {} steps, busiest device {}; at "
      "most {} of memory on a device; {}",
      counted(facts->subgraphs, "sub-graph", "sub-graphs"),
      counted(plan->devices, "device", "devices"),
      counted(facts->microbatches, "microbatch", "microbatches"), facts->steps,
      *std::max_element(facts->busy.begin(), facts->busy.end()), peak,
      facts->period
          ? fmt::format("the repetend repeats every {} steps", *facts->period)
      : facts->chain ? "there is no repetend"
                     : "the sub-graphs are no chain");
  if (options.search)
    if (Status done = addSearch(result, *plan, *options.search); !done)
      return done.error();
  return result;
}

} // namespace

bool isForeignSchedule(std::string_view text) {
  return looksLikeTorchCsv(text) || looksLikeTessel(text);
}

Result<Inspection> inspectSchedule(std::string_view text,
                                   const InspectOptions &options) {
  if (looksLikeTessel(text))
    return inspectTessel(text, options);
  if (options.search)
    return Error{"the search is for plans of Tessel, and these are PyTorch's "
                 "rows"};
  return inspectTorch(text, options);
}

} // namespace layerpipe::interchange
