//===- ValueSlices.cpp - Which values are cut, and where ------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ValueSlices.h"

#include "llvm/ADT/StringMap.h"

using namespace mlir;
using namespace layerpipe;
using Kind = ValueSplit::Kind;

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

/// Checks that no task is retimed. Lags are counted from the graph before
/// retiming, which has other tasks.
static LogicalResult checkNotRetimed(GraphOp graph) {
  for (Operation &op : graph.getBody().getOps())
    if (isa<TaskOp, SourceOpInterface>(op) && getRetimed(&op) != 0)
      return op.emitError("is retimed already: split tasks before "
                          "--layerpipe-retime");
  return success();
}

static LogicalResult checkCuts(const TaskSplit &split, int64_t length) {
  int64_t last = 0;
  for (int64_t cut : split.cuts) {
    if (cut <= last || cut >= length)
      return TaskOp(split.task).emitError("can't be cut at ")
             << cut << ": the cuts along " << stringifySplitAxis(split.axis)
             << " must ascend between 1 and " << length - 1;
    last = cut;
  }
  return success();
}

/// Checks that the parts' names are free.
static LogicalResult checkNames(GraphOp graph, const SplitPlan &plan) {
  llvm::StringMap<TaskOp> taken;
  for (auto task : graph.getBody().getOps<TaskOp>())
    if (!plan.splitOf(task))
      taken[task.getName()] = task;
  for (const PlannedSplit &split : plan.splits)
    for (int64_t part = 0; part < split.parts(); ++part) {
      TaskOp whole = split.task;
      std::string name = (whole.getName() + "." + std::to_string(part)).str();
      auto [other, added] = taken.try_emplace(name, whole);
      if (!added)
        return other->second.emitError("has the name '")
               << name << "' that a part of task '" << whole.getName()
               << "' would get: rename it";
    }
  return success();
}

LogicalResult SplitPlan::addSplit(const TaskSplit &split) {
  TaskOp task = split.task;
  if (split.cuts.empty())
    return success();
  if (indices.contains(task))
    return task.emitError("is split twice; a task is cut along one axis");
  std::optional<TaskSplitRule> rule = splitRuleOf(task, split.axis);
  if (!rule)
    return task.emitError("can't be cut along ")
           << stringifySplitAxis(split.axis)
           << ": not every op of it has parts along that axis which compose";
  if (failed(checkCuts(split, rule->length)))
    return failure();
  indices[task] = splits.size();
  PlannedSplit &planned =
      splits.emplace_back(PlannedSplit{task, std::move(*rule), {0}});
  llvm::append_range(planned.ends, split.cuts);
  planned.ends.push_back(planned.rule.length);
  return success();
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// Plans what the parts make of their results.
void SplitPlan::addResults(const PlannedSplit &split) {
  for (auto [result, role] :
       llvm::zip_equal(TaskOp(split.task).getResults(), split.rule.results)) {
    if (role.kind == Kind::first)
      continue;
    ValueSlices &own = slices[result];
    own.sum = role.kind == Kind::sum;
    own.dimension = role.dimension;
    own.length = split.rule.length;
    own.ends.insert(split.ends.begin(), split.ends.end());
  }
}

/// Plans for one reader. A value of a whole task is cut for the first reader
/// that slices it; weights, states and inputs travel whole.
LogicalResult SplitPlan::addReader(OpOperand &operand,
                                   StreamResolver &streams) {
  auto reader = cast<TaskOp>(operand.getOwner());
  const PlannedSplit *split = splitOf(reader);
  FailureOr<Stream> stream = streams.resolve(operand.get());
  if (failed(stream))
    return failure();
  auto maker = stream->source.getDefiningOp<TaskOp>();
  if (!split || !maker || getStateOp(cast<OpResult>(stream->source)))
    return success();
  ValueSplit role = split->rule.operands[operand.getOperandNumber()];
  if (role.kind != Kind::sliced)
    return success();
  auto found = slices.find(stream->source);
  if (found == slices.end()) {
    if (splitOf(maker))
      return success(); // The first part alone makes it.
    ValueSlices own;
    own.dimension = role.dimension;
    own.length = split->rule.length;
    found = slices.try_emplace(stream->source, std::move(own)).first;
  }
  ValueSlices &value = found->second;
  if (!value.sum && value.dimension == role.dimension &&
      value.length == split->rule.length)
    value.ends.insert(split->ends.begin(), split->ends.end());
  return success();
}

/// Checks that the initial value of a delay can become that of a delay for each
/// slice, which must mean the same.
LogicalResult SplitPlan::checkReader(OpOperand &operand,
                                     StreamResolver &streams) const {
  FailureOr<Stream> stream = streams.resolve(operand.get());
  if (failed(stream))
    return failure();
  auto found = slices.find(stream->source);
  if (found == slices.end() || stream->delays == 0)
    return success();
  const InitialValue &initial = stream->initial;
  bool parameter = initial.kind == InitialValue::Kind::parameter;
  bool repeated = found->second.sum &&
                  initial.kind == InitialValue::Kind::constant &&
                  initial.constant != 0;
  if (!parameter && !repeated)
    return success();
  return operand.getOwner()->emitError("reads a value in parts through delays "
                                       "that start with ")
         << initial.toString()
         << "; such delays must start with absent, or with "
         << (found->second.sum ? "zero where parts are summed" : "a constant");
}

FailureOr<SplitPlan> SplitPlan::make(GraphOp graph,
                                     ArrayRef<TaskSplit> requested) {
  SplitPlan plan;
  if (failed(checkNotRetimed(graph)))
    return failure();
  for (const TaskSplit &split : requested)
    if (failed(plan.addSplit(split)))
      return failure();
  if (failed(checkNames(graph, plan)))
    return failure();
  for (const PlannedSplit &split : plan.splits)
    plan.addResults(split);
  StreamResolver streams;
  for (auto task : graph.getBody().getOps<TaskOp>())
    for (OpOperand &operand : task->getOpOperands())
      if (failed(plan.addReader(operand, streams)))
        return failure();
  for (auto task : graph.getBody().getOps<TaskOp>())
    for (OpOperand &operand : task->getOpOperands())
      if (failed(plan.checkReader(operand, streams)))
        return failure();
  return plan;
}
