//===- SplitCuts.cpp - Where a task is cut --------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitCuts.h"

#include "layerpipe/Scheduling/Model/Fraction.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace layerpipe;
using scheduling::Split;
using scheduling::SplitRule;
using scheduling::Wide;

std::vector<int64_t> layerpipe::equalCuts(const SplitRule &rule,
                                          int64_t parts) {
  std::vector<int64_t> cuts;
  Wide unit = Wide(parts) * rule.quantum;
  for (int64_t part = 1; part < parts; ++part) {
    // This is the multiple of the quantum that is nearest to length · part /
    // parts.
    Wide nearest = (2 * Wide(rule.length) * part + unit) / (2 * unit);
    Wide cut = nearest * rule.quantum;
    if (cut > (cuts.empty() ? 0 : cuts.back()) && cut < rule.length)
      cuts.push_back(static_cast<int64_t>(cut));
  }
  return cuts;
}

//===----------------------------------------------------------------------===//
// The text of the option
//===----------------------------------------------------------------------===//

namespace {

class CutParser {
public:
  CutParser(GraphOp graph, const TrainingGraph &training,
            const std::vector<SplitRule> &rules)
      : graph(graph), training(training), rules(rules) {}

  FailureOr<Split> parse(StringRef entry);

private:
  FailureOr<int64_t> findTask(StringRef name);
  FailureOr<int64_t> findRule(int64_t task, StringRef axis);

  GraphOp graph;
  const TrainingGraph &training;
  const std::vector<SplitRule> &rules;
};

} // namespace

FailureOr<int64_t> CutParser::findTask(StringRef name) {
  for (int64_t task = 0, count = training.taskOps.size(); task < count; ++task)
    if (TaskOp op = training.taskOp(task); op && op.getName() == name)
      return task;
  return graph.emitError("cuts names task '")
         << name << "', which does not exist";
}

FailureOr<int64_t> CutParser::findRule(int64_t task, StringRef axis) {
  std::optional<scheduling::SplitAxis> wanted =
      scheduling::parseSplitAxis(axis.str());
  if (!wanted)
    return graph.emitError("unknown axis '")
           << axis << "'; there are batch, output_channels and input_channels";
  SmallVector<std::string> possible;
  for (auto [index, rule] : llvm::enumerate(rules)) {
    if (rule.task != task)
      continue;
    if (rule.axis == *wanted)
      return int64_t(index);
    possible.push_back(std::string(toString(rule.axis)));
  }
  TaskOp op = training.taskOp(task);
  if (std::optional<PartAttr> part = op.getPart())
    return op.emitError("is a part of '")
           << part->getWhole().getValue()
           << "' already: name all cuts of that task at once";
  return op.emitError("can't be cut along ")
         << axis << "; it can along "
         << (possible.empty() ? "no axis" : llvm::join(possible, " and "));
}

FailureOr<Split> CutParser::parse(StringRef entry) {
  auto [front, cuts] = entry.rsplit(':');
  auto [name, axis] = front.rsplit(':');
  if (cuts.empty() || axis.empty() || name.empty())
    return graph.emitError("cuts has the form TASK:AXIS:CUT,CUT,…;…, got '")
           << entry << "'";
  FailureOr<int64_t> task = findTask(name);
  if (failed(task))
    return failure();
  FailureOr<int64_t> rule = findRule(*task, axis);
  if (failed(rule))
    return failure();
  Split split{*rule, {}};
  for (StringRef text : llvm::split(cuts, ','))
    if (text.getAsInteger(10, split.cuts.emplace_back()))
      return graph.emitError("a cut is an integer, got '") << text << "'";
  return split;
}

FailureOr<std::vector<Split>>
layerpipe::parseCuts(GraphOp graph, const TrainingGraph &training,
                     const std::vector<SplitRule> &rules, StringRef text) {
  CutParser parser(graph, training, rules);
  std::vector<Split> splits;
  for (StringRef entry : llvm::split(text, ';')) {
    FailureOr<Split> split = parser.parse(entry);
    if (failed(split))
      return failure();
    splits.push_back(std::move(*split));
  }
  return splits;
}
