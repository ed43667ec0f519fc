//===- StageFilling.cpp - Stages that take layers in turn -----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StageFilling.h"

#include <algorithm>
#include <tuple>

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

} // namespace

StageFilling::StageFilling(const StageRows &rows, int64_t limit)
    : table(rows), model(rows.model), rows(rows.rows), limit(limit),
      done(model.graph.tasks.size(), 0), begun(rows.rows.size(), false) {
  for (size_t task = 0; task < done.size(); ++task)
    workLeft += model.isPinned(task) ? 0 : model.graph.tasks[task].time;
}

/// Returns how long the present stage needs for these positions.
int64_t StageFilling::timeOf(int64_t task, int64_t from, int64_t until) const {
  int64_t time = model.graph.tasks[task].time;
  return timeOn(model.machine, processorOf(stage),
                partTime(time, from, until, table.lengthOf(task)));
}

int64_t StageFilling::restOf(const StageRow &row) const {
  int64_t time = 0;
  for (const std::vector<int64_t> *tasks :
       {&row.forward, &row.backward, &row.updates})
    for (int64_t task : *tasks)
      time += restOf(task);
  return time;
}

/// Gives the positions of the task from the first one that nobody has to `end`
/// to the present stage, together with the layer's update.
void StageFilling::take(int64_t task, int64_t end) {
  int64_t from = done[task];
  if (end == from)
    return;
  taken.push_back({task, from, end});
  room -= timeOf(task, from, end);
  workLeft -=
      partTime(model.graph.tasks[task].time, from, end, table.lengthOf(task));
  done[task] = end;
  for (int64_t update : rows[table.rowOf[task]].updates)
    take(update, 1);
}

/// Gives back what the present stage took.
void StageFilling::undo() {
  for (; !taken.empty(); taken.pop_back()) {
    auto [task, from, end] = taken.back();
    room += timeOf(task, from, end);
    workLeft +=
        partTime(model.graph.tasks[task].time, from, end, table.lengthOf(task));
    done[task] = from;
  }
}

void StageFilling::takeRest(const StageRow &row) {
  for (const std::vector<int64_t> *tasks :
       {&row.forward, &row.backward, &row.updates})
    for (int64_t task : *tasks)
      take(task, table.lengthOf(task));
}

/// Returns the work that a stage can do within the limit.
Wide StageFilling::workOf(int64_t which) const {
  int64_t id = processorOf(which);
  Fraction speed = speedOf(model.machine, id);
  return floorDiv(Wide(timeLeftBeside(id)) * speed.numerator,
                  speed.denominator);
}

/// Returns the work that the stages behind the present one can do.
Wide StageFilling::workOfLater() const {
  Wide work = 0;
  for (int64_t later = stage + 1; later < model.processors; ++later)
    work += workOf(later);
  return work;
}

/// Sets how much of its time the stage may leave unused: a share of what the
/// limit leaves of all stages from here on.
void StageFilling::setSpare() {
  Wide over = workOf(stage) + workOfLater() - workLeft;
  Wide share = over * fill.percent / 100 / (model.processors - stage);
  spare =
      static_cast<int64_t>(std::clamp<Wide>(std::min(share, over), 0, limit));
}

/// Takes whole layers as long as there is room, and until little enough of it
/// is left. Early stages leave one that would take more than they must.
void StageFilling::takeRows() {
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
bool StageFilling::takeSamples(const StageRow &row) {
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
std::vector<Reach>
StageFilling::reaches(const std::vector<int64_t> &tasks) const {
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

void StageFilling::takeReach(const std::vector<int64_t> &tasks,
                             const Reach &reach) {
  for (size_t index = 0; index < reach.whole; ++index)
    take(tasks[index], table.lengthOf(tasks[index]));
  if (reach.cuts())
    take(tasks[reach.whole], reach.end);
}

/// Takes the forwards of the next layers in topological order, and gradients
/// against it.
void StageFilling::takeInOrder(size_t count) {
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
int64_t StageFilling::mostOf(int64_t task) const {
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
void StageFilling::takeFillers() {
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
void StageFilling::takeFurtherBack(size_t begin) {
  const size_t border = next;
  for (size_t back = 1; back <= mostRowsBack && begin + back <= border;
       ++back) {
    undo();
    for (next = begin; next < border - back; ++next)
      takeRest(rows[next]);
    takeInOrder(borderRows + back);
    if (room <= spare)
      return;
  }
  undo();
  for (next = begin; next < border; ++next)
    takeRest(rows[next]);
  takeInOrder(borderRows);
}

/// Fills the present stage.
void StageFilling::takeAll() {
  const size_t begin = next;
  setSpare();
  takeRows();
  if (isDone())
    return;
  const StageRow &row = rows[next];
  bool bySample = row.bySample && row.samples > 0 && takeSamples(row);
  if (!bySample && room > spare)
    takeInOrder(borderRows);
  if (room > spare && fill.back)
    takeFurtherBack(begin);
  if (room > spare)
    takeFillers();
}

void StageFilling::countBegun() {
  for (const Taken &part : taken) {
    size_t row = table.rowOf[part.task];
    if (!begun[row])
      staleness += rows[row].bytes * (model.processors - 1 - stage);
    begun[row] = true;
  }
}

bool StageFilling::fillStage(StageFill how) {
  fill = how;
  room = timeLeftBeside(processorOf(stage));
  taken.clear();
  takeAll();
  bool fits = room >= 0 && workLeft <= workOfLater();
  countBegun();
  ++stage;
  return fits;
}

Wide StageFilling::expectedStaleness() const {
  const int64_t left = model.processors - stage;
  Wide expected = staleness, before = 0;
  for (size_t row = next; row < rows.size() && left > 0; ++row) {
    Wide behind = workLeft == 0 ? 0 : before * left / workLeft;
    if (!begun[row])
      expected += rows[row].bytes * std::max<Wide>(left - 1 - behind, 0);
    before += restOf(rows[row]);
  }
  return expected;
}

} // namespace layerpipe::scheduling
