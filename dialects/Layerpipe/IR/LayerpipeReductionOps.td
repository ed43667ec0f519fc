//===- LayerpipeReductionOps.td - sums, repetitions, shapes ----*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The results of these ops have shapes of their own, which you write. Most of
// them are loops whose formula is the operand itself.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_REDUCTION_OPS
#define LAYERPIPE_REDUCTION_OPS

include "Layerpipe/IR/LayerpipePointwiseOps.td"

let opDocGroup = Layerpipe_LayerGroup in {

class Layerpipe_ShapedOp<string mnemonic, string formula, dag attributes, string verifier>
    : Layerpipe_LoopOp<mnemonic, [
        DeclareOpInterfaceMethods<LoopOpInterface, ["getLoops"]>,
        DeclareOpInterfaceMethods<DifferentiableOpInterface>]> {
  let arguments = !con((ins Layerpipe_Tensor:$x), attributes);
  let results = (outs Layerpipe_Tensor:$result);
  let hasVerifier = 1;
  let extraClassDefinition =
      Layerpipe_BuildScalars<"auto x = operand(0);\n", formula>.text
      # Layerpipe_Method<"::llvm::LogicalResult $cppClass::verify()", verifier>.text;
}

def ReduceSumOp : Layerpipe_ShapedOp<"reduce_sum", "x", (ins),
    "return ::layerpipe::verifyReduction(*this);"> {
  let summary = "sums over dimensions";
  let description = [{
    The result is what broadcasting would repeat to the shape of x: a dimension
    that is 1 in the result, or missing at its front, is summed over. The sum
    runs over x in the order of its elements; it is kept in f64 and rounded to
    f32 once.

    Constraint:
    * RD1: the result's shape broadcasts to x's.

    Example: `%y = layerpipe.reduce_sum %x : (tensor<4x2xf32>) -> tensor<2xf32>`
  }];
}

def ReduceMeanOp : Layerpipe_ShapedOp<"reduce_mean", "x", (ins),
    "return ::layerpipe::verifyReduction(*this);"> {
  let summary = "means over dimensions";
  let description = [{
    Shapes, order and constraint RD1 are as for `layerpipe.reduce_sum`; the sum is
    divided by the number of its terms before it is rounded. Parts of some of the
    terms have other means, so that the op is not split along what it sums over.

    Example: `%y = layerpipe.reduce_mean %x : (tensor<4x2xf32>) -> tensor<1x2xf32>`
  }];
}

def ReduceMaxOp : Layerpipe_ShapedOp<"reduce_max", "x", (ins),
    "return ::layerpipe::verifyReduction(*this);"> {
  let summary = "largest elements over dimensions";
  let description = [{
    Shapes and constraint RD1 are as for `layerpipe.reduce_sum`. A NaN counts as
    larger than any number. The gradient is shared evenly by equal elements.

    Example: `%y = layerpipe.reduce_max %x : (tensor<4x2xf32>) -> tensor<4x1xf32>`
  }];
}

def ExpandOp : Layerpipe_ShapedOp<"expand", "x", (ins),
    "return ::layerpipe::verifyExpansion(*this);"> {
  let summary = "repeats a tensor along dimensions";
  let description = [{
    Constraint:
    * EX1: x's shape broadcasts to the result's.

    Example: `%y = layerpipe.expand %x : (tensor<1x2xf32>) -> tensor<4x2xf32>`
  }];
}

def TransposeOp : Layerpipe_ShapedOp<"transpose", "x", (ins DenseI64ArrayAttr:$permutation),
    "return ::layerpipe::verifyTransposition(*this, getPermutation());"> {
  let summary = "permutes the dimensions of a tensor";
  let description = [{
    Dimension k of the result is dimension `permutation[k]` of x.

    Constraint:
    * TR1: `permutation` names each dimension of x once, and the result has their
      sizes.

    Example: `%y = layerpipe.transpose %x {permutation = array<i64: 1, 0>} : (tensor<4x2xf32>) -> tensor<2x4xf32>`
  }];
}

def PadOp : Layerpipe_ShapedOp<"pad", "x", (ins DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                                             Layerpipe_NumberOr<"0.0">:$value),
    "return ::layerpipe::verifyPadding(*this, getLow(), getHigh());"> {
  let summary = "adds positions of one value around a tensor";
  let description = [{
    Dimension k of the result has `low[k]` positions of `value`, those of x, and
    `high[k]` of `value`.

    Constraints:
    * PD1: `low` and `high` have a number for each dimension of x, none negative.
    * PD2: the result has the padded sizes.

    Example: `%y = layerpipe.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 2>} : (tensor<4x2xf32>) -> tensor<4x5xf32>`
  }];
}

def ReshapeOp : Layerpipe_Op<"reshape", [
    Pure, ComputeOpInterface, ViewOpInterface,
    DeclareOpInterfaceMethods<SplittableOpInterface>,
    DeclareOpInterfaceMethods<DifferentiableOpInterface>]> {
  let summary = "the same elements in another shape";
  let description = [{
    Keeps every byte; only the type changes. It is split along dimensions that
    operand and result both begin with.

    Constraint:
    * RS1: operand and result have as many elements, of one type.

    Example: `%y = layerpipe.reshape %x : (tensor<4x2x3xf32>) -> tensor<4x6xf32>`
  }];
  let arguments = (ins Layerpipe_Elements:$x);
  let results = (outs Layerpipe_Elements:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() { return ::layerpipe::roleOf(getOperation()); }
  }];
}

def TotalLossOp : Layerpipe_Op<"total_loss", [
    ComputeOpInterface, DeclareOpInterfaceMethods<LoopOpInterface>]> {
  let summary = "what training minimises: several losses, each times its weight, added";
  let description = [{
    A network of several outputs has a loss for each and their sum. Where
    `--layerpipe-unfold` has divided a batch, the sum is over its parts, too. The
    losses are added in their order. The first is that of the output which
    evaluations score.

    Constraints:
    * TL1: there is one loss at least, and a finite weight for each.

    Example: `%l = layerpipe.total_loss %a, %b {weights = array<f64: 1.0, 0.3>} : (tensor<f32>, tensor<f32>) -> tensor<f32>`
  }];
  let arguments = (ins Variadic<Layerpipe_Scalar>:$losses, DenseF64ArrayAttr:$weights);
  let results = (outs Layerpipe_Scalar:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::layerpipe::TaskKind getTaskKind() { return ::layerpipe::TaskKind::loss; }
  }];
  let extraClassDefinition = Layerpipe_BuildScalars<
      "auto sum = operand(0) * getWeights()[0];\n"
      "for (unsigned k = 1; k < operands.size(); ++k)\n"
      "  sum = sum + operand(k) * getWeights()[k];\n",
      "sum">.text;
}

} // opDocGroup

#endif // LAYERPIPE_REDUCTION_OPS
