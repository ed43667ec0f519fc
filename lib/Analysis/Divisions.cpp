//===- Divisions.cpp - How tasks can be cut into parts --------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Analysis/Divisions.h"

using namespace mlir;
using namespace layerpipe;
using Kind = SplitRole::Kind;

//===----------------------------------------------------------------------===//
// Enums
//===----------------------------------------------------------------------===//

static constexpr SplitAxis allAxes[] = {
    SplitAxis::batch, SplitAxis::output_channels, SplitAxis::input_channels};

scheduling::SplitAxis layerpipe::convertAxis(SplitAxis axis) {
  switch (axis) {
  case SplitAxis::batch:
    return scheduling::SplitAxis::batch;
  case SplitAxis::output_channels:
    return scheduling::SplitAxis::output_channels;
  case SplitAxis::input_channels:
    return scheduling::SplitAxis::input_channels;
  }
  return scheduling::SplitAxis::batch;
}

SplitAxis layerpipe::convertAxis(scheduling::SplitAxis axis) {
  for (SplitAxis own : allAxes)
    if (convertAxis(own) == axis)
      return own;
  return SplitAxis::batch;
}

scheduling::Combine layerpipe::convertCombine(Combine combine) {
  return combine == Combine::sum ? scheduling::Combine::sum
                                 : scheduling::Combine::concatenate;
}

//===----------------------------------------------------------------------===//
// Composing the ways of a task's ops
//===----------------------------------------------------------------------===//

namespace {

class Composer {
public:
  Composer(TaskOp task, SplitAxis axis) : task(task) { division.axis = axis; }

  bool run();

  TaskDivision division;

private:
  bool seed(Operation *op);
  bool choose(Operation *op, const SplitWay &way);
  bool follow(Operation *op, Value value);
  bool propagate();
  bool agrees(Operation *op) const;
  bool setResults();

  TaskOp task;
  /// Gives the dimension along which a value is read and made in shares.
  DenseMap<Value, int64_t> slices;
  SmallVector<Value> open;
};

} // namespace

/// Cuts an op that nothing else determines along the axis, found by its name.
bool Composer::seed(Operation *op) {
  if (division.ways.contains(op))
    return true;
  auto splittable = dyn_cast<SplittableOpInterface>(op);
  if (!splittable)
    return false;
  for (const SplitWay &way : splittable.getSplitWays())
    if (way.axis == division.axis) {
      if (division.ways.empty())
        division.length = way.length;
      return way.length == division.length && choose(op, way) && propagate();
    }
  return false;
}

bool Composer::choose(Operation *op, const SplitWay &way) {
  division.ways[op] = way;
  auto slice = [&](Value value, const SplitRole &role) {
    if (role.kind != Kind::sliced)
      return true;
    auto [known, added] = slices.try_emplace(value, role.dimension);
    if (added)
      open.push_back(value);
    return known->second == role.dimension;
  };
  for (auto [operand, role] : llvm::zip_equal(op->getOperands(), way.operands))
    if (!slice(operand, role))
      return false;
  for (auto [result, role] : llvm::zip_equal(op->getResults(), way.results))
    if (!slice(result, role))
      return false;
  return true;
}

/// Cuts `op` in the way in which it reads or makes `value` in its shares.
bool Composer::follow(Operation *op, Value value) {
  if (isa<YieldOp>(op) || division.ways.contains(op))
    return true;
  auto splittable = dyn_cast<SplittableOpInterface>(op);
  if (!splittable)
    return false;
  SplitRole wanted = SplitRole::sliced(slices.lookup(value));
  for (const SplitWay &way : splittable.getSplitWays()) {
    auto fits = [&](auto &&pair) {
      auto [other, role] = pair;
      return other == value && role == wanted;
    };
    if (llvm::any_of(llvm::zip_equal(op->getOperands(), way.operands), fits) ||
        llvm::any_of(llvm::zip_equal(op->getResults(), way.results), fits))
      return choose(op, way);
  }
  return false;
}

bool Composer::propagate() {
  while (!open.empty()) {
    Value value = open.pop_back_val();
    if (Operation *maker = value.getDefiningOp())
      if (!follow(maker, value))
        return false;
    for (Operation *user : value.getUsers())
      if (!follow(user, value))
        return false;
  }
  return true;
}

/// Returns whether `op` finds its operands as its way wants them: in the same
/// shares, or whole and from outside.
bool Composer::agrees(Operation *op) const {
  const SplitWay &way = division.ways.find(op)->second;
  for (auto [operand, role] :
       llvm::zip_equal(op->getOperands(), way.operands)) {
    auto slice = slices.find(operand);
    if (role.kind == Kind::sliced) {
      if (slice == slices.end() || slice->second != role.dimension)
        return false;
    } else if (slice != slices.end() || operand.getDefiningOp()) {
      return false;
    }
  }
  // Nobody in the task may read a partial sum, or a value that not every part
  // makes.
  for (auto [result, role] : llvm::zip_equal(op->getResults(), way.results))
    if (role.kind != Kind::sliced &&
        !llvm::all_of(result.getUsers(),
                      [](Operation *user) { return isa<YieldOp>(user); }))
      return false;
  return true;
}

bool Composer::setResults() {
  for (Value yielded : task.getBody().front().getTerminator()->getOperands()) {
    auto result = dyn_cast<OpResult>(yielded);
    if (!result)
      return false;
    const SplitWay &way = division.ways.find(result.getOwner())->second;
    division.results.push_back(way.results[result.getResultNumber()]);
  }
  return true;
}

bool Composer::run() {
  Block &body = task.getBody().front();
  auto ops = body.without_terminator();
  if (ops.empty())
    return false;
  for (auto op : body.getOps<ComputeOpInterface>())
    if (op.getMacCount() != 0 && !seed(op))
      return false;
  for (Operation &op : ops)
    if (!seed(&op))
      return false;
  for (Operation &op : ops)
    if (!agrees(&op))
      return false;
  for (BlockArgument argument : body.getArguments()) {
    auto slice = slices.find(argument);
    division.operands.push_back(slice == slices.end()
                                    ? SplitRole::whole()
                                    : SplitRole::sliced(slice->second));
  }
  return setResults();
}

Combine TaskDivision::combine() const {
  return llvm::is_contained(results, SplitRole::sum()) ? Combine::sum
                                                       : Combine::concatenate;
}

std::optional<TaskDivision> layerpipe::divideTask(TaskOp task, SplitAxis axis) {
  if (task.getPart() || task.getKind() == TaskKind::update ||
      task.getKind() == TaskKind::loss)
    return std::nullopt;
  Composer composer(task, axis);
  if (!composer.run())
    return std::nullopt;
  return std::move(composer.division);
}

//===----------------------------------------------------------------------===//
// Divisions of a graph
//===----------------------------------------------------------------------===//

static scheduling::DividedResult::Role convertRole(const SplitRole &role) {
  using Role = scheduling::DividedResult::Role;
  if (role.kind == Kind::sum)
    return Role::sum;
  return role.kind == Kind::first ? Role::first : Role::concatenate;
}

std::vector<scheduling::Division>
layerpipe::extractDivisions(const TrainingGraph &training) {
  const scheduling::TaskGraph &graph = training.graph;
  std::vector<std::vector<int64_t>> edgesInto(graph.tasks.size());
  for (int64_t edge = 0, count = graph.edges.size(); edge < count; ++edge)
    edgesInto[graph.edges[edge].to].push_back(edge);
  std::vector<std::vector<int64_t>> valuesOf(graph.tasks.size());
  for (int64_t value = 0, count = graph.values.size(); value < count; ++value)
    valuesOf[graph.values[value].producer].push_back(value);

  std::vector<scheduling::Division> divisions;
  for (int64_t task = 0, count = graph.tasks.size(); task < count; ++task) {
    TaskOp op = training.taskOp(task);
    for (SplitAxis axis : allAxes) {
      std::optional<TaskDivision> own =
          op ? divideTask(op, axis) : std::nullopt;
      if (!own)
        continue;
      scheduling::Division &division = divisions.emplace_back();
      division.task = task;
      division.axis = convertAxis(axis);
      division.length = own->length;
      for (int64_t edge : edgesInto[task]) {
        OpOperand *operand = training.operands[edge];
        const SplitRole &role = own->operands[operand->getOperandNumber()];
        if (role.kind == Kind::sliced)
          division.slices.push_back({edge, role.dimension});
      }
      for (int64_t value : valuesOf[task]) {
        auto result = cast<OpResult>(training.values[value]);
        const SplitRole &role = own->results[result.getResultNumber()];
        division.results.push_back({value, convertRole(role), role.dimension});
      }
    }
  }
  return divisions;
}
