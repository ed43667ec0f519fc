//===- LayerpipeInterfaces.td - what passes ask of ops ---------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An algorithm asks here whatever it needs to know about an op; no pass holds a
// list of op names.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERFACES
#define LAYERPIPE_INTERFACES

include "mlir/IR/OpBase.td"

def ComputeOpInterface : OpInterface<"ComputeOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An op with this interface computes: it belongs to a task, and has a role and
    a cost. All ops of the dialect but the structural ones implement it.
  }];
  let methods = [
    InterfaceMethod<"Returns the op's role in the training graph.",
      "::layerpipe::TaskKind", "getTaskKind">,
    InterfaceMethod<[{
      Returns the multiply-accumulate operations of matrix products and
      convolutions, per iteration; the largest int64_t stands for any greater
      number. Elementwise work, pooling, losses and updates count 0. Returns none
      where the number is not known.
    }], "std::optional<int64_t>", "getMacCount", (ins), "", "return 0;">,
    InterfaceMethod<[{
      Returns the measured time of one execution in nanoseconds, where the op
      carries one.
    }], "std::optional<int64_t>", "getMeasuredTime", (ins), "",
      "return std::nullopt;">
  ];
}

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = "A forward op with this interface knows its vector-Jacobian product.";
  let methods = [
    InterfaceMethod<[{
      Creates the ops that compute the gradients with respect to the operands
      from `resultGrad`, the gradient with respect to the only result.
      `needed[k]` tells whether operand k needs one; `operandGrads` has an entry
      per operand, left null where none is needed or none flows. Coupled ops are
      created where both kinds of gradient are needed.
    }], "void", "buildBackward",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Value":$resultGrad,
           "::llvm::ArrayRef<bool>":$needed,
           "::llvm::MutableArrayRef<::mlir::Value>":$operandGrads)>,
    InterfaceMethod<"Returns the operands that are weights of a layer.",
      "::mlir::OperandRange", "getWeights", (ins), "",
      "return $_op->getOperands().take_front(0);">,
    InterfaceMethod<[{
      Returns whether the op begins a layer of its own; an op with weights must.
    }], "bool", "beginsLayer", (ins), "",
      "return !$_op.getWeights().empty();">,
    InterfaceMethod<[{
      Returns the layer's name where the op has one, and otherwise an empty name;
      then the layer takes its parameters' name.
    }], "::llvm::StringRef", "getLayerName", (ins), "", "return {};">
  ];
}

def BatchLossOpInterface : OpInterface<"BatchLossOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An op with this interface is a loss of a batch, or the gradient of one. The
    batch may be one of several equal parts of a larger one.
  }];
  let methods = [
    InterfaceMethod<"Returns what the prediction is compared to.", "::mlir::Value", "getTarget">,
    InterfaceMethod<[{
      Makes the op that of one of `parts` equal parts of a batch whose target is
      `whole`. Returns the factor by which the op's result counts in that of the
      whole batch, which is the sum over all parts.
    }], "double", "joinParts", (ins "int64_t":$parts, "::mlir::Value":$whole), "",
      "(void)whole; return 1.0 / double(parts);">
  ];
}

def LossOpInterface : OpInterface<"LossOpInterface", [BatchLossOpInterface]> {
  let cppNamespace = "::layerpipe";
  let description = "An op with this interface is a scalar loss, where differentiation begins.";
  let methods = [
    InterfaceMethod<"Returns what the network predicts; the gradient goes there.",
      "::mlir::Value", "getPrediction">,
    InterfaceMethod<"Creates the gradient of the loss with respect to the prediction.",
      "::mlir::Value", "buildGradient", (ins "::mlir::OpBuilder &":$builder)>
  ];
}

def CoupledBackwardOpInterface : OpInterface<"CoupledBackwardOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    A backward op with this interface yields the input's gradient and the
    weights' gradients at once, and can be taken apart (LayerPipe's intra-layer
    optimisation).
  }];
  let methods = [
    InterfaceMethod<[{
      Creates the two decoupled ops and returns the values that replace this
      op's results, in order.
    }], "::llvm::SmallVector<::mlir::Value>", "decouple",
      (ins "::mlir::OpBuilder &":$builder)>
  ];
}

def SourceOpInterface : OpInterface<"SourceOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An op with this interface is a stream that the host fills, with a minibatch
    per iteration: the leading dimension of its result is the batch. It belongs
    to no task.
  }];
  let methods = [
    InterfaceMethod<[{
      Returns the stream's name in schedules, programs and data sets. A stream
      without a name of its own has that of the op.
    }], "::llvm::StringRef", "getStreamName", (ins), "",
      "return $_op.getName().value_or($_op->getName().stripDialect());">,
    InterfaceMethod<"Returns by how many whole periods the stream is late.",
      "uint64_t", "getLag">,
    InterfaceMethod<"Makes the stream so many whole periods late.",
      "void", "setLag", (ins "uint64_t":$lag)>
  ];
}

def StateOpInterface : OpInterface<"StateOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An op with this interface carries state. Its first operands are the states
    and its results are the states after the iteration, one for one; the other
    operands are data. If any data operand is absent every state is returned
    unchanged. An op that is no optimizer besides keeps statistics: its states have
    no gradients, and differentiation closes their loops.
  }];
  let methods = [
    InterfaceMethod<"Returns the number of states.", "unsigned", "getNumStates", (ins), "",
      "return $_op->getNumResults();">
  ];
}

def OptimizerOpInterface : OpInterface<"OptimizerOpInterface", [StateOpInterface]> {
  let cppNamespace = "::layerpipe";
  let description = [{
    Users can choose an update with this interface for their parameters, by a
    name. Its states are the weight and, after it, those that only the update
    reads; its only data operand is the gradient. Its attributes are
    `learning_rate`, an f32, and coefficients, which are f64 and have defaults.
    LayerpipeOptimizers.h finds all ops that implement this, says what
    coefficients there are, and checks their rules U1 and U2.
  }];
  let verify = [{ return ::layerpipe::verifyOptimizer($_op); }];
  let methods = [
    StaticInterfaceMethod<"Returns the name that users give.", "::llvm::StringRef",
      "getOptimizerName">,
    StaticInterfaceMethod<[{
      Returns the names of the states besides the weight, such as velocity. Each of
      them begins with 0.
    }], "::llvm::SmallVector<::llvm::StringRef>", "getExtraStateNames">,
    StaticInterfaceMethod<"Returns the step size of users who name none.", "double",
      "getDefaultLearningRate">,
    InterfaceMethod<"Returns the step size of a run that names no other.", "::llvm::APFloat",
      "getLearningRate">
  ];
}

def LoopOpInterface : OpInterface<"LoopOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An op with this interface is defined by loops over scalars: which elements an
    iteration reads, what it computes of them, and which elements of the results
    that is or adds to. Interpreter, native code, traffic and splitting follow
    from these methods. Ops with equal loops are fused.
  }];
  let methods = [
    InterfaceMethod<[{
      Returns the loops. By default the op has one result, to whose shape the
      operands are broadcast.
    }], "::layerpipe::LoopNest", "getLoops", (ins), "",
      [{ return ::layerpipe::LoopNest::broadcasting($_op, $_op->getResult(0)); }]>,
    InterfaceMethod<[{
      Creates the scalar computation. `operands` are scalars, f32 or f64, which
      all have one type; those of `update`, which updates use, have it, too.
      Returns one scalar per result.
    }], "::llvm::SmallVector<::mlir::Value>", "buildScalars",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$operands,
           "const ::layerpipe::LoopScalars &":$update)>
  ];
}

def CompositeOpInterface : OpInterface<"CompositeOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An op with this interface is a name for a composition of other forward ops.
    Differentiation puts the composition in its place, so that later phases hold
    none, and the interpreter computes the composition.
  }];
  let methods = [
    InterfaceMethod<"Returns the operands that are states of ops of the composition.",
      "::mlir::OperandRange", "getStates", (ins), "",
      "return $_op->getOperands().take_front(0);">,
    InterfaceMethod<"Creates the composition and returns what replaces the only result.",
      "::mlir::Value", "compose", (ins "::mlir::OpBuilder &":$builder)>
  ];
}

def RandomOpInterface : OpInterface<"RandomOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    The formula of an op with this interface, which is a loop, has a random number
    at each position. It depends on the run's seed, the key, the iteration that
    the operands are of, and its number there, and on nothing else: an op and its
    gradient draw the same, early or late, whole or in parts.
  }];
  let methods = [
    InterfaceMethod<"Returns the key. Ops of different keys draw independently.",
      "uint64_t", "getDrawKey">,
    InterfaceMethod<"Returns the number of the draw at each position of the loops.",
      "::layerpipe::LinearAccess", "getDraws">,
    InterfaceMethod<"Sets what getDraws returns.", "void", "setDraws",
      (ins "const ::layerpipe::LinearAccess &":$draws)>
  ];
}

def KernelOpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    A kernel library executes an op with this interface. The kernel's arguments
    are the op's operands, then its results.
  }];
  let methods = [
    InterfaceMethod<"Returns the kernel's name.", "::llvm::StringRef", "getKernelName", (ins),
      "", "return $_op->getName().stripDialect();">,
    InterfaceMethod<"Returns the sizes that the kernel is prepared for, by name.",
      "::llvm::SmallVector<std::pair<::llvm::StringRef, int64_t>>",
      "getKernelAttributes">
  ];
}

def ViewOpInterface : OpInterface<"ViewOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An op with this interface has one result, which has every byte of its first
    operand, in a shape of its own: the two may be one buffer.
  }];
}

def CopyOpInterface : OpInterface<"CopyOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An op with this interface has one result and only moves bytes. Every byte of
    the result is written once.
  }];
  let methods = [
    InterfaceMethod<"Returns what is moved from the operands to the result.",
      "::llvm::SmallVector<::layerpipe::BlockCopy>", "getCopies">
  ];
}

def SplittableOpInterface : OpInterface<"SplittableOpInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An op with this interface can be split into parts that together compute what
    it does: bit for bit where their results are concatenated, and up to the order
    of a sum where they are added.
  }];
  let methods = [
    InterfaceMethod<[{
      Returns the rules by which the op can be split, at most one per axis. No two
      of them slice an operand or result along the same dimension.
    }], "::llvm::SmallVector<::layerpipe::OpSplitRule>", "getSplitRules">,
    InterfaceMethod<[{
      Creates the part `begin` … `end` − 1 by `rule`, one of the above,
      from `operands` that are sliced already. Returns a value per result, null
      where the part makes none.
    }], "::llvm::SmallVector<::mlir::Value>", "buildPart",
      (ins "::mlir::OpBuilder &":$builder, "const ::layerpipe::OpSplitRule &":$rule,
           "int64_t":$begin, "int64_t":$end, "::mlir::ValueRange":$operands), "",
      "return ::layerpipe::buildPart($_op, builder, rule, begin, end, operands);">
  ];
}

def WeightVersionPolicyInterface : AttrInterface<"WeightVersionPolicyInterface"> {
  let cppNamespace = "::layerpipe";
  let description = [{
    An attribute with this interface says which version of its weights a layer's
    gradient is computed with, where gradients are late and several versions
    live at once. A policy other than stashing changes training; a pass that
    sets one works on graphs of phase training, and later passes preserve it.
  }];
  let methods = [
    InterfaceMethod<[{
      Checks that each op of a graph of phase training reads the version of a
      parameter that the policy gives it; fails with an error at an op that
      reads another.
    }], "::llvm::LogicalResult", "verifyReaders", (ins "::mlir::Operation *":$graph)>
  ];
}

#endif // LAYERPIPE_INTERFACES
