//===- Orders.cpp - Orders and rows that tests start from -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Orders.h"

#include <map>
#include <set>
#include <sstream>
#include <tuple>

namespace layerpipe::scheduling::test {

using enum ActionKind;

PipelineProblem randomProblem(std::mt19937_64 &random) {
  auto below = [&](int64_t limit) { return int64_t(random() % limit); };
  PipelineProblem problem;
  int64_t stages = 1 + below(8);
  problem.machine.processors = 1 + below(5);
  problem.microbatches = 1 + below(6);
  bool skips = below(3) == 0;
  for (int64_t stage = 0; stage < stages; ++stage) {
    PipelineStage one;
    one.processor = below(problem.machine.processors);
    one.forwardTime = below(3);
    one.inputGradientTime = below(3);
    one.weightGradientTime = below(3);
    problem.stages.push_back(one);
    if (stage > 0)
      problem.edges.push_back({stage - 1, stage, 0});
    if (skips && stage > 1 && below(2) == 0)
      problem.edges.push_back({below(stage - 1), stage, 0});
  }
  return problem;
}

PipelineOrder randomOrder(const PipelineProblem &problem,
                          std::mt19937_64 &random) {
  using Key = std::tuple<int64_t, int64_t, bool>;
  PipelineOrder order;
  order.processors.resize(problem.machine.processors);
  std::set<Key> done; // Stage, microbatch, and whether it is forward.
  std::vector<PipelineAction> left, weights;
  for (int64_t stage = 0; stage < int64_t(problem.stages.size()); ++stage)
    for (int64_t m = 0; m < problem.microbatches; ++m) {
      left.push_back({stage, forward, m});
      left.push_back({stage, random() % 2 ? backward : input_gradient, m});
    }
  auto isReady = [&](const PipelineAction &action) {
    if (action.kind == weight_gradient)
      return true;
    bool isForward = action.kind == forward;
    bool ready =
        isForward || done.contains({action.stage, action.microbatch, true});
    for (const StageEdge &edge : problem.edges)
      if ((isForward ? edge.to : edge.from) == action.stage)
        ready &= done.contains(
            {isForward ? edge.from : edge.to, action.microbatch, isForward});
    return ready;
  };
  while (!left.empty()) {
    size_t at = random() % left.size();
    while (!isReady(left[at]))
      at = (at + 1) % left.size();
    PipelineAction action = left[at];
    left.erase(left.begin() + int64_t(at));
    order.processors[problem.stages[action.stage].processor].push_back(action);
    if (action.kind != weight_gradient)
      done.insert({action.stage, action.microbatch, action.kind == forward});
    if (action.kind == input_gradient)
      left.push_back({action.stage, weight_gradient, action.microbatch});
  }
  return order;
}

namespace {

/// A word of rowsOf: stage, letters and microbatch.
struct Word {
  int64_t stage = 0;
  std::string name;
  int64_t microbatch = 0;
};

Word split(const std::string &text) {
  size_t letters = text.find_first_not_of("0123456789");
  size_t end = text.find_last_not_of("0123456789") + 1;
  return {std::stoll(text), text.substr(letters, end - letters),
          std::stoll(text.substr(end))};
}

} // namespace

CommunicationRows rowsOf(const std::string &text) {
  CommunicationRows rows;
  rows.processors.emplace_back();
  // Each message by its sending stage, direction and microbatch.
  std::map<std::tuple<int64_t, bool, int64_t>, int64_t> messages;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    auto processor = int64_t(rows.processors.size()) - 1;
    if (word == "/") {
      rows.processors.emplace_back();
      continue;
    }
    Word parts = split(word);
    int64_t m = parts.microbatch;
    if (parts.name.size() == 1) {
      size_t index = std::string_view("FIWB").find(parts.name);
      rows.processors.back().push_back(
          {RowStep::Kind::compute,
           {parts.stage, static_cast<ActionKind>(index), m}});
      continue;
    }
    bool send = parts.name.starts_with("SEND");
    bool isForward = parts.name.ends_with("F");
    int64_t step = isForward ? 1 : -1;
    int64_t sender = send ? parts.stage : parts.stage - step;
    auto [found, added] =
        messages.try_emplace({sender, isForward, m}, rows.messages.size());
    if (added) {
      ActionKind kind = isForward ? forward : backward;
      rows.messages.push_back({{sender, kind, m}, {sender + step, kind, m}});
    }
    Message &message = rows.messages[found->second];
    (send ? message.fromProcessor : message.toProcessor) = processor;
    rows.processors.back().push_back(
        {send ? RowStep::Kind::send : RowStep::Kind::receive,
         {},
         found->second});
  }
  return rows;
}

std::string textOf(const CommunicationRows &rows) {
  std::string text;
  for (const std::vector<RowStep> &row : rows.processors) {
    if (&row != &rows.processors.front())
      text += " /";
    for (const RowStep &step : row)
      text += (text.empty() ? "" : " ") + describe(rows, step);
  }
  return text;
}

} // namespace layerpipe::scheduling::test
