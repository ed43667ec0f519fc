//===- FractionalStages.cpp - Stages of fractions of layers ---------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FractionalStages.h"

#include "StageBorder.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace layerpipe::scheduling {
namespace {

/// A border may fall into so many layers. One layer may have no task that can
/// be cut, and in a GPT there are three of them in a row.
constexpr size_t borderRows = 4;

/// Where these don't fill a stage, up to so many layers in front of them are
/// divided, too. In PipeDream's profile of GNMT no task can be cut, and one
/// takes a third of a stage.
constexpr size_t mostRowsBack = 8;

/// A stage takes at most so many weight gradients of layers of later stages.
constexpr int64_t mostFillers = 4;

/// This fills one stage after the other.
class Filling {
public:
  Filling(const StageRows &rows, int64_t limit,
          const std::vector<StageFill> &fills);
  std::optional<std::vector<TaskPlacement>> make();

private:
  int64_t timeOf(int64_t task, int64_t from, int64_t until) const;
  int64_t restOf(int64_t task) const {
    return timeOf(task, done[task], table.lengthOf(task));
  }
  int64_t restOf(const StageRow &row) const;
  /// Returns the processor of a stage, and the time that its pinned layers
  /// leave of the limit.
  int64_t processorOf(int64_t stage) const { return model.order[stage]; }
  int64_t timeLeftBeside(int64_t processor) const {
    return limit - model.pinnedTime[processor];
  }
  void take(int64_t task, int64_t end);
  void takeRest(const StageRow &row);
  Wide workOf(int64_t which) const;
  Wide workOfLater() const;
  void setSpare();
  bool fillStage();
  void takeRows();
  bool takeSamples(const StageRow &row);
  void takeInOrder(size_t count);
  void takeFurtherBack(size_t begin);
  void undo(size_t taken);
  void takeFillers();
  int64_t mostOf(int64_t task) const;
  std::vector<Reach> reaches(const std::vector<int64_t> &tasks) const;
  void takeReach(const std::vector<int64_t> &tasks, const Reach &reach);

  const StageRows &table;
  const SplitModel &model;
  const std::vector<StageRow> &rows;
  const int64_t limit;
  const std::vector<StageFill> &fills;
  /// Each task has here how many of its positions are taken.
  std::vector<int64_t> done;
  std::vector<TaskPlacement> placements;
  /// Each entry has a task of which positions were taken, and how many of them
  /// had been taken before.
  std::vector<std::pair<int64_t, int64_t>> log;
  /// This was the size of the log when the present stage began.
  size_t firstOfStage = 0;
  Wide workLeft = 0;
  /// All rows before this one are taken.
  size_t next = 0;
  /// This is the stage that takes now, how it does so, the time that it has
  /// left, and how much of that it may leave unused.
  int64_t stage = 0;
  StageFill fill;
  int64_t room = 0;
  int64_t spare = 0;
};

Filling::Filling(const StageRows &rows, int64_t limit,
                 const std::vector<StageFill> &fills)
    : table(rows), model(rows.model), rows(rows.rows), limit(limit),
      fills(fills), done(model.graph.tasks.size(), 0),
      placements(model.graph.tasks.size()) {
  for (size_t task = 0; task < done.size(); ++task) {
    bool pinned = model.isPinned(task);
    workLeft += pinned ? 0 : model.graph.tasks[task].time;
    if (pinned || model.graph.tasks[task].kind == TaskKind::input)
      placements[task].parts = {{1, model.pinOf(task)}};
  }
}

/// Returns how long the present stage needs for these positions.
int64_t Filling::timeOf(int64_t task, int64_t from, int64_t until) const {
  int64_t time = model.graph.tasks[task].time;
  return timeOn(model.machine, processorOf(stage),
                partTime(time, from, until, table.lengthOf(task)));
}

int64_t Filling::restOf(const StageRow &row) const {
  int64_t time = 0;
  for (const std::vector<int64_t> *tasks :
       {&row.forward, &row.backward, &row.updates})
    for (int64_t task : *tasks)
      time += restOf(task);
  return time;
}

/// Gives the positions of the task from the first one that nobody has to `end`
/// to the present stage, together with the layer's update.
void Filling::take(int64_t task, int64_t end) {
  int64_t from = done[task];
  if (end == from)
    return;
  placements[task].parts.push_back({end, processorOf(stage)});
  log.emplace_back(task, from);
  room -= timeOf(task, from, end);
  workLeft -=
      partTime(model.graph.tasks[task].time, from, end, table.lengthOf(task));
  done[task] = end;
  for (int64_t update : rows[table.rowOf[task]].updates)
    take(update, 1);
}

/// Gives back what the present stage took after the log had this size.
void Filling::undo(size_t taken) {
  for (; log.size() > taken; log.pop_back()) {
    auto [task, from] = log.back();
    room += timeOf(task, from, done[task]);
    workLeft += partTime(model.graph.tasks[task].time, from, done[task],
                         table.lengthOf(task));
    done[task] = from;
    placements[task].parts.pop_back();
  }
}

void Filling::takeRest(const StageRow &row) {
  for (const std::vector<int64_t> *tasks :
       {&row.forward, &row.backward, &row.updates})
    for (int64_t task : *tasks)
      take(task, table.lengthOf(task));
}

/// Returns the work that a stage can do within the limit.
Wide Filling::workOf(int64_t which) const {
  int64_t id = processorOf(which);
  Fraction speed = speedOf(model.machine, id);
  return floorDiv(Wide(timeLeftBeside(id)) * speed.numerator,
                  speed.denominator);
}

/// Returns the work that the stages behind the present one can do.
Wide Filling::workOfLater() const {
  Wide work = 0;
  for (int64_t later = stage + 1; later < model.processors; ++later)
    work += workOf(later);
  return work;
}

/// Sets how much of its time the stage may leave unused: a share of what the
/// limit leaves of all stages from here on.
void Filling::setSpare() {
  Wide over = workOf(stage) + workOfLater() - workLeft;
  Wide share = over * fill.percent / 100 / (model.processors - stage);
  spare =
      static_cast<int64_t>(std::clamp<Wide>(std::min(share, over), 0, limit));
}

/// Takes whole layers as long as there is room, and until little enough of it
/// is left. Early stages leave one that would take more than they must.
void Filling::takeRows() {
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
bool Filling::takeSamples(const StageRow &row) {
  auto timeUntil = [&](int64_t sample) {
    int64_t time = 0;
    for (const std::vector<int64_t> *tasks : {&row.forward, &row.backward})
      for (int64_t task : *tasks)
        if (table.rules[task] >= 0)
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
      cut |= table.rules[task] >= 0;
      if (table.rules[task] >= 0)
        take(task, std::max(sample, done[task]));
      else if (!cut)
        take(task, 1);
    }
  }
  return true;
}

/// Returns what the present stage can take of the tasks from the first one on,
/// the least first.
std::vector<Reach> Filling::reaches(const std::vector<int64_t> &tasks) const {
  std::vector<Reach> all = {{}};
  int64_t before = 0;
  for (size_t index = 0; index < tasks.size() && before <= room; ++index) {
    int64_t task = tasks[index], length = table.lengthOf(task);
    auto add = [&](Reach reach) {
      if (reach.time > all.back().time && reach.time <= room)
        all.push_back(reach);
    };
    int64_t quantum = table.quantumOf(task);
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

void Filling::takeReach(const std::vector<int64_t> &tasks, const Reach &reach) {
  for (size_t index = 0; index < reach.whole; ++index)
    take(tasks[index], table.lengthOf(tasks[index]));
  if (reach.cuts())
    take(tasks[reach.whole], reach.end);
}

/// Takes the forwards of the next layers in topological order, and gradients
/// against it.
void Filling::takeInOrder(size_t count) {
  StageBorder border = borderFrom(table, next, count);
  BorderRoom given{reaches(border.forward),
                   reaches(border.backward),
                   reaches(border.weights),
                   {0},
                   room,
                   spare};
  for (int64_t task : border.weights)
    given.timeOfFirst.push_back(given.timeOfFirst.back() + restOf(task));
  BorderChoice choice = chooseAtBorder(border, given);
  takeReach(border.forward, choice.forward);
  takeReach(border.backward, choice.backward);
  for (size_t index = 0; index < border.neededFor(choice.backward); ++index)
    take(border.weights[index], table.lengthOf(border.weights[index]));
  takeReach(border.weights, choice.weights);
}

/// Returns the last position up to which there is room for the task.
int64_t Filling::mostOf(int64_t task) const {
  int64_t quantum = table.quantumOf(task), length = table.lengthOf(task);
  if (restOf(task) <= room)
    return length;
  int64_t low = done[task] / quantum, high = (length - 1) / quantum;
  while (low < high) {
    int64_t middle = low + (high - low + 1) / 2;
    if (timeOf(task, done[task], middle * quantum) <= room)
      low = middle;
    else
      high = middle - 1;
  }
  return std::max(low * quantum, done[task]);
}

/// Takes weight gradients of later layers, until no more is left than may be
/// left. These layers' gradients are then as late as those of this stage, so
/// the layers with the fewest bytes of parameters come first.
void Filling::takeFillers() {
  for (int64_t count = 0; count < mostFillers && room > spare; ++count) {
    int64_t best = -1;
    std::tuple<bool, Wide, int64_t> least;
    for (size_t row = next; row < rows.size(); ++row)
      for (int64_t task : rows[row].backward) {
        if (!table.isWeightGradient(task))
          continue;
        int64_t left = room - timeOf(task, done[task], mostOf(task));
        std::tuple key(left > spare, Wide(rows[row].bytes), left);
        if (left < room && (best < 0 || key < least)) {
          best = task;
          least = key;
        }
      }
    if (best < 0)
      return;
    take(best, mostOf(best));
  }
}

/// Divides layers in front of the border as well, one more each time, where
/// what is left is more than may be left. `begin` is the stage's first row. If
/// that does not help, the border stays where it was.
void Filling::takeFurtherBack(size_t begin) {
  const size_t border = next;
  for (size_t back = 1; back <= mostRowsBack && begin + back <= border;
       ++back) {
    undo(firstOfStage);
    for (next = begin; next < border - back; ++next)
      takeRest(rows[next]);
    takeInOrder(borderRows + back);
    if (room <= spare)
      return;
  }
  undo(firstOfStage);
  for (next = begin; next < border; ++next)
    takeRest(rows[next]);
  takeInOrder(borderRows);
}

/// Fills the present stage. Returns false if those behind it have too little
/// time for the rest.
bool Filling::fillStage() {
  fill = fills[std::min<size_t>(stage, fills.size() - 1)];
  room = timeLeftBeside(processorOf(stage));
  firstOfStage = log.size();
  const size_t begin = next;
  setSpare();
  takeRows();
  if (next == rows.size())
    return true;
  const StageRow &row = rows[next];
  bool bySample = row.bySample && row.samples > 0 && takeSamples(row);
  if (!bySample && room > spare)
    takeInOrder(borderRows);
  if (room > spare && fill.back)
    takeFurtherBack(begin);
  if (room > spare)
    takeFillers();
  return room >= 0 && workLeft <= workOfLater();
}

std::optional<std::vector<TaskPlacement>> Filling::make() {
  for (stage = 0; stage < model.processors && next < rows.size(); ++stage)
    if (!fillStage())
      return std::nullopt;
  if (next < rows.size())
    return std::nullopt;
  for (size_t task = 0; task < placements.size(); ++task) {
    TaskPlacement &placement = placements[task];
    if (placement.parts.size() > 1)
      placement.rule = table.rules[task];
    else if (placement.parts.front().processor >= 0)
      placement.parts.front().end = 1;
  }
  return std::move(placements);
}

} // namespace

FractionalStages::FractionalStages(const SplitModel &model) : rows(model) {}

std::optional<std::vector<TaskPlacement>>
FractionalStages::make(int64_t limit,
                       const std::vector<StageFill> &fills) const {
  return Filling(rows, limit, fills).make();
}

std::optional<int64_t> FractionalStages::leastLimit(int64_t low, int64_t high,
                                                    StageFill fill) const {
  if (make(low, fill))
    return low;
  if (!make(high, fill))
    return std::nullopt;
  const int64_t precision = std::max<int64_t>(low / 4096, 1);
  while (high - low > precision) {
    int64_t middle = low + (high - low) / 2;
    (make(middle, fill) ? high : low) = middle;
  }
  return high;
}

} // namespace layerpipe::scheduling
