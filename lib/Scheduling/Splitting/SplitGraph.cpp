//===- SplitGraph.cpp - Tasks cut into parts ------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include "layerpipe/Scheduling/Model/Fraction.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace layerpipe::scheduling {

int64_t partTime(int64_t time, int64_t begin, int64_t end, int64_t length) {
  return static_cast<int64_t>(Wide(time) * end / length -
                              Wide(time) * begin / length);
}

namespace {

/// This is a value as slices along one dimension, or as one summand per part.
struct CutValue {
  bool sliced = false;
  int64_t dimension = 0;
  int64_t length = 1;
  /// These are the ends of the slices, the last of them `length`.
  std::vector<int64_t> ends = {};
  /// These are the new values.
  std::vector<int64_t> slices = {};
};

class Splitter {
public:
  Splitter(const TaskGraph &graph, const std::vector<SplitRule> &rules,
           const std::vector<Split> &splits)
      : graph(graph), rules(rules), splits(splits) {}

  SplitGraph make();

private:
  void indexSplits();
  void makeTasks();
  void chooseDimensions();
  void cutValues();
  void makeValues();
  void makeEdge(int64_t index);
  int64_t partsOf(int64_t task) const {
    return splitOf[task] < 0
               ? 1
               : static_cast<int64_t>(splits[splitOf[task]].cuts.size()) + 1;
  }
  const SplitRule *ruleOf(int64_t task) const {
    return splitOf[task] < 0 ? nullptr : &rules[splits[splitOf[task]].rule];
  }
  /// Returns begin and end of part `part` of a task that is split: it is begin
  /// … end − 1.
  std::pair<int64_t, int64_t> range(int64_t task, int64_t part) const;
  bool slices(int64_t edge) const;

  const TaskGraph &graph;
  const std::vector<SplitRule> &rules;
  const std::vector<Split> &splits;
  std::vector<int64_t> splitOf;
  /// Each task has the first of its parts here.
  std::vector<int64_t> firstPart;
  /// Each edge has the dimension that its reader's split slices here, or −1.
  std::vector<int64_t> edgeDimension;
  /// Each value has here what its maker's split makes of it; a whole maker has
  /// null.
  std::vector<const ResultSplit *> resultSplitOf;
  std::vector<CutValue> cutOf;
  SplitGraph result;
};

void Splitter::indexSplits() {
  splitOf.assign(graph.tasks.size(), -1);
  edgeDimension.assign(graph.edges.size(), -1);
  resultSplitOf.assign(graph.values.size(), nullptr);
  for (size_t index = 0; index < splits.size(); ++index) {
    if (splits[index].cuts.empty())
      continue;
    const SplitRule &rule = rules[splits[index].rule];
    splitOf[rule.task] = static_cast<int64_t>(index);
    for (const SlicedEdge &slice : rule.slices)
      edgeDimension[slice.edge] = slice.dimension;
    for (const ResultSplit &result : rule.results)
      resultSplitOf[result.value] = &result;
  }
}

std::pair<int64_t, int64_t> Splitter::range(int64_t task, int64_t part) const {
  const std::vector<int64_t> &cuts = splits[splitOf[task]].cuts;
  int64_t last = static_cast<int64_t>(cuts.size());
  return {part == 0 ? 0 : cuts[part - 1],
          part == last ? ruleOf(task)->length : cuts[part]};
}

void Splitter::makeTasks() {
  for (size_t index = 0; index < graph.tasks.size(); ++index) {
    const Task &task = graph.tasks[index];
    firstPart.push_back(static_cast<int64_t>(result.graph.tasks.size()));
    const SplitRule *rule = ruleOf(index);
    for (int64_t part = 0; part < partsOf(index); ++part) {
      Task made = task;
      if (rule) {
        auto [begin, end] = range(index, part);
        made.name = fmt::format("{}.{}", task.name, part);
        made.time = partTime(task.time, begin, end, rule->length);
        made.part = TaskPart{task.name, rule->axis,   begin,
                             end,       rule->length, combineOf(*rule)};
      }
      result.graph.tasks.push_back(std::move(made));
      result.taskOf.push_back(static_cast<int64_t>(index));
    }
  }
}

/// Returns whether the reader slices the value along the dimension and length
/// of its cuts.
bool Splitter::slices(int64_t edge) const {
  const CutValue &cut = cutOf[graph.edges[edge].value];
  const SplitRule *reader = ruleOf(graph.edges[edge].to);
  return reader && cut.sliced && edgeDimension[edge] == cut.dimension &&
         reader->length == cut.length;
}

void Splitter::chooseDimensions() {
  cutOf.resize(graph.values.size());
  std::vector<bool> fixed(graph.values.size(), false);
  for (const Edge &edge : graph.edges)
    if (edge.kind == EdgeKind::weight || edge.kind == EdgeKind::state ||
        graph.tasks[edge.from].kind == TaskKind::input)
      fixed[edge.value] = true;
  for (size_t value = 0; value < graph.values.size(); ++value)
    if (resultSplitOf[value]) {
      fixed[value] = true;
      if (resultSplitOf[value]->kind == ResultSplit::Kind::concatenate) {
        const SplitRule *maker = ruleOf(graph.values[value].producer);
        cutOf[value] = {true, resultSplitOf[value]->dimension, maker->length};
      }
    }
  for (size_t edge = 0; edge < graph.edges.size(); ++edge) {
    int64_t value = graph.edges[edge].value;
    const SplitRule *reader = ruleOf(graph.edges[edge].to);
    if (fixed[value] || !reader || edgeDimension[edge] < 0)
      continue;
    cutOf[value] = {true, edgeDimension[edge], reader->length};
    fixed[value] = true;
  }
}

/// Cuts values wherever the maker or a reader that slices is cut. A value of 8
/// channels whose maker is cut at 4 and whose reader at 6 has the slices 0–4,
/// 4–6 and 6–8.
void Splitter::cutValues() {
  std::vector<std::vector<int64_t>> ends(graph.values.size());
  auto add = [&](int64_t value, int64_t task) {
    const std::vector<int64_t> &cuts = splits[splitOf[task]].cuts;
    ends[value].insert(ends[value].end(), cuts.begin(), cuts.end());
  };
  for (size_t value = 0; value < graph.values.size(); ++value)
    if (resultSplitOf[value] && cutOf[value].sliced)
      add(value, graph.values[value].producer);
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    if (slices(edge))
      add(graph.edges[edge].value, graph.edges[edge].to);
  for (size_t value = 0; value < graph.values.size(); ++value)
    if (CutValue &cut = cutOf[value]; cut.sliced) {
      ends[value].push_back(cut.length);
      std::sort(ends[value].begin(), ends[value].end());
      std::unique_copy(ends[value].begin(), ends[value].end(),
                       std::back_inserter(cut.ends));
    }
}

void Splitter::makeValues() {
  for (size_t index = 0; index < graph.values.size(); ++index) {
    const Value &value = graph.values[index];
    CutValue &cut = cutOf[index];
    bool sum = resultSplitOf[index] &&
               resultSplitOf[index]->kind == ResultSplit::Kind::sum;
    int64_t count = cut.sliced ? static_cast<int64_t>(cut.ends.size())
                    : sum      ? partsOf(value.producer)
                               : 1;
    int64_t part = 0, begin = 0;
    for (int64_t slice = 0; slice < count; ++slice) {
      Value made = value;
      made.producer = firstPart[value.producer] + (sum ? slice : part);
      if (count > 1)
        made.name = fmt::format("{}.{}", value.name, slice);
      if (cut.sliced) {
        int64_t end = cut.ends[slice];
        made.bytes = partTime(value.bytes, begin, end, cut.length);
        begin = end;
        if (resultSplitOf[index] && range(value.producer, part).second == end)
          ++part;
      }
      cut.slices.push_back(static_cast<int64_t>(result.graph.values.size()));
      result.graph.values.push_back(std::move(made));
    }
  }
}

void Splitter::makeEdge(int64_t index) {
  const Edge &edge = graph.edges[index];
  const CutValue &cut = cutOf[edge.value];
  bool sliced = slices(index);
  for (int64_t part = 0; part < partsOf(edge.to); ++part) {
    auto [begin, end] =
        sliced ? range(edge.to, part) : std::pair<int64_t, int64_t>();
    for (size_t slice = 0; slice < cut.slices.size(); ++slice) {
      if (sliced && (cut.ends[slice] <= begin || cut.ends[slice] > end))
        continue;
      Edge made = edge;
      made.value = cut.slices[slice];
      made.from = result.graph.values[made.value].producer;
      made.to = firstPart[edge.to] + part;
      result.graph.edges.push_back(std::move(made));
    }
  }
}

SplitGraph Splitter::make() {
  indexSplits();
  makeTasks();
  chooseDimensions();
  cutValues();
  makeValues();
  for (size_t edge = 0; edge < graph.edges.size(); ++edge)
    makeEdge(edge);
  result.graph.parameters = graph.parameters;
  return std::move(result);
}

} // namespace

SplitGraph splitTasks(const TaskGraph &graph,
                      const std::vector<SplitRule> &rules,
                      const std::vector<Split> &splits) {
  return Splitter(graph, rules, splits).make();
}

Status check(const TaskGraph &graph, const std::vector<SplitRule> &rules,
             const std::vector<Split> &splits) {
  std::unordered_set<int64_t> tasks;
  for (const Split &split : splits) {
    if (split.rule < 0 || split.rule >= static_cast<int64_t>(rules.size()))
      return Error{fmt::format("a split uses rule {}; there are {}", split.rule,
                               rules.size())};
    const SplitRule &rule = rules[split.rule];
    if (!tasks.insert(rule.task).second)
      return Error{
          fmt::format("{} is split twice", describeTask(graph, rule.task))};
    int64_t last = 0;
    for (int64_t cut : split.cuts) {
      if (cut <= last || cut >= rule.length)
        return Error{describe(graph, rule) +
                     fmt::format(" is cut at {}; cuts must ascend between 1 "
                                 "and {}",
                                 cut, rule.length - 1)};
      last = cut;
    }
  }
  return Status::success();
}

} // namespace layerpipe::scheduling
