//===- ProgramBuilder.h - One scheduled graph to one program ----*- C++ -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LIB_CONVERSION_LAYERPIPETOSCHED_PROGRAMBUILDER_H
#define LAYERPIPE_LIB_CONVERSION_LAYERPIPETOSCHED_PROGRAMBUILDER_H

#include "Sched/IR/SchedDialect.h"
#include "layerpipe/Analysis/ScheduledGraph.h"

namespace layerpipe {

/// This is the op whose result a program minimises, with the task that holds
/// it: the only loss of a graph, or the total of all.
struct Loss {
  TaskOp task;
  mlir::Operation *op = nullptr;
  /// These are the losses of the output that evaluations score, one for each
  /// microbatch, in their order.
  llvm::SmallVector<LossOpInterface> parts = {};
};

/// Builds the program of `graph` before it. Buffers get as many slots, and
/// channels as much capacity, as the schedule needs.
class ProgramBuilder {
public:
  ProgramBuilder(GraphOp graph, ScheduledGraph schedule)
      : graph(graph), schedule(std::move(schedule)),
        builder(graph.getContext()) {}

  mlir::FailureOr<sched::ProgramOp> build();

private:
  void addLoss(mlir::Operation *op, TaskOp task);
  mlir::LogicalResult findEnds();
  mlir::LogicalResult orderLabels();
  mlir::ArrayAttr namesOf(llvm::ArrayRef<SourceOpInterface> sources) const;
  mlir::LogicalResult checkInitials() const;
  void createProgram();
  sched::BufferOp addBuffer(mlir::Value value, llvm::StringRef name,
                            mlir::Attribute initial);
  mlir::Attribute convertInitial(const InitialValue &initial) const;
  std::vector<InitialValue> initialsOfValues() const;
  void addBuffers();
  void addFrozenParameters();
  void addProcessors();
  void addSlot(TaskOp task, int64_t index);
  sched::ReadAttr readOf(mlir::OpOperand &operand) const;
  mlir::LogicalResult addChannels();
  void addLinks();

  GraphOp graph;
  ScheduledGraph schedule;
  mlir::OpBuilder builder;
  llvm::SmallVector<SourceOpInterface> inputs;
  /// The first are those that evaluations compare the prediction with.
  llvm::SmallVector<SourceOpInterface> labels;
  Loss loss;
  sched::ProgramOp program;
  std::optional<mlir::SymbolTable> symbols;
  llvm::DenseMap<mlir::Value, sched::BufferOp> bufferOf;
  llvm::DenseMap<mlir::OpOperand *, int64_t> edgeOf;
  std::vector<int64_t> staleness;
};

/// Adds the evaluation, the forward part on which the loss' prediction depends.
/// Fails when it depends on anything but the inputs and the parameters.
mlir::LogicalResult buildEvaluation(sched::ProgramOp program,
                                    llvm::ArrayRef<SourceOpInterface> inputs,
                                    const Loss &loss);

} // namespace layerpipe

#endif // LAYERPIPE_LIB_CONVERSION_LAYERPIPETOSCHED_PROGRAMBUILDER_H
