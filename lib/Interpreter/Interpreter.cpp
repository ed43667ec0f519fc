//===- Interpreter.cpp - executes a graph period by period ----------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Interpreter/Interpreter.h"
#include "Evaluate.h"
#include "Layerpipe/IR/LayerpipeCycles.h"
#include "Sources.h"

using namespace mlir;
using namespace layerpipe;

Interpreter::Interpreter(GraphOp graph, InterpreterOptions given)
    : options(std::move(given)) {
  fillProviders(graph, options);
  for (Operation *op : topologicalOrder(graph)) {
    if (auto delay = dyn_cast<DelayOp>(op))
      delays.push_back({delay, nullptr, {}});
    else if (auto parameter = dyn_cast<ParameterOp>(op))
      parameters.push_back(parameter);
    else
      schedule.push_back(op);
  }
}

LogicalResult Interpreter::run(int64_t periods) {
  for (int64_t k = 0; k < periods; ++k)
    if (failed(step()))
      return failure();
  return success();
}

LogicalResult Interpreter::step() {
  if (period == 0 && failed(loadParameters()))
    return failure();
  readDelays();
  for (Operation *op : schedule)
    if (failed(execute(op)))
      return failure();
  writeDelays();
  ++period;
  return success();
}

//===----------------------------------------------------------------------===//
// Streams
//===----------------------------------------------------------------------===//

/// Refuses a provider's tensor that is not of the op's type.
static LogicalResult checkProvided(Operation *op, const Tensor &tensor) {
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  if (tensor.hasType(type))
    return success();
  return op->emitOpError("was provided with a tensor of another type than ")
         << type;
}

LogicalResult Interpreter::loadParameters() {
  for (ParameterOp parameter : parameters) {
    Tensor tensor = options.parameter(parameter);
    if (failed(checkProvided(parameter, tensor)))
      return failure();
    values[parameter.getResult()] =
        std::make_shared<const Tensor>(std::move(tensor));
  }
  for (DelayLine &line : delays)
    line.initial = initialValue(line.op);
  return success();
}

Datum Interpreter::initialValue(DelayOp delay) {
  if (delay.getInitialAbsent())
    return nullptr;
  if (Value parameter = delay.getInitialParameter())
    return values.lookup(parameter);
  Tensor tensor =
      Tensor::zeros(cast<RankedTensorType>(delay.getResult().getType()));
  llvm::fill(tensor.numbers, delay.getInitialConstant()->convertToFloat());
  return std::make_shared<const Tensor>(std::move(tensor));
}

void Interpreter::readDelays() {
  for (DelayLine &line : delays) {
    bool filled =
        int64_t(line.history.size()) == int64_t(line.op.getDistance());
    values[line.op.getResult()] = filled ? line.history.front() : line.initial;
    if (filled)
      line.history.pop_front();
  }
}

void Interpreter::writeDelays() {
  for (DelayLine &line : delays)
    line.history.push_back(values.lookup(line.op.getInput()));
}

/// Returns the batch of a source, from whatever gives it.
static Tensor batchOf(SourceOpInterface source, int64_t iteration,
                      const InterpreterOptions &options) {
  auto input = dyn_cast<InputOp>(*source);
  auto labels = dyn_cast<LabelsOp>(*source);
  if (input && !input.getName() && options.input)
    return options.input(iteration);
  if (labels && !labels.getName() && options.labels)
    return options.labels(iteration);
  return options.source(source, iteration);
}

LogicalResult Interpreter::loadSource(SourceOpInterface source) {
  int64_t iteration = period - int64_t(source.getLag());
  Value result = source->getResult(0);
  if (iteration < 0) {
    values[result] = nullptr;
    return success();
  }
  Tensor batch = batchOf(source, iteration, options);
  if (failed(checkProvided(source, batch)))
    return failure();
  values[result] = std::make_shared<const Tensor>(std::move(batch));
  return success();
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

LogicalResult Interpreter::execute(Operation *op) {
  if (auto source = dyn_cast<SourceOpInterface>(op))
    return loadSource(source);
  if (auto task = dyn_cast<TaskOp>(op))
    return executeTask(task);
  return executeCompute(op, period);
}

LogicalResult Interpreter::executeTask(TaskOp task) {
  Block &body = task.getBody().front();
  for (auto [argument, operand] :
       llvm::zip_equal(body.getArguments(), task.getInputs()))
    values[argument] = values.lookup(operand);
  for (Operation &op : body.without_terminator())
    if (failed(executeCompute(&op,
                              period - int64_t(task.getRetimed().value_or(0)))))
      return failure();
  for (auto [result, yielded] :
       llvm::zip_equal(task.getResults(), body.getTerminator()->getOperands()))
    values[result] = values.lookup(yielded);
  return success();
}

LogicalResult Interpreter::executeCompute(Operation *op, int64_t iteration) {
  SmallVector<Datum> operands;
  for (Value operand : op->getOperands())
    operands.push_back(values.lookup(operand));
  ArrayRef<Datum> data = operands;
  auto stateOp = dyn_cast<StateOpInterface>(op);
  if (stateOp)
    data = data.drop_front(stateOp.getNumStates());

  SmallVector<Datum> results(op->getNumResults());
  if (stateOp && llvm::is_contained(data, nullptr)) {
    llvm::copy(ArrayRef(operands).take_front(results.size()), results.begin());
  } else if (!llvm::is_contained(operands, nullptr)) {
    LoopNumbers update;
    update.updates = ++updates[op];
    update.seed = options.seed;
    if (stateOp && options.learningRate)
      update.learningRate = options.learningRate(iteration);
    FailureOr<SmallVector<Tensor>> computed =
        evaluate(op, operands, update, options.precision);
    if (failed(computed))
      return failure();
    for (auto [result, tensor] : llvm::zip_equal(results, *computed))
      result = std::make_shared<const Tensor>(std::move(tensor));
  }
  for (auto [value, result] : llvm::zip_equal(op->getResults(), results))
    values[value] = result;
  return success();
}
