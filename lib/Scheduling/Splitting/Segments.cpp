//===- Segments.cpp - Layers in turn, shared by sample --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Segments.h"

#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace layerpipe::scheduling {
namespace {

/// A row is a layer. Its shares are for choosing only, since the cuts
/// themselves are whole numbers.
struct Row {
  std::vector<int64_t> tasks;
  double time = 0;
  /// This counts samples; 0 means that the layer can't be shared.
  int64_t samples = 0;
  double parameters = 0;
  /// So much is read across the border behind the layer.
  double border = 0;
};

class Segments {
public:
  Segments(const SplitModel &model, int64_t limit);
  std::vector<TaskPlacement> make();

private:
  void readLayers();
  void readBorders();
  int64_t processorAt(double time) const;
  double endOf(int64_t processor) const { return ends[processor]; }
  double firstShare(size_t begin, size_t end) const;
  double lastShare(size_t begin, size_t end) const;
  int64_t spanOf(size_t begin, size_t end) const;
  double insideCost(size_t begin, size_t end) const;
  double borderCost(size_t begin, size_t middle, size_t end) const;
  std::vector<size_t> choose() const;
  void place(size_t begin, size_t end);
  void share(int64_t task, double scale, double from);
  int64_t mainProcessor(double from, double until) const;
  std::vector<Part> turn(const SplitRule &rule,
                         const std::vector<Part> &parts) const;

  static constexpr size_t longest = 48;

  const SplitModel &model;
  std::vector<Row> rows;
  std::vector<size_t> rowOf;
  /// Segments know processors by their places in SplitModel::order. Each has
  /// here the time, along what is not pinned, at which it is full.
  std::vector<double> ends;
  /// Each row has here the time in front of it.
  std::vector<double> begins;
  std::vector<TaskPlacement> placements;
  /// Says whether the first processor had the last samples in the last segment.
  bool reversed = false;
  int64_t lastShared = -1;
};

Segments::Segments(const SplitModel &model, int64_t limit) : model(model) {
  double end = 0;
  for (int64_t id : model.order) {
    Fraction speed = speedOf(model.machine, id);
    int64_t left = std::max<int64_t>(limit - model.pinnedTime[id], 0);
    end += double(left) * double(speed.numerator) / double(speed.denominator);
    ends.push_back(end);
  }
  readLayers();
  readBorders();
}

/// Reads the layers; tasks of no layer run with the last one.
void Segments::readLayers() {
  std::map<int64_t, size_t> numbers;
  for (const Task &task : model.graph.tasks)
    if (task.layer > 0)
      numbers.emplace(task.layer, 0);
  for (auto &[layer, row] : numbers) {
    row = rows.size();
    rows.emplace_back();
  }
  if (rows.empty())
    rows.emplace_back();
  rowOf.assign(model.graph.tasks.size(), rows.size() - 1);
  for (size_t task = 0; task < model.graph.tasks.size(); ++task) {
    const Task &made = model.graph.tasks[task];
    if (made.kind == TaskKind::input)
      continue;
    auto place = numbers.find(made.layer);
    rowOf[task] = place == numbers.end() ? rows.size() - 1 : place->second;
    if (model.isPinned(task))
      continue;
    rows[rowOf[task]].tasks.push_back(task);
    rows[rowOf[task]].time += double(made.time);
  }
  for (Row &row : rows) {
    int64_t samples = -1;
    for (int64_t task : row.tasks) {
      int64_t here = 0;
      for (int64_t rule : model.rulesOf[task])
        if (model.rules[rule].axis == SplitAxis::batch)
          here = model.rules[rule].length;
      if (here == 0 && model.graph.tasks[task].time == 0)
        continue;
      samples = samples < 0 || samples == here ? here : 0;
    }
    row.samples = std::max<int64_t>(samples, 0);
  }
  for (const Parameter &parameter : model.graph.parameters)
    if (auto place = numbers.find(parameter.layer); place != numbers.end())
      rows[place->second].parameters += double(parameter.bytes);
  double time = 0;
  for (Row &row : rows) {
    begins.push_back(time);
    time += row.time;
  }
  begins.push_back(time);
}

/// Reads the borders. A value crosses every border between its maker and its
/// readers.
void Segments::readBorders() {
  std::vector<double> change(rows.size() + 1, 0);
  for (size_t value = 0; value < model.edgesOf.size(); ++value) {
    if (model.edgesOf[value].empty() || !model.cuttable[value])
      continue;
    size_t low = rows.size(), high = 0;
    for (int64_t edge : model.edgesOf[value])
      for (int64_t task :
           {model.graph.edges[edge].from, model.graph.edges[edge].to}) {
        low = std::min(low, rowOf[task]);
        high = std::max(high, rowOf[task]);
      }
    change[low] += double(model.graph.values[value].bytes);
    change[high] -= double(model.graph.values[value].bytes);
  }
  double crossing = 0;
  for (size_t row = 0; row < rows.size(); ++row) {
    crossing += change[row];
    rows[row].border = crossing;
  }
}

/// Returns the processor whose turn it is at that time along the layers.
int64_t Segments::processorAt(double time) const {
  int64_t id = std::upper_bound(ends.begin(), ends.end(), time) - ends.begin();
  return std::min(id, model.processors - 1);
}

int64_t Segments::spanOf(size_t begin, size_t end) const {
  double last = std::nextafter(begins[end], 0.0);
  return processorAt(std::max(last, begins[begin])) -
         processorAt(begins[begin]) + 1;
}

double Segments::firstShare(size_t begin, size_t end) const {
  double time = begins[end] - begins[begin];
  if (time <= 0 || spanOf(begin, end) == 1)
    return 1;
  return (endOf(processorAt(begins[begin])) - begins[begin]) / time;
}

double Segments::lastShare(size_t begin, size_t end) const {
  double time = begins[end] - begins[begin];
  int64_t span = spanOf(begin, end);
  if (time <= 0 || span == 1)
    return 1;
  return (begins[end] - endOf(processorAt(begins[begin]) + span - 2)) / time;
}

/// Returns the bytes within a segment: sums of weight gradients go there, and
/// weights come back. All processors read and write a layer that can't be
/// shared.
double Segments::insideCost(size_t begin, size_t end) const {
  int64_t span = spanOf(begin, end);
  if (span == 1)
    return end - begin == 1 ? 0 : std::numeric_limits<double>::infinity();
  double cost = 0;
  for (size_t row = begin; row < end; ++row) {
    cost += 2 * double(span - 1) * rows[row].parameters;
    if (rows[row].samples == 0 && end - begin > 1)
      cost += rows[row].border + (row > begin ? rows[row - 1].border : 0);
  }
  return cost;
}

double Segments::borderCost(size_t begin, size_t middle, size_t end) const {
  double last = std::nextafter(begins[middle], 0.0);
  bool shared = processorAt(last) == processorAt(begins[middle]);
  double same =
      shared ? std::min(lastShare(begin, middle), firstShare(middle, end)) : 0;
  return rows[middle - 1].border * (1 - same);
}

/// Returns the ends of the segments. The state of the search is the last
/// segment's end and length.
std::vector<size_t> Segments::choose() const {
  size_t count = rows.size();
  constexpr double never = std::numeric_limits<double>::infinity();
  std::vector<std::vector<double>> best(count + 1);
  std::vector<std::vector<size_t>> before(count + 1);
  for (size_t end = 1; end <= count; ++end) {
    size_t most = std::min(end, longest);
    best[end].assign(most + 1, never);
    before[end].assign(most + 1, 0);
    for (size_t length = 1; length <= most; ++length) {
      size_t begin = end - length;
      double inside = insideCost(begin, end);
      if (inside == never)
        continue;
      if (begin == 0) {
        best[end][length] = inside;
        continue;
      }
      for (size_t previous = 1; previous < best[begin].size(); ++previous) {
        if (best[begin][previous] == never)
          continue;
        double cost = best[begin][previous] + inside +
                      borderCost(begin - previous, begin, end);
        if (cost < best[end][length]) {
          best[end][length] = cost;
          before[end][length] = previous;
        }
      }
    }
  }
  std::vector<size_t> chosen;
  size_t end = count;
  size_t length = std::min_element(best[end].begin() + 1, best[end].end()) -
                  best[end].begin();
  while (end > 0) {
    chosen.push_back(end);
    size_t previous = before[end][length];
    end -= length;
    length = previous;
  }
  std::reverse(chosen.begin(), chosen.end());
  return chosen;
}

/// Returns the parts in the opposite order, cut on the nearest quanta.
std::vector<Part> Segments::turn(const SplitRule &rule,
                                 const std::vector<Part> &parts) const {
  std::vector<Part> turned;
  int64_t last = 0;
  for (size_t part = parts.size(); part-- > 0;) {
    int64_t start = part == 0 ? 0 : parts[part - 1].end;
    int64_t end =
        (rule.length - start + rule.quantum / 2) / rule.quantum * rule.quantum;
    if (part == 0)
      end = rule.length;
    end = std::min(end, rule.length);
    if (end > last)
      turned.push_back({end, parts[part].processor});
    last = std::max(last, end);
  }
  return turned;
}

/// Returns the processor on which most of the time between is.
int64_t Segments::mainProcessor(double from, double until) const {
  int64_t first = processorAt(from);
  int64_t last = processorAt(std::max(std::nextafter(until, 0.0), from));
  int64_t most = first;
  auto timeOf = [&](int64_t id) {
    return std::min(endOf(id), until) -
           std::max(id == 0 ? 0 : endOf(id - 1), from);
  };
  for (int64_t id = first; id <= last; ++id)
    if (timeOf(id) > timeOf(most))
      most = id;
  return most;
}

/// Cuts the task by samples as the segment's time is divided. `from` is the
/// segment's begin, and `scale` the time for one share of it.
void Segments::share(int64_t task, double scale, double from) {
  TaskPlacement &placement = placements[task];
  int64_t first = processorAt(from);
  int64_t last = processorAt(std::max(std::nextafter(from + scale, 0.0), from));
  placement.rule = -1;
  for (int64_t rule : model.rulesOf[task])
    if (model.rules[rule].axis == SplitAxis::batch)
      placement.rule = rule;
  placement.parts.clear();
  if (placement.rule < 0) {
    placement.parts = {{1, mainProcessor(from, from + scale)}};
    return;
  }
  const SplitRule &rule = model.rules[placement.rule];
  auto positionAt = [&](double time) {
    double units = std::clamp((time - from) / scale, 0.0, 1.0) *
                   double(rule.length) / double(rule.quantum);
    return std::min<int64_t>(std::llround(units) * rule.quantum, rule.length);
  };
  int64_t begin = 0;
  for (int64_t id = first; id <= last; ++id) {
    int64_t end = id == last ? rule.length : positionAt(endOf(id));
    if (end > begin)
      placement.parts.push_back({end, id});
    begin = std::max(begin, end);
  }
  if (reversed)
    placement.parts = turn(rule, placement.parts);
}

void Segments::place(size_t begin, size_t end) {
  double from = begins[begin], scale = begins[end] - begins[begin];
  if (spanOf(begin, end) == 1) {
    for (int64_t task : rows[begin].tasks)
      placements[task].parts = {{1, processorAt(from)}};
    return;
  }
  // The processor that shared the segment before keeps its samples.
  int64_t first = processorAt(from);
  reversed = lastShared == first && !reversed;
  for (size_t row = begin; row < end; ++row)
    for (int64_t task : rows[row].tasks)
      share(task, scale, from);
  lastShared = processorAt(std::nextafter(begins[end], 0.0));
}

std::vector<TaskPlacement> Segments::make() {
  placements.resize(model.graph.tasks.size());
  for (TaskPlacement &placement : placements)
    placement.parts = {{1, -1}};
  size_t begin = 0;
  for (size_t end : choose()) {
    place(begin, end);
    begin = end;
  }
  for (size_t task = 0; task < placements.size(); ++task) {
    for (Part &part : placements[task].parts)
      if (part.processor >= 0)
        part.processor = model.order[part.processor];
    if (model.isPinned(task))
      placements[task].parts = {{1, model.pinOf(task)}};
  }
  return std::move(placements);
}

} // namespace

std::vector<TaskPlacement> makeSegments(const SplitModel &model,
                                        int64_t limit) {
  return Segments(model, limit).make();
}

} // namespace layerpipe::scheduling
