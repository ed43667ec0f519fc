//===- Splitting.cpp - Tasks cut into parts -------------------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting.h"

#include "layerpipe/Scheduling/Fraction.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <unordered_set>

namespace layerpipe::scheduling {

constexpr std::array<std::string_view, 4> splitKindNames = {
    "none", "grad_input", "gradients", "all"};

std::string_view toString(SplitKinds kinds) {
  return splitKindNames[static_cast<size_t>(kinds)];
}

std::optional<SplitKinds> parseSplitKinds(std::string_view text) {
  for (size_t index = 0; index < splitKindNames.size(); ++index)
    if (splitKindNames[index] == text)
      return static_cast<SplitKinds>(index);
  return std::nullopt;
}

static bool mayCut(TaskKind task, SplitKinds kinds) {
  switch (kinds) {
  case SplitKinds::none:
    return false;
  case SplitKinds::grad_input:
    return task == TaskKind::grad_input;
  case SplitKinds::gradients:
    return task != TaskKind::forward;
  case SplitKinds::all:
    return true;
  }
  return false;
}

std::vector<Division> selectDivisions(const TaskGraph &graph,
                                      std::vector<Division> divisions,
                                      SplitKinds kinds) {
  std::erase_if(divisions, [&](const Division &division) {
    return !mayCut(graph.tasks[division.task].kind, kinds);
  });
  return divisions;
}

Combine combineOf(const Division &division) {
  for (const DividedResult &result : division.results)
    if (result.role == DividedResult::Role::sum)
      return Combine::sum;
  return Combine::concatenate;
}

int64_t partTime(int64_t time, int64_t begin, int64_t end, int64_t length) {
  return static_cast<int64_t>(Wide(time) * end / length -
                              Wide(time) * begin / length);
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

namespace {

bool inRange(int64_t index, size_t size) {
  return index >= 0 && index < static_cast<int64_t>(size);
}

bool isDivisible(TaskKind kind) {
  return kind != TaskKind::input && kind != TaskKind::loss &&
         kind != TaskKind::update;
}

std::string describe(const TaskGraph &graph, const Division &division) {
  return fmt::format("the division of {} by {}",
                     describeTask(graph, division.task),
                     toString(division.axis));
}

Status checkDivision(const TaskGraph &graph, const Division &division) {
  if (!inRange(division.task, graph.tasks.size()))
    return Error{fmt::format("a division is of task {}; there are {}",
                             division.task, graph.tasks.size())};
  const Task &task = graph.tasks[division.task];
  if (!isDivisible(task.kind))
    return Error{describe(graph, division) +
                 fmt::format(": {} tasks have no parts", toString(task.kind))};
  if (division.length < 1 || division.quantum < 1)
    return Error{describe(graph, division) +
                 fmt::format(" has length {} and quantum {}; both must be at "
                             "least 1",
                             division.length, division.quantum)};
  for (const SlicedEdge &slice : division.slices)
    if (!inRange(slice.edge, graph.edges.size()) ||
        graph.edges[slice.edge].to != division.task)
      return Error{describe(graph, division) +
                   fmt::format(" slices edge {}, which the task does not read",
                               slice.edge)};
  std::unordered_set<int64_t> results;
  for (const DividedResult &result : division.results)
    if (!inRange(result.value, graph.values.size()) ||
        graph.values[result.value].producer != division.task ||
        !results.insert(result.value).second)
      return Error{describe(graph, division) +
                   fmt::format(" names value {}, which the task does not make, "
                               "or names it twice",
                               result.value)};
  return Status::success();
}

/// Every value that is read has a role.
Status checkResults(const TaskGraph &graph,
                    const std::vector<Division> &divisions) {
  std::vector<std::vector<int64_t>> read(graph.tasks.size());
  for (const Edge &edge : graph.edges)
    read[edge.from].push_back(edge.value);
  for (const Division &division : divisions) {
    std::unordered_set<int64_t> known;
    for (const DividedResult &result : division.results)
      known.insert(result.value);
    for (int64_t value : read[division.task])
      if (!known.contains(value))
        return Error{describe(graph, division) +
                     fmt::format(" does not say what becomes of value '{}'",
                                 graph.values[value].name)};
  }
  return Status::success();
}

} // namespace

Status check(const TaskGraph &graph, const std::vector<Division> &divisions) {
  std::set<std::pair<int64_t, SplitAxis>> seen;
  for (const Division &division : divisions) {
    if (Status status = checkDivision(graph, division); !status)
      return status;
    if (!seen.insert({division.task, division.axis}).second)
      return Error{describe(graph, division) + " is given twice"};
  }
  return checkResults(graph, divisions);
}

Status check(const TaskGraph &graph, const std::vector<Division> &divisions,
             const std::vector<Split> &splits) {
  std::unordered_set<int64_t> tasks;
  for (const Split &split : splits) {
    if (!inRange(split.division, divisions.size()))
      return Error{fmt::format("a split uses division {}; there are {}",
                               split.division, divisions.size())};
    const Division &division = divisions[split.division];
    if (!tasks.insert(division.task).second)
      return Error{
          fmt::format("{} is split twice", describeTask(graph, division.task))};
    int64_t last = 0;
    for (int64_t cut : split.cuts) {
      if (cut <= last || cut >= division.length)
        return Error{describe(graph, division) +
                     fmt::format(" is cut at {}; cuts must ascend between 1 "
                                 "and {}",
                                 cut, division.length - 1)};
      last = cut;
    }
  }
  return Status::success();
}

//===----------------------------------------------------------------------===//
// Splitting
//===----------------------------------------------------------------------===//

namespace {

/// A value as pieces along one dimension, or as one summand per part.
struct CutValue {
  bool sliced = false;
  int64_t dimension = 0;
  int64_t length = 1;
  /// The ends of the pieces, the last of them `length`.
  std::vector<int64_t> ends = {};
  /// The new values.
  std::vector<int64_t> pieces = {};
};

class Splitter {
public:
  Splitter(const TaskGraph &graph, const std::vector<Division> &divisions,
           const std::vector<Split> &splits)
      : graph(graph), divisions(divisions), splits(splits) {}

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
  const Division *divisionOf(int64_t task) const {
    return splitOf[task] < 0 ? nullptr
                             : &divisions[splits[splitOf[task]].division];
  }
  /// Part `part` of a task that is split is begin … end − 1.
  std::pair<int64_t, int64_t> range(int64_t task, int64_t part) const;
  bool slices(int64_t edge) const;

  const TaskGraph &graph;
  const std::vector<Division> &divisions;
  const std::vector<Split> &splits;
  std::vector<int64_t> splitOf;
  /// Per task: the first of its parts.
  std::vector<int64_t> firstPart;
  /// Per edge: the dimension that its reader's split slices, or −1.
  std::vector<int64_t> edgeDimension;
  /// Per value: what its maker's split makes of it; null for a whole maker.
  std::vector<const DividedResult *> roleOf;
  std::vector<CutValue> cutOf;
  SplitGraph result;
};

void Splitter::indexSplits() {
  splitOf.assign(graph.tasks.size(), -1);
  edgeDimension.assign(graph.edges.size(), -1);
  roleOf.assign(graph.values.size(), nullptr);
  for (size_t index = 0; index < splits.size(); ++index) {
    if (splits[index].cuts.empty())
      continue;
    const Division &division = divisions[splits[index].division];
    splitOf[division.task] = static_cast<int64_t>(index);
    for (const SlicedEdge &slice : division.slices)
      edgeDimension[slice.edge] = slice.dimension;
    for (const DividedResult &role : division.results)
      roleOf[role.value] = &role;
  }
}

std::pair<int64_t, int64_t> Splitter::range(int64_t task, int64_t part) const {
  const std::vector<int64_t> &cuts = splits[splitOf[task]].cuts;
  int64_t last = static_cast<int64_t>(cuts.size());
  return {part == 0 ? 0 : cuts[part - 1],
          part == last ? divisionOf(task)->length : cuts[part]};
}

void Splitter::makeTasks() {
  for (size_t index = 0; index < graph.tasks.size(); ++index) {
    const Task &task = graph.tasks[index];
    firstPart.push_back(static_cast<int64_t>(result.graph.tasks.size()));
    const Division *division = divisionOf(index);
    for (int64_t part = 0; part < partsOf(index); ++part) {
      Task made = task;
      if (division) {
        auto [begin, end] = range(index, part);
        made.name = fmt::format("{}.{}", task.name, part);
        made.time = partTime(task.time, begin, end, division->length);
        made.part = TaskPart{task.name, division->axis,   begin,
                             end,       division->length, combineOf(*division)};
      }
      result.graph.tasks.push_back(std::move(made));
      result.taskOf.push_back(static_cast<int64_t>(index));
    }
  }
}

/// The reader slices the value along the dimension and length of its cuts.
bool Splitter::slices(int64_t edge) const {
  const CutValue &cut = cutOf[graph.edges[edge].value];
  const Division *reader = divisionOf(graph.edges[edge].to);
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
    if (roleOf[value]) {
      fixed[value] = true;
      if (roleOf[value]->role == DividedResult::Role::concatenate) {
        const Division *maker = divisionOf(graph.values[value].producer);
        cutOf[value] = {true, roleOf[value]->dimension, maker->length};
      }
    }
  for (size_t edge = 0; edge < graph.edges.size(); ++edge) {
    int64_t value = graph.edges[edge].value;
    const Division *reader = divisionOf(graph.edges[edge].to);
    if (fixed[value] || !reader || edgeDimension[edge] < 0)
      continue;
    cutOf[value] = {true, edgeDimension[edge], reader->length};
    fixed[value] = true;
  }
}

/// Pieces end wherever the maker or a reader that slices is cut.
void Splitter::cutValues() {
  std::vector<std::vector<int64_t>> ends(graph.values.size());
  auto add = [&](int64_t value, int64_t task) {
    const std::vector<int64_t> &cuts = splits[splitOf[task]].cuts;
    ends[value].insert(ends[value].end(), cuts.begin(), cuts.end());
  };
  for (size_t value = 0; value < graph.values.size(); ++value)
    if (roleOf[value] && cutOf[value].sliced)
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
    bool sum = roleOf[index] && roleOf[index]->role == DividedResult::Role::sum;
    int64_t count = cut.sliced ? static_cast<int64_t>(cut.ends.size())
                    : sum      ? partsOf(value.producer)
                               : 1;
    int64_t part = 0, begin = 0;
    for (int64_t piece = 0; piece < count; ++piece) {
      Value made = value;
      made.producer = firstPart[value.producer] + (sum ? piece : part);
      if (count > 1)
        made.name = fmt::format("{}.{}", value.name, piece);
      if (cut.sliced) {
        int64_t end = cut.ends[piece];
        made.bytes = partTime(value.bytes, begin, end, cut.length);
        begin = end;
        if (roleOf[index] && range(value.producer, part).second == end)
          ++part;
      }
      cut.pieces.push_back(static_cast<int64_t>(result.graph.values.size()));
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
    for (size_t piece = 0; piece < cut.pieces.size(); ++piece) {
      if (sliced && (cut.ends[piece] <= begin || cut.ends[piece] > end))
        continue;
      Edge made = edge;
      made.value = cut.pieces[piece];
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
                      const std::vector<Division> &divisions,
                      const std::vector<Split> &splits) {
  return Splitter(graph, divisions, splits).make();
}

} // namespace layerpipe::scheduling
