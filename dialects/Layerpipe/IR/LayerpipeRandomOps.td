//===- LayerpipeRandomOps.td - ops that draw -------------------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Some networks train with noise, which is absent when they are used.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_RANDOM_OPS
#define LAYERPIPE_RANDOM_OPS

include "Layerpipe/IR/LayerpipePointwiseOps.td"

let opDocGroup = Layerpipe_LayerGroup in {

def DropoutOp : Layerpipe_Op<"dropout", [
    Pure, ComputeOpInterface, SameOperandsAndResultType,
    DeclareOpInterfaceMethods<CompositeOpInterface>]> {
  let summary = "drops elements, or whole samples, at random in training";
  let description = [{
    In training, each element becomes 0 with the probability `rate` and is divided
    by 1 − `rate` otherwise, so that its mean stays (Srivastava et al., 2014). With
    `per_sample`, all elements of a sample share one draw: in front of the sum of a
    residual network, this is stochastic depth (Huang et al., 2016). An evaluation
    drops nothing.

    Ops of different keys draw independently; see `layerpipe.drop`.

    Constraint:
    * DR1: `rate` is at least 0 and below 1.

    Example: `%y = layerpipe.dropout %x {key = 1 : i64, rate = 1.0e-1 : f64} : (tensor<4x8xf32>) -> tensor<4x8xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$x, DefaultValuedAttr<I64Attr, "0">:$key,
                       Layerpipe_NumberOr<"0.5">:$rate, UnitAttr:$per_sample);
  let results = (outs Layerpipe_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() { return ::layerpipe::TaskKind::forward; }
  }];
}

def DropOp : Layerpipe_LoopOp<"drop", [
    SameOperandsAndResultType, DeclareOpInterfaceMethods<LoopOpInterface>,
    DeclareOpInterfaceMethods<RandomOpInterface>,
    DeclareOpInterfaceMethods<DifferentiableOpInterface>]> {
  let summary = "zero at random, else x/(1 − rate)";
  let description = [{
    At position i, the draw of number `offset` + Σ `strides`·i decides. Without
    strides, draws are numbered in the order of elements. They depend on the
    run's seed, on `key` and on the iteration that x is of, so that the gradient,
    which is this op on dy, drops the same elements.

    Constraints:
    * DR1: `rate` is at least 0 and below 1.
    * DR2: `strides`, where given, has a number for each dimension of x.

    Example: `%y = layerpipe.drop %x {key = 1 : i64, rate = 1.0e-1 : f64} : (tensor<4x8xf32>) -> tensor<4x8xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$x, DefaultValuedAttr<I64Attr, "0">:$key,
                       Layerpipe_NumberOr<"0.5">:$rate,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$strides,
                       DefaultValuedAttr<I64Attr, "0">:$offset);
  let results = (outs Layerpipe_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDefinition =
      Layerpipe_BuildScalars<
          "auto x = operand(0), draw = x.with(scalars.draw);\n"
          "double rate = getRate().convertToDouble();\n",
          "select(draw < rate, 0.0, x * (1.0 / (1.0 - rate)))">.text
      # Layerpipe_BuildBackward<
          "gradients[0] = DropOp::create(builder, loc, getX().getType(), ::mlir::ValueRange{dy}, "
          "::layerpipe::ownAttributes(*this));">.text;
}

} // opDocGroup

#endif // LAYERPIPE_RANDOM_OPS
