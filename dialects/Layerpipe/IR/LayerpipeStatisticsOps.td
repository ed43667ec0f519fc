//===- LayerpipeStatisticsOps.td - running statistics ----------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Training measures statistics of each batch and keeps running averages of them,
// which take their place when the trained network is used.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_STATISTICS_OPS
#define LAYERPIPE_STATISTICS_OPS

include "Layerpipe/IR/LayerpipePointwiseOps.td"

let opDocGroup = Layerpipe_LayerGroup in {

def BatchNormOp : Layerpipe_Op<"batch_norm", [
    Pure, ComputeOpInterface, AllTypesMatch<["x", "result"]>,
    DeclareOpInterfaceMethods<CompositeOpInterface, ["getStates"]>]> {
  let summary = "batch normalisation: (x − mean)/√(variance + ε) of each channel";
  let description = [{
    In training, mean and variance are those of the batch: of all elements that x
    has at one position of dimension 1, its channel. Each iteration moves the
    running statistics, `running_mean` and `running_variance`, towards them by
    `layerpipe.running_average`. An evaluation normalises by the latest running
    statistics. Products and sums of parameters behind this op give each channel
    its scale and its offset.

    Both variances are means of squared differences, as ONNX has them. With
    `unbiased_running_variance` the running variance moves towards n/(n − 1) times
    the batch's, where n is the number of elements of a channel in the batch, or
    in the microbatch; that is PyTorch's running variance. With one element there
    is no such number, and the factor is 1. PyTorch's momentum is 1 − `momentum`.

    The running statistics are parameters without a gradient. No optimizer
    changes them, and checkpoints hold them under their names. No part of a batch
    has its statistics, so the op's forward task can't be split.

    Constraints:
    * BN1: x has two dimensions at least; both running statistics are vectors
      with an element for each channel.
    * BN2: `momentum` lies between 0 and 1.

    Example: `%y = layerpipe.batch_norm %x, %mean, %variance : (tensor<4x8x5x5xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x5x5xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$x, Layerpipe_Tensor:$running_mean,
                       Layerpipe_Tensor:$running_variance,
                       Layerpipe_NumberOr<"1.0e-5">:$epsilon,
                       Layerpipe_NumberOr<"0.9">:$momentum,
                       UnitAttr:$unbiased_running_variance);
  let results = (outs Layerpipe_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() { return ::layerpipe::TaskKind::forward; }
  }];
}

def RunningAverageOp : Layerpipe_Op<"running_average", [
    SameOperandsAndResultType, ComputeOpInterface, StateOpInterface,
    DeclareOpInterfaceMethods<LoopOpInterface>]> {
  let summary = "moves a running average towards a new value: μ·average + (1 − μ)·value";
  let description = [{
    The average is the state and the value the data; μ is `momentum`. In a forward
    graph the average is a parameter; differentiation closes its loop. An absent
    value leaves the average as it is.

    Constraint:
    * BN2: `momentum` lies between 0 and 1.

    Example: `%next = layerpipe.running_average %average, %value {momentum = 9.0e-1 : f64} : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$average, Layerpipe_Tensor:$value,
                       Layerpipe_NumberOr<"0.9">:$momentum);
  let results = (outs Layerpipe_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() { return ::layerpipe::TaskKind::forward; }
  }];
  let extraClassDefinition = Layerpipe_BuildScalars<
      "auto average = operand(0), value = operand(1);\n"
      "double momentum = getMomentum().convertToDouble();\n",
      "average * momentum + value * (1.0 - momentum)">.text;
}

def TrainOrEvalOp : Layerpipe_Op<"train_or_eval", [
    Pure, ComputeOpInterface, SameOperandsAndResultType, ViewOpInterface,
    DeclareOpInterfaceMethods<DifferentiableOpInterface>]> {
  let summary = "one value in training, another one in evaluation";
  let description = [{
    In training the result is `training`, and so is what the interpreter computes;
    the gradient goes there. In the evaluation of a program it is `evaluation`,
    and what makes only the other value is not computed.

    Example: `%m = layerpipe.train_or_eval %batch, %running : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$training, Layerpipe_Tensor:$evaluation);
  let results = (outs Layerpipe_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() { return ::layerpipe::TaskKind::forward; }
  }];
  let extraClassDefinition = Layerpipe_BuildBackward<"gradients[0] = dy;">.text;
}

} // opDocGroup

#endif // LAYERPIPE_STATISTICS_OPS
