//===- LayerpipeCompositeOps.td - names for compositions -------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What these ops compute, and their gradients, is what their compositions do.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_COMPOSITE_OPS
#define LAYERPIPE_COMPOSITE_OPS

include "Layerpipe/IR/LayerpipePointwiseOps.td"

let opDocGroup = Layerpipe_LayerGroup in {

// A composition of one operand that runs over some of its dimensions, and whose
// result has the operand's type.
class Layerpipe_CompositeOp<string mnemonic, dag attributes = (ins)>
    : Layerpipe_Op<mnemonic, [
        Pure, DeclareOpInterfaceMethods<ComputeOpInterface>, SameOperandsAndResultType,
        DeclareOpInterfaceMethods<CompositeOpInterface>]> {
  let arguments = !con((ins Layerpipe_Tensor:$x, DenseI64ArrayAttr:$dimensions), attributes);
  let results = (outs Layerpipe_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::layerpipe::TaskKind $cppClass::getTaskKind() { return ::layerpipe::TaskKind::forward; }
    ::llvm::LogicalResult $cppClass::verify() {
      return ::layerpipe::verifyDimensions(*this, getDimensions());
    }
  }];
}

def NormalizeOp : Layerpipe_CompositeOp<"normalize", (ins Layerpipe_NumberOr<"1.0e-5">:$epsilon)> {
  let summary = "subtracts the mean and divides by the deviation: (x − mean)/√(variance + ε)";
  let description = [{
    Mean and variance are those over `dimensions`; the variance is the mean of the
    squared differences, in training and in evaluation. With products and sums of
    parameters behind it, this is layer normalisation over the last dimensions
    and instance normalisation over those of the image. Batch normalisation is
    `layerpipe.batch_norm`.

    Constraint:
    * DM1: `dimensions` has dimensions of x in ascending order, one at least.

    Example: `%y = layerpipe.normalize %x {dimensions = array<i64: 1>} : (tensor<4x8xf32>) -> tensor<4x8xf32>`
  }];
}

def SoftmaxOp : Layerpipe_CompositeOp<"softmax"> {
  let summary = "shares of exponentials: eˣ/Σ eˣ, the sum over dimensions";
  let description = [{
    The largest x is subtracted from all, which changes no share and keeps
    exponentials finite.

    Constraint:
    * DM1: `dimensions` has dimensions of x in ascending order, one at least.

    Example: `%y = layerpipe.softmax %x {dimensions = array<i64: 1>} : (tensor<4x8xf32>) -> tensor<4x8xf32>`
  }];
}

def LogSoftmaxOp : Layerpipe_CompositeOp<"log_softmax"> {
  let summary = "logarithms of the shares of exponentials: x − log Σ eˣ, the sum over dimensions";
  let description = [{
    The largest x is subtracted first, as for `layerpipe.softmax`.

    Constraint:
    * DM1: `dimensions` has dimensions of x in ascending order, one at least.

    Example: `%y = layerpipe.log_softmax %x {dimensions = array<i64: 1>} : (tensor<4x8xf32>) -> tensor<4x8xf32>`
  }];
}

def DetachOp : Layerpipe_Op<"detach", [
    Pure, DeclareOpInterfaceMethods<ComputeOpInterface>, ViewOpInterface,
    SameOperandsAndResultType, DeclareOpInterfaceMethods<SplittableOpInterface>]> {
  let summary = "the same value, which no gradient passes";
  let description = [{
    Differentiation takes the result for a constant, and puts the operand in its
    place. A parameter that nothing else reads is thus frozen: training keeps its
    value.

    Example: `%y = layerpipe.detach %x : (tensor<4x8xf32>) -> tensor<4x8xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$x);
  let results = (outs Layerpipe_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

} // opDocGroup

#endif // LAYERPIPE_COMPOSITE_OPS
