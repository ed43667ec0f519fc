//===- SplitRules.cpp - How tasks can be cut into parts -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Scheduling/Splitting/SplitRules.h"
#include "layerpipe/Analysis/SplitRules.h"

using namespace mlir;
using namespace layerpipe;
using Kind = ValueSplit::Kind;

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
// Composing the rules of a task's ops
//===----------------------------------------------------------------------===//

namespace {

class Composer {
public:
  Composer(TaskOp task, SplitAxis axis) : task(task) { rule.axis = axis; }

  bool run();

  TaskSplitRule rule;

private:
  bool seed(Operation *op);
  bool choose(Operation *op, const OpSplitRule &opRule);
  bool follow(Operation *op, Value value);
  bool propagate();
  bool agrees(Operation *op) const;
  bool setResults();

  TaskOp task;
  /// Gives the dimension along which a value is read and made in slices.
  DenseMap<Value, int64_t> slices;
  SmallVector<Value> open;
};

} // namespace

/// Cuts an op that nothing else determines along the axis, found by its name.
bool Composer::seed(Operation *op) {
  if (rule.rules.contains(op))
    return true;
  auto splittable = dyn_cast<SplittableOpInterface>(op);
  if (!splittable)
    return false;
  for (const OpSplitRule &opRule : splittable.getSplitRules())
    if (opRule.axis == rule.axis) {
      if (rule.rules.empty())
        rule.length = opRule.length;
      return opRule.length == rule.length && choose(op, opRule) && propagate();
    }
  return false;
}

bool Composer::choose(Operation *op, const OpSplitRule &opRule) {
  // All ops of a task are cut at the same positions. An op of measured values
  // does not know how many there are.
  rule.rules[op] = opRule;
  rule.rules[op].length = rule.length;
  auto slice = [&](Value value, const ValueSplit &split) {
    if (split.kind != Kind::sliced)
      return true;
    auto [known, added] = slices.try_emplace(value, split.dimension);
    if (added)
      open.push_back(value);
    return known->second == split.dimension;
  };
  for (auto [operand, split] :
       llvm::zip_equal(op->getOperands(), opRule.operands))
    if (!slice(operand, split))
      return false;
  for (auto [result, split] : llvm::zip_equal(op->getResults(), opRule.results))
    if (!slice(result, split))
      return false;
  return true;
}

/// Splits `op` by the rule that reads or makes `value` in its slices.
bool Composer::follow(Operation *op, Value value) {
  if (isa<YieldOp>(op) || rule.rules.contains(op))
    return true;
  auto splittable = dyn_cast<SplittableOpInterface>(op);
  if (!splittable)
    return false;
  ValueSplit wanted = ValueSplit::sliced(slices.lookup(value));
  for (const OpSplitRule &opRule : splittable.getSplitRules()) {
    auto fits = [&](auto &&pair) {
      auto [other, split] = pair;
      return other == value && split == wanted;
    };
    if (llvm::any_of(llvm::zip_equal(op->getOperands(), opRule.operands),
                     fits) ||
        llvm::any_of(llvm::zip_equal(op->getResults(), opRule.results), fits))
      return choose(op, opRule);
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

/// Returns whether `op` finds its operands as its rule wants them: in the same
/// slices, or whole and from outside.
bool Composer::agrees(Operation *op) const {
  const OpSplitRule &opRule = rule.rules.find(op)->second;
  for (auto [operand, split] :
       llvm::zip_equal(op->getOperands(), opRule.operands)) {
    auto slice = slices.find(operand);
    if (split.kind == Kind::sliced) {
      if (slice == slices.end() || slice->second != split.dimension)
        return false;
    } else if (slice != slices.end() || operand.getDefiningOp()) {
      return false;
    }
  }
  // Nobody in the task may read a partial sum, or a value that not every part
  // makes.
  for (auto [result, split] : llvm::zip_equal(op->getResults(), opRule.results))
    if (split.kind != Kind::sliced &&
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
    const OpSplitRule &opRule = rule.rules.find(result.getOwner())->second;
    rule.results.push_back(opRule.results[result.getResultNumber()]);
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
    rule.operands.push_back(slice == slices.end()
                                ? ValueSplit::whole()
                                : ValueSplit::sliced(slice->second));
  }
  return setResults();
}

Combine TaskSplitRule::combine() const {
  return llvm::is_contained(results, ValueSplit::sum()) ? Combine::sum
                                                        : Combine::concatenate;
}

std::optional<TaskSplitRule> layerpipe::splitRuleOf(TaskOp task,
                                                    SplitAxis axis) {
  if (task.getPart() || task.getKind() == TaskKind::update ||
      task.getKind() == TaskKind::norm || task.getKind() == TaskKind::loss)
    return std::nullopt;
  Composer composer(task, axis);
  if (!composer.run())
    return std::nullopt;
  return std::move(composer.rule);
}

//===----------------------------------------------------------------------===//
// Split rules of a graph
//===----------------------------------------------------------------------===//

static scheduling::ResultSplit::Kind convertKind(const ValueSplit &split) {
  using ResultKind = scheduling::ResultSplit::Kind;
  if (split.kind == Kind::sum)
    return ResultKind::sum;
  return split.kind == Kind::first ? ResultKind::first
                                   : ResultKind::concatenate;
}

std::vector<scheduling::SplitRule>
layerpipe::extractSplitRules(const TrainingGraph &training) {
  const scheduling::TaskGraph &graph = training.graph;
  std::vector<std::vector<int64_t>> edgesInto(graph.tasks.size());
  for (int64_t edge = 0, count = graph.edges.size(); edge < count; ++edge)
    edgesInto[graph.edges[edge].to].push_back(edge);
  std::vector<std::vector<int64_t>> valuesOf(graph.tasks.size());
  for (int64_t value = 0, count = graph.values.size(); value < count; ++value)
    valuesOf[graph.values[value].producer].push_back(value);

  std::vector<scheduling::SplitRule> rules;
  for (int64_t task = 0, count = graph.tasks.size(); task < count; ++task) {
    TaskOp op = training.taskOp(task);
    for (SplitAxis axis : allAxes) {
      std::optional<TaskSplitRule> own =
          op ? splitRuleOf(op, axis) : std::nullopt;
      if (!own)
        continue;
      scheduling::SplitRule &rule = rules.emplace_back();
      rule.task = task;
      rule.axis = convertAxis(axis);
      rule.length = own->length;
      for (int64_t edge : edgesInto[task]) {
        OpOperand *operand = training.operands[edge];
        const ValueSplit &split = own->operands[operand->getOperandNumber()];
        if (split.kind == Kind::sliced)
          rule.slices.push_back({edge, split.dimension});
      }
      for (int64_t value : valuesOf[task]) {
        auto result = cast<OpResult>(training.values[value]);
        const ValueSplit &split = own->results[result.getResultNumber()];
        rule.results.push_back({value, convertKind(split), split.dimension});
      }
    }
  }
  return rules;
}
