//===- LayerpipeUpdateOps.td - optimizers as state ops ---------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_UPDATE_OPS
#define LAYERPIPE_UPDATE_OPS

include "Layerpipe/IR/LayerpipeAttrs.td"
include "Layerpipe/IR/LayerpipeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

let opDocGroup = Layerpipe_UpdateGroup in {

// Updates are not Pure: nothing else in the graph may read a parameter's last
// value, but the run saves it.
class Layerpipe_UpdateOp<string mnemonic> : Layerpipe_Op<mnemonic, [
    SameOperandsAndResultType, DeclareOpInterfaceMethods<ComputeOpInterface>,
    DeclareOpInterfaceMethods<LoopOpInterface>, StateOpInterface,
    DeclareOpInterfaceMethods<OptimizerOpInterface>]> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

def SgdOp : Layerpipe_UpdateOp<"sgd"> {
  let summary = "gradient descent: w' = w − η·(g + λ·w)";
  let description = [{
    w is the state and g the data; η is `learning_rate` (a run may replace it),
    and λ is `weight_decay`. An absent g leaves w as it is.

    Constraint:
    * U1: η, λ and, where there is one, μ are finite and not negative.

    Example: `%w1 = layerpipe.sgd %w, %g {learning_rate = 1.0e-1 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$weight, Layerpipe_AnyTensor:$gradient,
                       F32Attr:$learning_rate,
                       DefaultValuedAttr<F32Attr, "0.0f">:$weight_decay);
  let results = (outs Layerpipe_AnyTensor:$result);
}

def SgdMomentumOp : Layerpipe_UpdateOp<"sgd_momentum"> {
  let summary = "gradient descent with momentum: v' = μ·v + (g + λ·w), w' = w − η·v'";
  let description = [{
    w and v are the states and g the data; μ is `momentum`. The rest, with
    constraint U1, is as for `layerpipe.sgd`. An absent g leaves both states as
    they are.

    Example: `%w1, %v1 = layerpipe.sgd_momentum %w, %v, %g {learning_rate = 1.0e-1 : f32, momentum = 9.0e-1 : f32} : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$weight, Layerpipe_AnyTensor:$velocity,
                       Layerpipe_AnyTensor:$gradient, F32Attr:$learning_rate, F32Attr:$momentum,
                       DefaultValuedAttr<F32Attr, "0.0f">:$weight_decay);
  let results = (outs Layerpipe_AnyTensor:$result, Layerpipe_AnyTensor:$new_velocity);
}

} // opDocGroup

#endif // LAYERPIPE_UPDATE_OPS
