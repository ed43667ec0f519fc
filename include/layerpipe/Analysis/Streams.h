//===- Streams.h - Where a stream comes from, delays counted ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A resolver looks through chains of delays. It finds the op that makes a value
// which a task reads, how many iterations earlier it does so, and what stands
// there before iteration 0.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ANALYSIS_STREAMS_H
#define LAYERPIPE_ANALYSIS_STREAMS_H

#include "Layerpipe/IR/LayerpipeOps.h"

#include <string>

namespace layerpipe {

/// A stream yields this value before iteration 0.
struct InitialValue {
  enum class Kind { none, absent, constant, parameter };
  Kind kind = Kind::none;
  /// This is the value of an initial value of kind constant.
  float constant = 0;
  /// This is the parameter of an initial value of kind parameter.
  ParameterOp parameter;

  static InitialValue of(DelayOp delay);
  /// Creates a delay that begins with this value, which must not be `none`.
  DelayOp createDelay(mlir::OpBuilder &builder, mlir::Location loc,
                      mlir::Value input, int64_t distance) const;
  bool operator==(const InitialValue &other) const;
  /// Returns "absent", "constant:0.5" or "parameter:fc1.weight", and "" for no
  /// initial value.
  std::string toString() const;
};

/// A stream is a value as its reader sees it: `source` is no delay's result.
struct Stream {
  mlir::Value source;
  int64_t delays = 0;
  InitialValue initial;
};

/// Follows delays back to their sources. It remembers what it has seen, so that
/// all streams of a graph together take linear time.
class StreamResolver {
public:
  /// Returns the stream that a reader of `value` sees. Fails, with an error at
  /// a delay, when the delays of a chain have different initial values or form
  /// a cycle of their own.
  mlir::FailureOr<Stream> resolve(mlir::Value value);

private:
  llvm::DenseMap<mlir::Operation *, Stream> known;
};

/// Returns the state op that makes result `result` of `task`, or null.
StateOpInterface getStateOp(mlir::OpResult result);

/// Returns what a state op's result was before its first iteration: the initial
/// value of its state, looked up through the task's operand.
mlir::FailureOr<InitialValue> getInitialState(mlir::OpResult result,
                                              StreamResolver &resolver);

} // namespace layerpipe

#endif // LAYERPIPE_ANALYSIS_STREAMS_H
