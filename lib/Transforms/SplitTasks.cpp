//===- SplitTasks.cpp - Tasks replaced by their parts ---------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rewriter works in two steps. First every task that makes a value in
// slices gets its successors: the parts, or a task that yields the slices. They
// still read whole values, in whose place the old ones stay. Then every reader
// reads the slices.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Transforms/SplitTasks.h"
#include "layerpipe/Scheduling/Splitting/SplitGraph.h"

#include "GradientDelays.h"
#include "ValueSlices.h"
#include "layerpipe/Analysis/Streams.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace layerpipe;
using Kind = ValueSplit::Kind;

namespace {

/// This is a value that a new task yields, and the result that it is, or of
/// which it is a slice.
struct Yield {
  OpResult result;
  Value value;
};
using Yields = SmallVector<Yield>;

class Rewriter {
public:
  Rewriter(GraphOp graph, SplitPlan plan)
      : graph(graph), plan(std::move(plan)), builder(graph.getContext()) {}

  void run();

private:
  Block *computePart(const PlannedSplit &split, int64_t part,
                     DenseMap<Value, Value> &values);
  void appendYields(OpBuilder &inside, OpResult result, Value made,
                    int64_t begin, int64_t end, Yields &yields);
  void takeResults(TaskOp made, const Yields &yields);
  void makePart(const PlannedSplit &split, int64_t part);
  void makeSlices(TaskOp maker);
  TaskOp createTask(TaskOp like, StringRef name, PartAttr part, Block *body);

  void readSlices(TaskOp task);
  void readValue(TaskOp task, BlockArgument argument, Value operand,
                 ValueSlices &slices, SmallVector<Value> &operands);
  bool readsOwnSlice(BlockArgument argument, const ValueSlices &slices) const;
  Value delayed(Value stream, size_t slice, ValueSlices &slices);
  Value join(TaskOp task, const ValueSlices &slices, ValueRange values);

  GraphOp graph;
  SplitPlan plan;
  OpBuilder builder;
  SmallVector<TaskOp> replaced;
  /// Parts read their own slices by these slice ops.
  DenseMap<Operation *, const PlannedSplit *> ownSlices;
  /// These are delays of slices, by the delay of the whole and the slice.
  DenseMap<std::pair<Operation *, size_t>, Value> delays;
};

} // namespace

//===----------------------------------------------------------------------===//
// Makers
//===----------------------------------------------------------------------===//

/// Creates a task of the body's results that reads what `like` reads.
TaskOp Rewriter::createTask(TaskOp like, StringRef name, PartAttr part,
                            Block *body) {
  builder.setInsertionPoint(like);
  Operation *yield = body->getTerminator();
  auto task = TaskOp::create(builder, like.getLoc(), yield->getOperandTypes(),
                             name, like, part);
  task.getBody().push_back(body);
  return task;
}

/// Computes the body of part `part`, without its yield; `values` maps the
/// whole's values.
Block *Rewriter::computePart(const PlannedSplit &split, int64_t part,
                             DenseMap<Value, Value> &values) {
  const TaskSplitRule &rule = split.rule;
  int64_t begin = split.ends[part], end = split.ends[part + 1];
  Block &whole = TaskOp(split.task).getBody().front();
  auto *body = new Block();
  OpBuilder inside(graph.getContext());
  inside.setInsertionPointToEnd(body);
  for (auto [argument, role] :
       llvm::zip_equal(whole.getArguments(), rule.operands)) {
    Value own = body->addArgument(argument.getType(), argument.getLoc());
    if (role.kind == Kind::sliced) {
      own = SliceOp::create(inside, argument.getLoc(), own, role.dimension,
                            begin, end, rule.length);
      ownSlices[own.getDefiningOp()] = &split;
    }
    values[argument] = own;
  }
  for (Operation &op : whole.without_terminator()) {
    SmallVector<Value> operands = llvm::map_to_vector(
        op.getOperands(), [&](Value operand) { return values.at(operand); });
    SmallVector<Value> results = cast<SplittableOpInterface>(op).buildPart(
        inside, rule.rules.at(&op), begin, end, operands);
    for (auto [result, own] : llvm::zip_equal(op.getResults(), results))
      values[result] = own;
  }
  return body;
}

/// Appends what is yielded of a value of which `made` holds positions `begin`
/// to `end` − 1: its slices, or all of it where it is not cut.
void Rewriter::appendYields(OpBuilder &inside, OpResult result, Value made,
                            int64_t begin, int64_t end, Yields &yields) {
  auto found = plan.slices.find(result);
  if (found == plan.slices.end() || found->second.sum) {
    yields.push_back({result, made});
    return;
  }
  const ValueSlices &slices = found->second;
  auto from = slices.ends.find(begin);
  for (auto to = std::next(from); *from != end; from = to++) {
    Value slice = made;
    if (*from != begin || *to != end)
      slice = SliceOp::create(inside, made.getLoc(), made, slices.dimension,
                              *from - begin, *to - begin, end - begin);
    yields.push_back({result, slice});
    if (*to == end)
      return;
  }
}

/// Hands the results of `made`, in the order of `yields`, to their readers.
void Rewriter::takeResults(TaskOp made, const Yields &yields) {
  for (auto [yield, own] : llvm::zip_equal(yields, made.getResults())) {
    auto found = plan.slices.find(yield.result);
    if (found == plan.slices.end())
      OpResult(yield.result).replaceAllUsesWith(own);
    else
      found->second.values.push_back(own);
  }
}

static SmallVector<Value> valuesOf(ArrayRef<Yield> yields) {
  return llvm::map_to_vector(yields,
                             [](const Yield &yield) { return yield.value; });
}

void Rewriter::makePart(const PlannedSplit &split, int64_t part) {
  TaskOp whole = split.task;
  const TaskSplitRule &rule = split.rule;
  int64_t begin = split.ends[part], end = split.ends[part + 1];
  DenseMap<Value, Value> values;
  Block *body = computePart(split, part, values);
  OpBuilder inside(graph.getContext());
  inside.setInsertionPointToEnd(body);
  Yields yields;
  bool sum = false;
  for (auto [result, role, inner] : llvm::zip_equal(
           whole.getResults(), rule.results,
           whole.getBody().front().getTerminator()->getOperands())) {
    if (Value made = values.at(inner))
      appendYields(inside, result, made, begin, end, yields);
    sum |= role.kind == Kind::sum && !result.use_empty();
  }
  YieldOp::create(inside, whole.getLoc(), valuesOf(yields));
  auto attribute = PartAttr::get(graph.getContext(), whole.getNameAttr(),
                                 rule.axis, begin, end, rule.length,
                                 sum ? Combine::sum : Combine::concatenate);
  std::string name = (whole.getName() + "." + std::to_string(part)).str();
  takeResults(createTask(whole, name, attribute, body), yields);
}

/// Makes a whole task yield slices.
void Rewriter::makeSlices(TaskOp maker) {
  Block &old = maker.getBody().front();
  auto *body = new Block();
  for (BlockArgument argument : old.getArguments())
    argument.replaceAllUsesWith(
        body->addArgument(argument.getType(), argument.getLoc()));
  body->getOperations().splice(body->end(), old.getOperations());
  Operation *yield = body->getTerminator();
  OpBuilder inside(yield);
  Yields yields;
  for (auto [result, inner] :
       llvm::zip_equal(maker.getResults(), yield->getOperands())) {
    auto found = plan.slices.find(result);
    int64_t length = found == plan.slices.end() ? 0 : found->second.length;
    appendYields(inside, result, inner, 0, length, yields);
  }
  yield->setOperands(valuesOf(yields));
  takeResults(createTask(maker, maker.getName(),
                         maker.getPart().value_or(PartAttr()), body),
              yields);
}

//===----------------------------------------------------------------------===//
// Readers
//===----------------------------------------------------------------------===//

/// Returns whether all that is read of `argument` is a part's slice along the
/// dimension of the slices.
bool Rewriter::readsOwnSlice(BlockArgument argument,
                             const ValueSlices &slices) const {
  if (slices.sum || !argument.hasOneUse())
    return false;
  Operation *user = *argument.user_begin();
  auto own = ownSlices.find(user);
  return own != ownSlices.end() &&
         int64_t(cast<SliceOp>(user).getDimension()) == slices.dimension &&
         own->second->rule.length == slices.length;
}

/// Puts delays behind a slice of `stream`, a value that stands behind delays.
Value Rewriter::delayed(Value stream, size_t slice, ValueSlices &slices) {
  SmallVector<DelayOp> chain;
  Value value;
  for (auto delay = stream.getDefiningOp<DelayOp>(); delay && !value;
       delay = delay.getInput().getDefiningOp<DelayOp>()) {
    value = delays.lookup({delay, slice});
    if (!value)
      chain.push_back(delay);
  }
  if (!value)
    value = slices.values[slice];
  for (DelayOp delay : llvm::reverse(chain)) {
    builder.setInsertionPoint(delay);
    value = InitialValue::of(delay).createDelay(builder, delay.getLoc(), value,
                                                delay.getDistance());
    delays[{delay, slice}] = value;
  }
  return value;
}

/// Joins `values` in the order of the axis. The order of a sum is part of its
/// meaning.
Value Rewriter::join(TaskOp task, const ValueSlices &slices,
                     ValueRange values) {
  Location loc = task.getLoc();
  if (values.size() == 1)
    return values[0];
  if (!slices.sum)
    return ConcatOp::create(builder, loc, values, slices.dimension);
  bool ofWeights = task.getKind() == TaskKind::update ||
                   task.getKind() == TaskKind::norm ||
                   task.getKind() == TaskKind::grad_weight;
  Value sum = values[0];
  for (Value value : values.drop_front())
    sum = AccumulateOp::create(builder, loc, sum.getType(), sum, value,
                               ofWeights);
  return sum;
}

/// Joins the value that `argument` stands for from its slices, which become
/// arguments before it; appends their operands.
void Rewriter::readValue(TaskOp task, BlockArgument argument, Value operand,
                         ValueSlices &slices, SmallVector<Value> &operands) {
  Block &body = *argument.getOwner();
  auto own = readsOwnSlice(argument, slices)
                 ? cast<SliceOp>(*argument.user_begin())
                 : SliceOp();
  SmallVector<Value> read;
  for (auto [index, begin] : llvm::enumerate(llvm::drop_end(slices.ends))) {
    if (own &&
        (begin < int64_t(own.getBegin()) || begin >= int64_t(own.getEnd())))
      continue;
    Value value = delayed(operand, index, slices);
    read.push_back(body.insertArgument(operands.size(), value.getType(),
                                       argument.getLoc()));
    operands.push_back(value);
  }
  if (argument.use_empty())
    return;
  // It is joined next to where it is read, so that elementwise neighbours
  // become one loop.
  Value whole = own ? own.getResult() : Value(argument);
  Operation *first = *whole.user_begin();
  for (Operation *user : whole.getUsers())
    if (user->isBeforeInBlock(first))
      first = user;
  builder.setInsertionPoint(first);
  Value joined = join(task, slices, read);
  whole.replaceAllUsesWith(joined);
  if (own) {
    ownSlices.erase(own);
    own.erase();
  }
}

void Rewriter::readSlices(TaskOp task) {
  Block &body = task.getBody().front();
  SmallVector<Value> operands;
  for (Value operand : llvm::to_vector(task.getInputs())) {
    auto found = plan.slices.find(skipDelays(operand));
    if (found == plan.slices.end()) {
      operands.push_back(operand);
      continue;
    }
    BlockArgument argument = body.getArgument(operands.size());
    readValue(task, argument, operand, found->second, operands);
    body.eraseArgument(argument.getArgNumber());
    task.removeTimeAttr();
  }
  task.getInputsMutable().assign(operands);
}

//===----------------------------------------------------------------------===//
// The whole
//===----------------------------------------------------------------------===//

void Rewriter::run() {
  auto cut = [&](Value result) { return plan.slices.contains(result); };
  for (auto task : llvm::to_vector(graph.getBody().getOps<TaskOp>())) {
    if (const PlannedSplit *split = plan.splitOf(task))
      for (int64_t part = 0; part < split->parts(); ++part)
        makePart(*split, part);
    else if (llvm::any_of(task.getResults(), cut))
      makeSlices(task);
    else
      continue;
    replaced.push_back(task);
  }
  DenseSet<Operation *> old(replaced.begin(), replaced.end());
  for (auto task : llvm::to_vector(graph.getBody().getOps<TaskOp>()))
    if (!old.contains(task))
      readSlices(task);
  for (TaskOp task : replaced)
    task->dropAllReferences();
  eraseDeadDelays(graph);
  for (TaskOp task : replaced)
    task.erase();
}

LogicalResult layerpipe::splitTasks(GraphOp graph, ArrayRef<TaskSplit> splits) {
  FailureOr<SplitPlan> plan = SplitPlan::make(graph, splits);
  if (failed(plan))
    return failure();
  Rewriter(graph, std::move(*plan)).run();
  return success();
}
