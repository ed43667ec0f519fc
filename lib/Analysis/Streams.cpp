//===- Streams.cpp - Where a stream comes from, delays counted ------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Chains of delays are walked without recursion: a stash may be as deep as the
// network.
//
//===----------------------------------------------------------------------===//

#include "layerpipe/Analysis/Streams.h"

#include "llvm/ADT/SmallPtrSet.h"

#include <fmt/format.h>

using namespace mlir;
using namespace layerpipe;

InitialValue InitialValue::of(DelayOp delay) {
  if (delay.getInitialAbsent())
    return {Kind::absent, 0, {}};
  if (auto constant = delay.getInitialConstantAttr())
    return {Kind::constant, constant.getValue().convertToFloat(), {}};
  return {Kind::parameter, 0,
          delay.getInitialParameter().getDefiningOp<ParameterOp>()};
}

DelayOp InitialValue::createDelay(OpBuilder &builder, Location loc, Value input,
                                  int64_t distance) const {
  if (kind == Kind::constant)
    return DelayOp::create(builder, loc, input, distance,
                           builder.getF32FloatAttr(constant));
  if (kind == Kind::parameter)
    return DelayOp::create(builder, loc, input, distance, parameter);
  return DelayOp::create(builder, loc, input, distance);
}

bool InitialValue::operator==(const InitialValue &other) const {
  return kind == other.kind && constant == other.constant &&
         parameter == other.parameter;
}

std::string InitialValue::toString() const {
  switch (kind) {
  case Kind::none:
    return "";
  case Kind::absent:
    return "absent";
  case Kind::constant:
    return fmt::format("constant:{}", constant);
  case Kind::parameter:
    return "parameter:" + ParameterOp(parameter).getName().str();
  }
  return "";
}

FailureOr<Stream> StreamResolver::resolve(Value value) {
  SmallVector<DelayOp> chain;
  llvm::SmallPtrSet<Operation *, 8> open;
  Stream stream;
  for (stream.source = value;;) {
    auto delay = stream.source.getDefiningOp<DelayOp>();
    if (!delay)
      break;
    if (auto seen = known.find(delay); seen != known.end()) {
      stream = seen->second;
      break;
    }
    if (!open.insert(delay).second)
      return delay.emitOpError("delays only itself: no task produces this "
                               "stream");
    chain.push_back(delay);
    stream.source = delay.getInput();
  }
  for (DelayOp delay : llvm::reverse(chain)) {
    InitialValue initial = InitialValue::of(delay);
    if (stream.delays > 0 && !(stream.initial == initial))
      return delay.emitOpError("starts with ")
             << initial.toString() << ", but the delay before it starts with "
             << stream.initial.toString()
             << "; the delays between two tasks must start alike";
    stream.initial = initial;
    stream.delays += delay.getDistance();
    known[delay] = stream;
  }
  return stream;
}

/// Returns the value inside `result`'s task that becomes it.
static Value yieldedValue(OpResult result) {
  auto task = cast<TaskOp>(result.getOwner());
  return task.getBody().front().getTerminator()->getOperand(
      result.getResultNumber());
}

StateOpInterface layerpipe::getStateOp(OpResult result) {
  if (!isa<TaskOp>(result.getOwner()))
    return dyn_cast<StateOpInterface>(result.getOwner());
  return yieldedValue(result).getDefiningOp<StateOpInterface>();
}

FailureOr<InitialValue> layerpipe::getInitialState(OpResult result,
                                                   StreamResolver &resolver) {
  StateOpInterface op = getStateOp(result);
  auto task = dyn_cast<TaskOp>(result.getOwner());
  OpResult inner = task ? cast<OpResult>(yieldedValue(result)) : result;
  Value state = op->getOperand(inner.getResultNumber());
  if (auto argument = dyn_cast<BlockArgument>(state); argument && task)
    state = task.getInputs()[argument.getArgNumber()];
  FailureOr<Stream> stream = resolver.resolve(state);
  if (failed(stream))
    return failure();
  if (auto parameter = stream->source.getDefiningOp<ParameterOp>())
    return InitialValue{InitialValue::Kind::parameter, 0, parameter};
  // A state may pass through several ops in one iteration.
  auto before = dyn_cast<OpResult>(stream->source);
  if (stream->delays == 0 && before && getStateOp(before))
    return getInitialState(before, resolver);
  return stream->initial;
}
