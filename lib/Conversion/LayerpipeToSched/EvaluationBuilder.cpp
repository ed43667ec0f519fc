//===- EvaluationBuilder.cpp - The forward part as a program of its own ---===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The builder walks back from the loss' prediction through tasks and delays,
// keeps the ops that it needs, and repeats them task by task on the latest
// parameters. Where a value is another one in evaluation, it takes that one.
//
//===----------------------------------------------------------------------===//

#include "ProgramBuilder.h"

#include "Layerpipe/IR/LayerpipeCycles.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace layerpipe;
using namespace layerpipe::sched;

namespace {

class EvaluationBuilder {
public:
  EvaluationBuilder(ProgramOp program, ArrayRef<SourceOpInterface> inputs,
                    const Loss &loss)
      : program(program), inputs(inputs), loss(loss),
        builder(program.getContext()) {}

  LogicalResult build();

private:
  FailureOr<Value> outside(BlockArgument argument);
  LogicalResult collect(Value prediction);
  FailureOr<Value> bufferKey(Value value);
  BufferOp addBuffer(Value key, StringRef name, Attribute initial);
  LogicalResult addSlot(TaskOp task);
  FailureOr<BufferOp> joinPredictions();

  ProgramOp program;
  ArrayRef<SourceOpInterface> inputs;
  Loss loss;
  OpBuilder builder;
  StreamResolver streams;
  EvaluationOp evaluation;
  std::optional<SymbolTable> symbols;
  DenseSet<Operation *> needed;
  DenseSet<Operation *> neededTasks;
  /// Other tasks, or the host, read these values of task bodies.
  DenseSet<Value> crossing;
  DenseMap<Value, BufferOp> bufferOf;
};

} // namespace

/// Returns the operands that an op has in an evaluation.
static OperandRange operandsOf(Operation *op) {
  return op->getOperands().drop_front(isa<TrainOrEvalOp>(op) ? 1 : 0);
}

/// Returns what stands for a task's operand in an evaluation: an input, a
/// parameter, or the value inside the task that makes it.
FailureOr<Value> EvaluationBuilder::outside(BlockArgument argument) {
  auto task = cast<TaskOp>(argument.getOwner()->getParentOp());
  FailureOr<Stream> stream =
      streams.resolve(task.getInputs()[argument.getArgNumber()]);
  if (failed(stream))
    return failure();
  Operation *producer = stream->source.getDefiningOp();
  if (isa<InputOp, ParameterOp>(producer))
    return stream->source;
  auto result = cast<OpResult>(stream->source);
  if (isa<TaskOp>(producer)) {
    if (getStateOp(result)) {
      FailureOr<InitialValue> initial = getInitialState(result, streams);
      if (failed(initial))
        return failure();
      if (initial->kind == InitialValue::Kind::parameter)
        return initial->parameter.getResult();
    } else {
      return cast<TaskOp>(producer)
          .getBody()
          .front()
          .getTerminator()
          ->getOperand(result.getResultNumber());
    }
  }
  return task.emitOpError("operand ")
         << argument.getArgNumber()
         << ": the loss' prediction depends on it, so it must come from the "
            "inputs and the parameters alone";
}

/// Marks all ops and tasks on which `prediction` depends.
LogicalResult EvaluationBuilder::collect(Value prediction) {
  SmallVector<Value> open{prediction};
  crossing.insert(prediction);
  while (!open.empty()) {
    Value value = open.pop_back_val();
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      FailureOr<Value> source = outside(argument);
      if (failed(source))
        return failure();
      if (!isa<InputOp, ParameterOp>(source->getDefiningOp()) &&
          crossing.insert(*source).second)
        open.push_back(*source);
      continue;
    }
    Operation *op = value.getDefiningOp();
    if (!needed.insert(op).second)
      continue;
    neededTasks.insert(op->getParentOp());
    llvm::append_range(open, operandsOf(op));
  }
  return success();
}

BufferOp EvaluationBuilder::addBuffer(Value key, StringRef name,
                                      Attribute initial) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(&evaluation.getBody().front());
  auto buffer =
      BufferOp::create(builder, key.getLoc(), name, key.getType(), initial);
  symbols->insert(buffer, builder.getInsertionPoint());
  bufferOf[key] = buffer;
  return buffer;
}

/// Follows block arguments that a task only hands on.
FailureOr<Value> EvaluationBuilder::bufferKey(Value value) {
  while (auto argument = dyn_cast<BlockArgument>(value)) {
    FailureOr<Value> source = outside(argument);
    if (failed(source))
      return failure();
    value = *source;
  }
  if (auto parameter = value.getDefiningOp<ParameterOp>();
      parameter && !bufferOf.count(value))
    addBuffer(value, parameter.getName(),
              LatestAttr::get(program.getContext(), parameter.getNameAttr()));
  return value;
}

LogicalResult EvaluationBuilder::addSlot(TaskOp task) {
  // Operands from outside stand here once each, in the order of their first
  // use.
  llvm::MapVector<Value, SmallVector<BlockArgument>> inputs;
  SmallVector<Value> written;
  for (Operation &op : task.getBody().front().without_terminator()) {
    if (!needed.contains(&op))
      continue;
    for (Value operand : operandsOf(&op))
      if (auto argument = dyn_cast<BlockArgument>(operand)) {
        FailureOr<Value> key = bufferKey(argument);
        if (failed(key))
          return failure();
        inputs[*key].push_back(argument);
      }
    for (Value result : op.getResults())
      if (crossing.contains(result))
        written.push_back(result);
  }
  SmallVector<Attribute> reads, writes;
  for (auto &[key, arguments] : inputs)
    reads.push_back(ReadAttr::get(
        program.getContext(),
        FlatSymbolRefAttr::get(bufferOf[key].getSymNameAttr()), 0));
  for (auto [number, value] : llvm::enumerate(written)) {
    std::string name = task.getName().str();
    if (written.size() > 1)
      name += ":" + std::to_string(number);
    writes.push_back(
        FlatSymbolRefAttr::get(addBuffer(value, name, {}).getSymNameAttr()));
  }
  auto slot =
      SlotOp::create(builder, task.getLoc(), task.getNameAttr(),
                     TaskKind::forward, task.getLayer(), 0, 0, 0,
                     builder.getArrayAttr(reads), builder.getArrayAttr(writes));
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&slot.getBody());
  IRMapping mapping;
  for (auto &[key, arguments] : inputs) {
    Value argument = block->addArgument(key.getType(), key.getLoc());
    for (BlockArgument old : arguments)
      mapping.map(old, argument);
  }
  for (Operation &op : task.getBody().front().without_terminator()) {
    if (!needed.contains(&op))
      continue;
    if (auto choice = dyn_cast<TrainOrEvalOp>(op))
      mapping.map(choice.getResult(), mapping.lookup(choice.getEvaluation()));
    else
      builder.clone(op, mapping);
  }
  for (Value &value : written)
    value = mapping.lookup(value);
  sched::YieldOp::create(builder, task.getLoc(), written);
  return success();
}

/// Returns the buffer of the prediction. Where each microbatch has its own, a
/// last slot joins them.
FailureOr<BufferOp> EvaluationBuilder::joinPredictions() {
  SmallVector<BufferOp> parts;
  SmallVector<Type> types;
  SmallVector<Attribute> reads;
  for (LossOpInterface part : loss.parts) {
    FailureOr<Value> key = bufferKey(part.getPrediction());
    if (failed(key))
      return failure();
    parts.push_back(bufferOf[*key]);
    types.push_back(key->getType());
    reads.push_back(ReadAttr::get(
        program.getContext(),
        FlatSymbolRefAttr::get(parts.back().getSymNameAttr()), 0));
  }
  if (parts.size() == 1)
    return parts.front();
  Location loc = loss.task.getLoc();
  auto slot =
      SlotOp::create(builder, loc, builder.getStringAttr("predictions"),
                     TaskKind::forward, loss.task.getLayer(), 0, 0, 0,
                     builder.getArrayAttr(reads), builder.getArrayAttr({}));
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(&slot.getBody());
  for (Type type : types)
    block->addArgument(type, loc);
  auto joined =
      ConcatOp::create(builder, loc, block->getArguments(), /*dimension=*/0);
  sched::YieldOp::create(builder, loc, joined.getResult());
  BufferOp buffer = addBuffer(joined.getResult(), "predictions", {});
  slot.setWritesAttr(
      builder.getArrayAttr(FlatSymbolRefAttr::get(buffer.getSymNameAttr())));
  return buffer;
}

LogicalResult EvaluationBuilder::build() {
  for (LossOpInterface part : loss.parts)
    if (failed(collect(part.getPrediction())))
      return failure();
  builder.setInsertionPointToEnd(&program.getBody().front());
  auto placeholder = FlatSymbolRefAttr::get(program.getContext(), "input");
  evaluation = EvaluationOp::create(builder, loss.task.getLoc(),
                                    builder.getArrayAttr({}), placeholder,
                                    IntegerAttr());
  builder.createBlock(&evaluation.getBody());
  symbols.emplace(evaluation);
  // Each of these buffers stands before the ones added so far.
  SmallVector<Attribute> names;
  for (SourceOpInterface input : llvm::reverse(inputs))
    names.push_back(FlatSymbolRefAttr::get(
        addBuffer(input->getResult(0), input.getStreamName(), {})
            .getSymNameAttr()));
  std::reverse(names.begin(), names.end());
  evaluation.setInputsAttr(builder.getArrayAttr(names));
  builder.setInsertionPointToEnd(&evaluation.getBody().front());
  for (Operation *op : topologicalOrder(loss.task->getParentOfType<GraphOp>()))
    if (neededTasks.contains(op) && failed(addSlot(cast<TaskOp>(op))))
      return failure();
  FailureOr<BufferOp> prediction = joinPredictions();
  if (failed(prediction))
    return failure();
  evaluation.setPredictionAttr(
      FlatSymbolRefAttr::get(prediction->getSymNameAttr()));
  return success();
}

LogicalResult layerpipe::buildEvaluation(ProgramOp program,
                                         ArrayRef<SourceOpInterface> inputs,
                                         const Loss &loss) {
  return EvaluationBuilder(program, inputs, loss).build();
}
