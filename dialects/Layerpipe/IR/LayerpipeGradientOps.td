//===- LayerpipeGradientOps.td - backward ops ------------------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer's backward exists in two forms: the coupled op `…_backward`, and the
// decoupled pair `…_grad_input`, `…_grad_weight`.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_GRADIENT_OPS
#define LAYERPIPE_GRADIENT_OPS

include "Layerpipe/IR/LayerpipeAttrs.td"
include "Layerpipe/IR/LayerpipeInterfaces.td"
include "Layerpipe/IR/LayerpipeWindows.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

let opDocGroup = Layerpipe_GradientGroup in {

class Layerpipe_GradientOp<string mnemonic, list<Trait> traits = []>
    : Layerpipe_Op<mnemonic, !listconcat([Pure], traits)> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

class Layerpipe_WeightedGradientOp<string mnemonic, list<Trait> traits = []>
    : Layerpipe_GradientOp<mnemonic, !listconcat([
        DeclareOpInterfaceMethods<ComputeOpInterface, ["getMacCount"]>,
        DeclareOpInterfaceMethods<KernelOpInterface>,
        DeclareOpInterfaceMethods<SplittableOpInterface>], traits)>;

//===----------------------------------------------------------------------===//
// Linear
//===----------------------------------------------------------------------===//

def LinearBackwardOp : Layerpipe_WeightedGradientOp<"linear_backward",
    [DeclareOpInterfaceMethods<CoupledBackwardOpInterface>]> {
  let summary = "all gradients of `layerpipe.linear` at once";
  let description = [{
    Yields dx = dy·w, dw = dyᵀ·x and, where the layer has a bias, db = Σ dy over
    the batch. Sums run in ascending order, in f64, and are rounded to f32 once.

    Constraint:
    * LB1: the shapes are those of a `layerpipe.linear` with result dy.

    Example: `%dx, %dw = layerpipe.linear_backward %dy, %x, %w : (tensor<4x2xf32>, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<4x3xf32>, tensor<2x3xf32>)`
  }];
  let arguments = (ins Layerpipe_Tensor2:$dy, Layerpipe_Tensor2:$x, Layerpipe_Tensor2:$weight);
  let results = (outs Layerpipe_Tensor2:$dx, Layerpipe_Tensor2:$dweight,
                      Optional<Layerpipe_Tensor1>:$dbias);
}

def LinearGradInputOp : Layerpipe_WeightedGradientOp<"linear_grad_input"> {
  let summary = "gradient of `layerpipe.linear` with respect to its input: dx = dy·w";
  let description = [{
    The sum over the outputs runs in ascending order, in f64, and is rounded to
    f32 once.

    Constraint:
    * LB1: the shapes are those of a `layerpipe.linear` with result dy.

    Example: `%dx = layerpipe.linear_grad_input %dy, %w : (tensor<4x2xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor2:$dy, Layerpipe_Tensor2:$weight);
  let results = (outs Layerpipe_Tensor2:$dx);
}

def LinearGradWeightOp : Layerpipe_WeightedGradientOp<"linear_grad_weight"> {
  let summary = "gradients of `layerpipe.linear` with respect to its weights";
  let description = [{
    Yields dw = dyᵀ·x and, where the layer has a bias, db = Σ dy over the batch.
    Sums run in ascending order, in f64, and are rounded to f32 once.

    Constraint:
    * LB1: the shapes are those of a `layerpipe.linear` with result dy.

    Example: `%dw, %db = layerpipe.linear_grad_weight %dy, %x : (tensor<4x2xf32>, tensor<4x3xf32>) -> (tensor<2x3xf32>, tensor<2xf32>)`
  }];
  let arguments = (ins Layerpipe_Tensor2:$dy, Layerpipe_Tensor2:$x);
  let results = (outs Layerpipe_Tensor2:$dweight, Optional<Layerpipe_Tensor1>:$dbias);
}

//===----------------------------------------------------------------------===//
// Convolution
//===----------------------------------------------------------------------===//

class Layerpipe_ConvGradientOp<string mnemonic, list<Trait> traits = []>
    : Layerpipe_WeightedGradientOp<mnemonic, traits> {
  let extraClassDeclaration = Layerpipe_WindowDeclaration;
}

def Conv2dBackwardOp : Layerpipe_ConvGradientOp<"conv2d_backward",
    [DeclareOpInterfaceMethods<CoupledBackwardOpInterface>]> {
  let summary = "all gradients of `layerpipe.conv2d` at once";
  let description = [{
    Yields the gradients of the input, the weight and, where there is one, the
    bias, bit for bit those of `layerpipe.conv2d_grad_input` and
    `layerpipe.conv2d_grad_weight`.

    Constraint:
    * VB1: the shapes are those of a `layerpipe.conv2d` with result dy and the
      same window and groups.

    Example: `%dx, %dw = layerpipe.conv2d_backward %dy, %x, %w {padding = 1} : (tensor<8x6x9x9xf32>, tensor<8x2x9x9xf32>, tensor<6x2x3x3xf32>) -> (tensor<8x2x9x9xf32>, tensor<6x2x3x3xf32>)`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$dy, Layerpipe_Tensor4:$x,
                            Layerpipe_Tensor4:$weight), Layerpipe_ConvWindow);
  let results = (outs Layerpipe_Tensor4:$dx, Layerpipe_Tensor4:$dweight,
                      Optional<Layerpipe_Tensor1>:$dbias);
}

def Conv2dGradInputOp : Layerpipe_ConvGradientOp<"conv2d_grad_input"> {
  let summary = "gradient of `layerpipe.conv2d` with respect to its input";
  let description = [{
    The result's type gives the input's size, which dy alone does not determine
    when the stride is larger than 1. Each element sums dy·w over its group's outputs,
    kh, kw in this order, where the tap kh, kw of an output position lies on it. The sum
    is kept in f64 and rounded to f32 once.

    Constraint:
    * VB1: the shapes are those of a `layerpipe.conv2d` with result dy and the
      same window and groups.

    Example: `%dx = layerpipe.conv2d_grad_input %dy, %w {padding = 1} : (tensor<8x6x9x9xf32>, tensor<6x2x3x3xf32>) -> tensor<8x2x9x9xf32>`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$dy, Layerpipe_Tensor4:$weight), Layerpipe_ConvWindow);
  let results = (outs Layerpipe_Tensor4:$dx);
}

def Conv2dGradWeightOp : Layerpipe_ConvGradientOp<"conv2d_grad_weight"> {
  let summary = "gradients of `layerpipe.conv2d` with respect to its weights";
  let description = [{
    Each element of dw sums dy·x over the batch and the output's rows and
    columns, in this order; positions in the padding are left out. db sums dy in
    the same order. Both sums are kept in f64 and rounded to f32 once.

    Constraint:
    * VB1: the shapes are those of a `layerpipe.conv2d` with result dy and the
      same window and groups.

    Example: `%dw, %db = layerpipe.conv2d_grad_weight %dy, %x {padding = 1} : (tensor<8x6x9x9xf32>, tensor<8x2x9x9xf32>) -> (tensor<6x2x3x3xf32>, tensor<6xf32>)`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$dy, Layerpipe_Tensor4:$x), Layerpipe_ConvWindow);
  let results = (outs Layerpipe_Tensor4:$dweight, Optional<Layerpipe_Tensor1>:$dbias);
}

//===----------------------------------------------------------------------===//
// Transposed convolution
//===----------------------------------------------------------------------===//

def ConvTranspose2dBackwardOp : Layerpipe_ConvGradientOp<"conv_transpose2d_backward",
    [DeclareOpInterfaceMethods<CoupledBackwardOpInterface>]> {
  let summary = "all gradients of `layerpipe.conv_transpose2d` at once";
  let description = [{
    Yields the gradients of the input, the weight and, where there is one, the
    bias, bit for bit those of `layerpipe.conv_transpose2d_grad_input` and
    `layerpipe.conv_transpose2d_grad_weight`.

    Constraint:
    * TB1: the shapes are those of a `layerpipe.conv_transpose2d` with result dy
      and the same window and groups.

    Example: `%dx, %dw = layerpipe.conv_transpose2d_backward %dy, %x, %w {stride = 2} : (tensor<8x3x9x9xf32>, tensor<8x6x4x4xf32>, tensor<6x3x3x3xf32>) -> (tensor<8x6x4x4xf32>, tensor<6x3x3x3xf32>)`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$dy, Layerpipe_Tensor4:$x,
                            Layerpipe_Tensor4:$weight), Layerpipe_ConvWindow);
  let results = (outs Layerpipe_Tensor4:$dx, Layerpipe_Tensor4:$dweight,
                      Optional<Layerpipe_Tensor1>:$dbias);
}

def ConvTranspose2dGradInputOp : Layerpipe_ConvGradientOp<"conv_transpose2d_grad_input"> {
  let summary = "gradient of `layerpipe.conv_transpose2d` with respect to its input";
  let description = [{
    This is the convolution of dy with the weight: each element sums dy·w over
    its group's outputs, kh, kw in this order. The sum is kept in f64 and rounded
    to f32 once.

    Constraint:
    * TB1: the shapes are those of a `layerpipe.conv_transpose2d` with result dy
      and the same window and groups.

    Example: `%dx = layerpipe.conv_transpose2d_grad_input %dy, %w {stride = 2} : (tensor<8x3x9x9xf32>, tensor<6x3x3x3xf32>) -> tensor<8x6x4x4xf32>`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$dy, Layerpipe_Tensor4:$weight),
                       Layerpipe_ConvWindow);
  let results = (outs Layerpipe_Tensor4:$dx);
}

def ConvTranspose2dGradWeightOp : Layerpipe_ConvGradientOp<"conv_transpose2d_grad_weight"> {
  let summary = "gradients of `layerpipe.conv_transpose2d` with respect to its weights";
  let description = [{
    Each element of dw sums x·dy over the batch and x's rows and columns, in this
    order; positions that the padding cut off are left out. db sums dy over the
    batch and its rows and columns. Both sums are kept in f64 and rounded to f32
    once.

    Constraint:
    * TB1: the shapes are those of a `layerpipe.conv_transpose2d` with result dy
      and the same window and groups.

    Example: `%dw, %db = layerpipe.conv_transpose2d_grad_weight %dy, %x {stride = 2} : (tensor<8x3x9x9xf32>, tensor<8x6x4x4xf32>) -> (tensor<6x3x3x3xf32>, tensor<3xf32>)`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$dy, Layerpipe_Tensor4:$x),
                       Layerpipe_ConvWindow);
  let results = (outs Layerpipe_Tensor4:$dweight, Optional<Layerpipe_Tensor1>:$dbias);
}

//===----------------------------------------------------------------------===//
// Ops without weights
//===----------------------------------------------------------------------===//

class Layerpipe_ActivationGradientOp<string mnemonic, list<Trait> traits>
    : Layerpipe_GradientOp<mnemonic,
        !listconcat([DeclareOpInterfaceMethods<ComputeOpInterface>,
                     DeclareOpInterfaceMethods<SplittableOpInterface>], traits)>;

def AccumulateOp : Layerpipe_ActivationGradientOp<"accumulate", [
    SameOperandsAndResultType, DeclareOpInterfaceMethods<LoopOpInterface>]> {
  let summary = "sum of two gradients of one value that is read twice, or of two partial sums";
  let description = [{
    `of_weights` tells that the value is a shared weight: the sum is then part of
    the weight's gradient, not of an activation's.

    Example: `%d = layerpipe.accumulate %d1, %d2 : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$a, Layerpipe_AnyTensor:$b, UnitAttr:$of_weights);
  let results = (outs Layerpipe_AnyTensor:$sum);
  let hasVerifier = 0;
}

def MaxPool2dGradOp : Layerpipe_ActivationGradientOp<"max_pool2d_grad",
    [DeclareOpInterfaceMethods<KernelOpInterface>]> {
  let summary = "gradient of `layerpipe.max_pool2d`";
  let description = [{
    Each dy goes to the first largest element of the image in its window, row by
    row; a NaN counts as larger than any number. Where windows overlap, an element sums the
    dy it gets in their order, in f64, and the sum is rounded to f32 once.

    Constraint:
    * MB1: the shapes are those of a pooling with result dy and the same window.

    Example: `%dx = layerpipe.max_pool2d_grad %dy, %x {kernel = 2, stride = 2} : (tensor<8x6x14x14xf32>, tensor<8x6x28x28xf32>) -> tensor<8x6x28x28xf32>`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$dy, Layerpipe_Tensor4:$x), Layerpipe_PoolWindow);
  let results = (outs Layerpipe_Tensor4:$dx);
  let extraClassDeclaration = Layerpipe_WindowDeclaration;
}

def AvgPool2dGradOp : Layerpipe_ActivationGradientOp<"avg_pool2d_grad",
    [DeclareOpInterfaceMethods<KernelOpInterface>]> {
  let summary = "gradient of `layerpipe.avg_pool2d`";
  let description = [{
    The result's type gives the size of the pooled image. Every element in a
    window gets dy divided by the number that the mean was divided by; where windows overlap, it sums them in
    their order, in f64, and the sum is rounded to f32 once.

    Constraint:
    * MB1: the shapes are those of a pooling with result dy and the same window.

    Example: `%dx = layerpipe.avg_pool2d_grad %dy {kernel = 2, stride = 2} : (tensor<8x6x14x14xf32>) -> tensor<8x6x28x28xf32>`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$dy), Layerpipe_PoolWindow,
                       (ins UnitAttr:$count_padding));
  let results = (outs Layerpipe_Tensor4:$dx);
  let extraClassDeclaration = Layerpipe_WindowDeclaration;
}

def FlattenGradOp : Layerpipe_ActivationGradientOp<"flatten_grad", [ViewOpInterface]> {
  let summary = "gradient of `layerpipe.flatten`: [batch, features] back to [batch, …]";
  let description = [{
    Constraint:
    * FB1: flattening the result's type gives dy's.

    Example: `%dx = layerpipe.flatten_grad %dy : (tensor<8x400xf32>) -> tensor<8x16x5x5xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor2:$dy);
  let results = (outs Layerpipe_Tensor:$dx);
}

//===----------------------------------------------------------------------===//
// Losses
//===----------------------------------------------------------------------===//

class Layerpipe_LossGradientOp<string mnemonic, list<string> declared = []>
    : Layerpipe_GradientOp<mnemonic, [
    DeclareOpInterfaceMethods<ComputeOpInterface>,
    DeclareOpInterfaceMethods<BatchLossOpInterface, declared>,
    DeclareOpInterfaceMethods<KernelOpInterface>]>;

def SoftmaxCrossEntropyGradOp : Layerpipe_LossGradientOp<"softmax_cross_entropy_grad", ["joinParts"]> {
  let summary = "gradient of the cross-entropy: (softmax(logits) − onehot(labels)) / labels";
  let description = [{
    With m the largest of a row z, a position's gradient at class c is
    exp(z[c] − m)/T/N, and at its label −R/T/N, where R sums exp(z − m)
    over all classes but the label, in ascending order, and T is R + exp(z[label]
    − m). N is the number of labels that the loss counts, and 1 where it is a
    sum; the gradient of a position that is ignored is 0. Only differences of
    logits enter, so that a number added to a whole row changes nothing. All of
    it is f64; each element is rounded to f32 once. Operands and attributes are
    those of the loss.

    Constraints:
    * X1, X3, X4: as for `layerpipe.softmax_cross_entropy`.
    * X2: the result has the logits' type.

    Example: `%d = layerpipe.softmax_cross_entropy_grad %y, %t : (tensor<4x10xf32>, tensor<4xi32>) -> tensor<4x10xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$logits, Layerpipe_Integers:$labels,
                       Optional<Layerpipe_Integers>:$population, UnitAttr:$sum,
                       OptionalAttr<I64Attr>:$ignored);
  let results = (outs Layerpipe_Tensor:$dlogits);
}

def MeanSquaredErrorGradOp : Layerpipe_LossGradientOp<"mean_squared_error_grad"> {
  let summary = "gradient of the squared error: 2·(prediction − target) / elements";
  let description = [{
    Each element is computed in f64 and rounded to f32 once.

    Constraints:
    * Q1: prediction and target have one type.
    * Q2: the result has the prediction's type.

    Example: `%d = layerpipe.mean_squared_error_grad %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$prediction, Layerpipe_AnyTensor:$target);
  let results = (outs Layerpipe_AnyTensor:$dprediction);
}

} // opDocGroup

#endif // LAYERPIPE_GRADIENT_OPS
