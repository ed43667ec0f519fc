//===- FractionalStages.cpp - Stages of fractions of layers ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FractionalStages.h"

#include "layerpipe/Scheduling/Model/GraphOrder.h"
#include "layerpipe/Scheduling/Splitting/SplitRules.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// A row is a layer. Its forwards are in topological order, its gradients
/// against it.
struct Row {
  std::vector<int64_t> forward;
  std::vector<int64_t> backward;
  std::vector<int64_t> updates;
  /// Says whether all tasks that take time can be cut at one sample.
  bool bySample = true;
  int64_t samples = 0;
  int64_t quantum = 1;
  /// This counts the parameters.
  Wide bytes = 0;
};

/// This much of a list of tasks can be taken: so many whole tasks, and the next
/// one up to the position `end`, where 0 means that none of it is.
struct Reach {
  size_t whole = 0;
  int64_t end = 0;
  int64_t time = 0;
  bool cuts() const { return end > 0; }
};

/// What a border falls into may be of so many layers. One layer may have no
/// task that can be cut, and in a GPT there are three of them in a row.
constexpr size_t borderRows = 4;

/// A stage takes at most so many weight gradients of layers of later stages.
constexpr int64_t mostFillers = 4;

class Stages {
public:
  Stages(const SplitModel &model, int64_t limit, StageFill fill);
  std::optional<std::vector<TaskPlacement>> make();

private:
  void readRows();
  void addTask(Row &row, int64_t task);
  int64_t chooseRule(int64_t task) const;
  int64_t lengthOf(int64_t task) const {
    return rules[task] < 0 ? 1 : model.rules[rules[task]].length;
  }
  int64_t timeOf(int64_t task, int64_t from, int64_t until) const;
  int64_t restOf(int64_t task) const {
    return timeOf(task, done[task], lengthOf(task));
  }
  int64_t restOf(const Row &row) const;
  void take(int64_t task, int64_t end);
  void takeRest(const Row &row);
  Wide workOf(int64_t time, int64_t id) const;
  Wide workOfLater() const;
  void setSpare();
  bool fillStage();
  void takeRows();
  bool takeSamples(const Row &row);
  /// These are the tasks of the rows that a border may fall into: forwards, and
  /// gradients in the order in which they may be taken.
  struct Border {
    std::vector<int64_t> forward;
    std::vector<int64_t> backward;
    std::vector<int64_t> weights;
    /// Each of `backward` has here how many of `weights` read what it and those
    /// in front of it make.
    std::vector<size_t> needed;
    size_t neededFor(const Reach &reach) const {
      size_t touched = reach.whole + reach.cuts();
      return touched == 0 ? 0 : needed[touched - 1];
    }
  };
  struct Choice {
    Reach forward;
    Reach backward;
    Reach weights;
  };
  Border nearBorder() const;
  Choice choose(const Border &border) const;
  bool reads(int64_t task, int64_t other) const;
  bool isWeightGradient(int64_t task) const {
    return model.graph.tasks[task].kind == TaskKind::grad_weight;
  }
  void takeInOrder();
  void takeFillers();
  Reach mostOf(int64_t task) const;
  std::vector<Reach> reaches(const std::vector<int64_t> &tasks) const;
  void takeReach(const std::vector<int64_t> &tasks, const Reach &reach);

  const SplitModel &model;
  const int64_t limit;
  const StageFill fill;
  std::vector<Row> rows;
  /// Each task has its row here.
  std::vector<size_t> rowOf;
  /// Each task has its split rule here, or −1.
  std::vector<int64_t> rules;
  /// Each task has here how many of its positions are taken.
  std::vector<int64_t> done;
  std::vector<TaskPlacement> placements;
  Wide workLeft = 0;
  /// All rows before this one are taken.
  size_t next = 0;
  /// This is the processor that takes now, the time that it has left, and how
  /// much of that it may leave unused.
  int64_t stage = 0;
  int64_t room = 0;
  int64_t spare = 0;
};

Stages::Stages(const SplitModel &model, int64_t limit, StageFill fill)
    : model(model), limit(limit), fill(fill),
      rowOf(model.graph.tasks.size(), 0), done(model.graph.tasks.size(), 0),
      placements(model.graph.tasks.size()) {
  for (size_t task = 0; task < model.graph.tasks.size(); ++task) {
    rules.push_back(chooseRule(static_cast<int64_t>(task)));
    workLeft += model.graph.tasks[task].time;
  }
  readRows();
}

/// Returns the task's split rule by samples, otherwise one that concatenates,
/// with the most positions.
int64_t Stages::chooseRule(int64_t task) const {
  auto score = [&](int64_t index) {
    const SplitRule &rule = model.rules[index];
    return std::tuple(rule.axis == SplitAxis::batch,
                      combineOf(rule) == Combine::concatenate,
                      rule.length / rule.quantum, -index);
  };
  int64_t best = -1;
  for (int64_t index : model.rulesOf[task])
    if (model.rules[index].length > model.rules[index].quantum &&
        (best < 0 || score(index) > score(best)))
      best = index;
  return best;
}

/// Sorts the tasks into layers. Tasks of no layer run with the last one.
void Stages::readRows() {
  const std::vector<Task> &tasks = model.graph.tasks;
  std::map<int64_t, size_t> numbers;
  for (const Task &task : tasks)
    if (task.layer > 0)
      numbers.emplace(task.layer, 0);
  size_t count = 0;
  for (auto &[layer, row] : numbers)
    row = count++;
  rows.resize(std::max<size_t>(count, 1));
  std::vector<int64_t> order =
      topologicalOrder(static_cast<int64_t>(tasks.size()),
                       delayFreeArcs(model.graph, distancesOf(model.graph)));
  for (int64_t task : order) {
    auto place = numbers.find(tasks[task].layer);
    rowOf[task] = place == numbers.end() ? rows.size() - 1 : place->second;
    if (tasks[task].kind == TaskKind::input)
      placements[task].parts = {{1, -1}};
    else
      addTask(rows[rowOf[task]], task);
  }
  for (Row &row : rows)
    std::reverse(row.backward.begin(), row.backward.end());
  for (const Parameter &parameter : model.graph.parameters)
    if (auto place = numbers.find(parameter.layer); place != numbers.end())
      rows[place->second].bytes += parameter.bytes;
}

void Stages::addTask(Row &row, int64_t task) {
  const Task &made = model.graph.tasks[task];
  if (made.kind == TaskKind::update)
    row.updates.push_back(task);
  else
    (made.kind == TaskKind::forward ? row.forward : row.backward)
        .push_back(task);
  if (made.time == 0 && rules[task] < 0)
    return;
  const SplitRule *rule = rules[task] < 0 ? nullptr : &model.rules[rules[task]];
  if (rule && row.samples == 0) {
    row.samples = rule->length;
    row.quantum = rule->quantum;
  }
  row.bySample = row.bySample && rule && rule->axis == SplitAxis::batch &&
                 rule->length == row.samples && rule->quantum == row.quantum;
}

//===----------------------------------------------------------------------===//
// Taking
//===----------------------------------------------------------------------===//

/// Returns how long the present stage needs for these positions.
int64_t Stages::timeOf(int64_t task, int64_t from, int64_t until) const {
  int64_t time = model.graph.tasks[task].time;
  return timeOn(model.machine, stage,
                partTime(time, from, until, lengthOf(task)));
}

int64_t Stages::restOf(const Row &row) const {
  int64_t time = 0;
  for (const std::vector<int64_t> *tasks :
       {&row.forward, &row.backward, &row.updates})
    for (int64_t task : *tasks)
      time += restOf(task);
  return time;
}

/// Gives the positions of the task from the first one that nobody has to `end`
/// to the present stage, together with the layer's update.
void Stages::take(int64_t task, int64_t end) {
  int64_t from = done[task];
  if (end == from)
    return;
  placements[task].parts.push_back({end, stage});
  room -= timeOf(task, from, end);
  workLeft -= partTime(model.graph.tasks[task].time, from, end, lengthOf(task));
  done[task] = end;
  for (int64_t update : rows[rowOf[task]].updates)
    take(update, 1);
}

void Stages::takeRest(const Row &row) {
  for (const std::vector<int64_t> *tasks :
       {&row.forward, &row.backward, &row.updates})
    for (int64_t task : *tasks)
      take(task, lengthOf(task));
}

Wide Stages::workOf(int64_t time, int64_t id) const {
  Fraction speed = speedOf(model.machine, id);
  return floorDiv(Wide(time) * speed.numerator, speed.denominator);
}

/// Returns the work that the stages behind the present one can do.
Wide Stages::workOfLater() const {
  Wide work = 0;
  for (int64_t id = stage + 1; id < model.processors; ++id)
    work += workOf(limit, id);
  return work;
}

/// Sets how much of its time the stage may leave unused: a share of what the
/// limit leaves of all stages from here on.
void Stages::setSpare() {
  Wide over = workOf(limit, stage) + workOfLater() - workLeft;
  Wide share = over * fill.percent / 100 / (model.processors - stage);
  spare =
      static_cast<int64_t>(std::clamp<Wide>(std::min(share, over), 0, limit));
}

/// Takes whole layers as long as there is room, and until little enough of it
/// is left. Early stages leave one that would take more than they must.
void Stages::takeRows() {
  while (next < rows.size()) {
    int64_t after = room - restOf(rows[next]);
    bool most =
        fill.sparing ? room <= spare : after < spare && room - after > 0;
    if (after < 0 || (most && stage + 1 < model.processors))
      return;
    takeRest(rows[next++]);
  }
}

/// Cuts all tasks at the first sample that leaves no more than may be left.
/// Returns false, and takes nothing, if there is none. What can't be cut takes
/// no time, and runs where what it reads or what reads it does.
bool Stages::takeSamples(const Row &row) {
  auto timeUntil = [&](int64_t sample) {
    int64_t time = 0;
    for (const std::vector<int64_t> *tasks : {&row.forward, &row.backward})
      for (int64_t task : *tasks)
        if (rules[task] >= 0)
          time += timeOf(task, done[task], std::max(sample, done[task]));
    return time;
  };
  int64_t low = 0, high = (row.samples - 1) / row.quantum;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (timeUntil(middle * row.quantum) >= room - spare)
      high = middle;
    else
      low = middle + 1;
  }
  int64_t sample = low * row.quantum, time = timeUntil(sample);
  if (time == 0 || time > room || time < room - spare)
    return false;
  // Forwards in front of the first that is cut, and gradients behind the last.
  for (const std::vector<int64_t> *tasks : {&row.forward, &row.backward}) {
    bool cut = false;
    for (int64_t task : *tasks) {
      cut |= rules[task] >= 0;
      if (rules[task] >= 0)
        take(task, std::max(sample, done[task]));
      else if (!cut)
        take(task, 1);
    }
  }
  return true;
}

/// Returns what the present stage can take of the tasks from the first one on,
/// the least first.
std::vector<Reach> Stages::reaches(const std::vector<int64_t> &tasks) const {
  std::vector<Reach> all = {{}};
  int64_t before = 0;
  for (size_t index = 0; index < tasks.size() && before <= room; ++index) {
    int64_t task = tasks[index], length = lengthOf(task);
    auto add = [&](Reach reach) {
      if (reach.time > all.back().time && reach.time <= room)
        all.push_back(reach);
    };
    int64_t quantum = rules[task] < 0 ? 1 : model.rules[rules[task]].quantum;
    for (int64_t at = (done[task] / quantum + 1) * quantum; at < length;
         at += quantum) {
      int64_t time = before + timeOf(task, done[task], at);
      if (time > room)
        break;
      add({index, at, time});
    }
    before += restOf(task);
    add({index + 1, 0, before});
  }
  return all;
}

void Stages::takeReach(const std::vector<int64_t> &tasks, const Reach &reach) {
  for (size_t index = 0; index < reach.whole; ++index)
    take(tasks[index], lengthOf(tasks[index]));
  if (reach.cuts())
    take(tasks[reach.whole], reach.end);
}

/// Returns every so many of them and all that cut nothing, such that few enough
/// are left.
static std::vector<Reach> thin(const std::vector<Reach> &all) {
  constexpr size_t most = 64;
  size_t step = (all.size() + most - 1) / most;
  std::vector<Reach> kept;
  for (size_t index = 0; index < all.size(); ++index)
    if (index % step == 0 || !all[index].cuts() || index + 1 == all.size())
      kept.push_back(all[index]);
  return kept;
}

/// Collects the tasks of the rows that a border may fall into.
Stages::Border Stages::nearBorder() const {
  Border border;
  for (size_t row = next; row < std::min(next + borderRows, rows.size());
       ++row) {
    border.forward.insert(border.forward.end(), rows[row].forward.begin(),
                          rows[row].forward.end());
    size_t earlier = border.weights.size();
    for (int64_t task : rows[row].backward)
      if (isWeightGradient(task))
        border.weights.push_back(task);
    for (int64_t task : rows[row].backward) {
      if (isWeightGradient(task))
        continue;
      size_t needed = earlier;
      for (size_t index = earlier; index < border.weights.size(); ++index)
        if (reads(border.weights[index], task))
          needed = index + 1;
      if (!border.needed.empty())
        needed = std::max(needed, border.needed.back());
      border.backward.push_back(task);
      border.needed.push_back(needed);
    }
  }
  return border;
}

/// Returns whether the task reads a value of the other one.
bool Stages::reads(int64_t task, int64_t other) const {
  for (int64_t value : model.valuesOf[task])
    for (int64_t edge : model.edgesOf[value])
      if (model.graph.edges[edge].from == other &&
          model.graph.edges[edge].to == task)
        return true;
  return false;
}

/// Chooses among all that there is room for. If what is left then may be left,
/// the nearest tasks are best, with the fewest cuts; otherwise as much as
/// possible.
Stages::Choice Stages::choose(const Border &border) const {
  std::vector<Reach> ends = thin(reaches(border.forward));
  std::vector<Reach> begins = reaches(border.backward);
  std::vector<Reach> weights = thin(reaches(border.weights));
  std::vector<int64_t> timeOfFirst = {0};
  for (int64_t task : border.weights)
    timeOfFirst.push_back(timeOfFirst.back() + restOf(task));
  auto key = [&](const Choice &choice) {
    int64_t time = 0, cuts = 0;
    size_t farthest = 0;
    for (const Reach *reach :
         {&choice.forward, &choice.backward, &choice.weights}) {
      time += reach->time;
      cuts += reach->cuts();
      farthest = std::max(farthest, reach->whole);
    }
    return time >= room - spare
               ? std::tuple(false, farthest, cuts, time)
               : std::tuple(true, size_t(0), int64_t(0), -time);
  };
  Choice best;
  auto bestKey = key(best);
  for (const Reach &end : ends)
    for (const Reach &weight : weights) {
      auto last = std::upper_bound(
          begins.begin(), begins.end(), room - end.time - weight.time,
          [](int64_t most, const Reach &reach) { return most < reach.time; });
      constexpr int64_t looks = 16;
      for (int64_t look = 0; look < looks && last != begins.begin(); ++look) {
        Choice choice{end, *--last, weight};
        if (weight.time < timeOfFirst[border.neededFor(*last)])
          continue;
        if (auto mine = key(choice); mine < bestKey) {
          best = choice;
          bestKey = mine;
        }
      }
    }
  return best;
}

/// Takes the next forwards in topological order, and gradients of the next
/// layers against it. Nothing but updates waits for weight gradients, so that
/// how many of them are taken is free, as long as nothing that is taken is read
/// by one that is not.
void Stages::takeInOrder() {
  Border border = nearBorder();
  Choice choice = choose(border);
  takeReach(border.forward, choice.forward);
  takeReach(border.backward, choice.backward);
  for (size_t index = 0; index < border.neededFor(choice.backward); ++index)
    take(border.weights[index], lengthOf(border.weights[index]));
  takeReach(border.weights, choice.weights);
}

/// Returns the most that there is room for of the task.
Reach Stages::mostOf(int64_t task) const {
  std::vector<Reach> all = reaches({task});
  return all.back();
}

/// Takes weight gradients of later layers, until no more is left than may be
/// left. These layers' gradients are then as late as those of this stage, so
/// the layers with the fewest bytes of parameters come first.
void Stages::takeFillers() {
  for (int64_t count = 0; count < mostFillers && room > spare; ++count) {
    int64_t best = -1;
    std::tuple<bool, Wide, int64_t> least;
    for (size_t row = next; row < rows.size(); ++row)
      for (int64_t task : rows[row].backward) {
        if (!isWeightGradient(task))
          continue;
        int64_t left = room - mostOf(task).time;
        std::tuple key(left > spare, Wide(rows[row].bytes), left);
        if (left < room && (best < 0 || key < least)) {
          best = task;
          least = key;
        }
      }
    if (best < 0)
      return;
    takeReach({best}, mostOf(best));
  }
}

/// Fills the present stage. Returns false if those behind it have too little
/// time for the rest.
bool Stages::fillStage() {
  room = limit;
  setSpare();
  takeRows();
  if (next == rows.size())
    return true;
  const Row &row = rows[next];
  bool bySample = row.bySample && row.samples > 0 && takeSamples(row);
  if (!bySample && room > spare)
    takeInOrder();
  if (room > spare)
    takeFillers();
  return room >= 0 && workLeft <= workOfLater();
}

std::optional<std::vector<TaskPlacement>> Stages::make() {
  for (stage = 0; stage < model.processors && next < rows.size(); ++stage)
    if (!fillStage())
      return std::nullopt;
  if (next < rows.size())
    return std::nullopt;
  for (size_t task = 0; task < placements.size(); ++task) {
    TaskPlacement &placement = placements[task];
    if (placement.parts.size() > 1)
      placement.rule = rules[task];
    else if (placement.parts.front().processor >= 0)
      placement.parts.front().end = 1;
  }
  return std::move(placements);
}

} // namespace

std::optional<std::vector<TaskPlacement>>
makeFractionalStages(const SplitModel &model, int64_t limit, StageFill fill) {
  return Stages(model, limit, fill).make();
}

std::optional<int64_t> leastStageLimit(const SplitModel &model, int64_t low,
                                       int64_t high, StageFill fill) {
  auto reaches = [&](int64_t limit) {
    return makeFractionalStages(model, limit, fill).has_value();
  };
  if (reaches(low))
    return low;
  if (!reaches(high))
    return std::nullopt;
  while (high - low > 1) {
    int64_t middle = low + (high - low) / 2;
    (reaches(middle) ? high : low) = middle;
  }
  return high;
}

} // namespace layerpipe::scheduling
