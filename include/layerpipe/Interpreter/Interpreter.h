//===- Interpreter.h - executes a graph, giving its ops meaning -*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The interpreter is the reference for what a graph means, and so the oracle of
// every transformation: a transformation preserves training if the values that
// are computed here, before and after it, are the same bit for bit.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERPRETER_INTERPRETER_H
#define LAYERPIPE_INTERPRETER_INTERPRETER_H

#include "Layerpipe/IR/LayerpipeOps.h"
#include "layerpipe/Interpreter/Tensor.h"
#include <deque>
#include <functional>

namespace layerpipe {

/// This is the type of all numbers of a run. f32 is what programs compute in;
/// f64 is for checks of gradients by finite differences.
enum class Precision { f32, f64 };

/// The options say where a run takes its numbers from. Whatever is left empty
/// is drawn from `seed`: inputs and dense labels from [-1, 1), class labels
/// from the classes of the losses that read them, one in eight of them ignored
/// where a loss ignores any, and parameters as their initialisers say. Draws
/// are keyed by (seed, parameter's name, element) or (seed, source, iteration,
/// element), so that two graphs of one network start alike and read alike.
struct InterpreterOptions {
  uint64_t seed = 0;
  Precision precision = Precision::f32;
  /// This replaces the learning rate of every update.
  std::function<float(int64_t iteration)> learningRate;

  /// These give the batches of the input and of the labels that have no name of
  /// their own.
  std::function<Tensor(int64_t iteration)> input;
  std::function<Tensor(int64_t iteration)> labels;
  /// This gives those of all other sources; of all, where the two are empty.
  std::function<Tensor(SourceOpInterface source, int64_t iteration)> source;
  std::function<Tensor(ParameterOp parameter)> parameter;
};

/// Executes `graph` period by period. One period fires every op once; in a
/// graph without lags, period and iteration are the same.
///
/// - `layerpipe.input` and `layerpipe.labels` of lag r yield iteration n - r in
///   period n, and are absent while that is negative.
/// - A delay of k yields its input's value of k periods earlier, and its
///   initial value in the first k periods.
/// - An op with an absent operand yields absent results. A state op with an
///   absent data operand returns its states unchanged instead.
/// - A task executes its body op by op.
///
/// The graph must have passed the verifier, and must outlive the interpreter
/// unchanged.
class Interpreter {
public:
  explicit Interpreter(GraphOp graph, InterpreterOptions options = {});

  /// Executes one period. Fails, with an error at the op, when an op cannot be
  /// executed: for a label outside the classes, a provider's tensor of another
  /// type, or an op of another dialect. After a failure the run is over.
  llvm::LogicalResult step();
  /// Executes `periods` periods.
  llvm::LogicalResult run(int64_t periods);

  /// Returns the value in the period executed last, or null where it was
  /// absent. `value` may also belong to the body of a task.
  Datum value(mlir::Value value) const { return values.lookup(value); }

private:
  llvm::LogicalResult execute(mlir::Operation *op);
  llvm::LogicalResult executeTask(TaskOp task);
  llvm::LogicalResult executeCompute(mlir::Operation *op, int64_t iteration);
  llvm::LogicalResult loadSource(SourceOpInterface source);
  llvm::LogicalResult loadParameters();
  Datum initialValue(DelayOp delay);
  void readDelays();
  void writeDelays();

  /// A delay line has a delay and the values that its input had in the last
  /// periods, oldest first. It is never longer than the delay's distance.
  struct DelayLine {
    DelayOp op;
    Datum initial;
    std::deque<Datum> history;
  };

  InterpreterOptions options;
  llvm::SmallVector<ParameterOp> parameters;
  llvm::SmallVector<mlir::Operation *> schedule;
  std::vector<DelayLine> delays;
  llvm::DenseMap<mlir::Value, Datum> values;
  /// Each update has been computed so often.
  llvm::DenseMap<mlir::Operation *, int64_t> updates;
  int64_t period = 0;
};

} // namespace layerpipe

#endif // LAYERPIPE_INTERPRETER_INTERPRETER_H
