//===- LayerpipeLayerOps.td - forward ops and losses -----------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_LAYER_OPS
#define LAYERPIPE_LAYER_OPS

include "Layerpipe/IR/LayerpipeAttrs.td"
include "Layerpipe/IR/LayerpipeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

let opDocGroup = Layerpipe_LayerGroup in {

class Layerpipe_LayerOp<string mnemonic, list<Trait> traits = []>
    : Layerpipe_Op<mnemonic, !listconcat([Pure, Layerpipe_ShapeRules, InferTypeOpAdaptor], traits)> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

// A forward op with weights is the head of a layer.
class Layerpipe_WeightedOp<string mnemonic> : Layerpipe_LayerOp<mnemonic, [
    DeclareOpInterfaceMethods<ComputeOpInterface, ["getMacCount"]>,
    DeclareOpInterfaceMethods<DifferentiableOpInterface, ["getWeights"]>,
    DeclareOpInterfaceMethods<KernelOpInterface>,
    DeclareOpInterfaceMethods<SplittableOpInterface>]>;

// A forward op without weights belongs to the layer before it.
class Layerpipe_ActivationOp<string mnemonic, list<Trait> traits> : Layerpipe_LayerOp<mnemonic,
    !listconcat([DeclareOpInterfaceMethods<ComputeOpInterface>,
                 DeclareOpInterfaceMethods<DifferentiableOpInterface>,
                 DeclareOpInterfaceMethods<SplittableOpInterface>], traits)>;

def LinearOp : Layerpipe_WeightedOp<"linear"> {
  let summary = "fully connected layer: y = x wᵀ + b";
  let description = [{
    x is [batch, in], w is [out, in], b, if given, is [out]; y is [batch, out].
    The sum over `in` runs in ascending order and starts with the bias; it is
    kept in f64 and rounded to f32 once.

    Constraints:
    * L1: w's second dimension equals x's.
    * L2: b's length equals w's first dimension.

    Example: `%y = layerpipe.linear %x, %w, %b : (tensor<4x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<4x2xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor2:$x, Layerpipe_Tensor2:$weight,
                       Optional<Layerpipe_Tensor1>:$bias);
  let results = (outs Layerpipe_Tensor2:$result);
}

def Conv2dOp : Layerpipe_WeightedOp<"conv2d"> {
  let summary = "two-dimensional convolution (cross-correlation)";
  let description = [{
    x is [batch, in, h, w], the weight [out, in, kh, kw], b, if given, [out]; y
    is [batch, out, ⌊(h + 2·padding − kh)/stride⌋ + 1, …]. Padding adds zeros on
    all four sides. The sum runs over in, kh, kw in this order and starts with
    the bias; what a tap meets in the padding is left out of it. It is kept in
    f64 and rounded to f32 once.

    Constraints:
    * V1: the weight's second dimension equals x's channels.
    * V2: b's length equals the weight's first dimension.
    * V3: stride is at least 1, padding at least 0.
    * V4: the padded image is at least as large as the kernel, and the kernel at
      least as large as the padding.

    Example: `%y = layerpipe.conv2d %x, %w {stride = 1, padding = 2} : (tensor<8x1x28x28xf32>, tensor<6x1x5x5xf32>) -> tensor<8x6x28x28xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor4:$x, Layerpipe_Tensor4:$weight,
                       Optional<Layerpipe_Tensor1>:$bias,
                       DefaultValuedAttr<I64Attr, "1">:$stride,
                       DefaultValuedAttr<I64Attr, "0">:$padding);
  let results = (outs Layerpipe_Tensor4:$result);
}

class Layerpipe_PoolOp<string mnemonic> : Layerpipe_ActivationOp<mnemonic,
    [DeclareOpInterfaceMethods<KernelOpInterface>]> {
  let arguments = (ins Layerpipe_Tensor4:$x, I64Attr:$kernel, I64Attr:$stride);
  let results = (outs Layerpipe_Tensor4:$result);
}

def MaxPool2dOp : Layerpipe_PoolOp<"max_pool2d"> {
  let summary = "largest value of each window";
  let description = [{
    x is [batch, c, h, w]; windows are square, without padding; the result is
    [batch, c, ⌊(h − kernel)/stride⌋ + 1, …]. A NaN counts as larger than any
    number, so that it is not lost.

    Constraints:
    * W1: kernel and stride are at least 1.
    * W2: the image is at least as large as the window.

    Example: `%y = layerpipe.max_pool2d %x {kernel = 2, stride = 2} : (tensor<8x6x28x28xf32>) -> tensor<8x6x14x14xf32>`
  }];
}

def AvgPool2dOp : Layerpipe_PoolOp<"avg_pool2d"> {
  let summary = "mean of each window";
  let description = [{
    Shapes and constraints W1 and W2 are as for `layerpipe.max_pool2d`. The window
    is summed row by row in f64, and the sum divided by kernel² is rounded to
    f32 once.

    Example: `%y = layerpipe.avg_pool2d %x {kernel = 2, stride = 2} : (tensor<8x6x28x28xf32>) -> tensor<8x6x14x14xf32>`
  }];
}

def FlattenOp : Layerpipe_ActivationOp<"flatten", [ViewOpInterface]> {
  let summary = "one row per sample: [batch, …] to [batch, features]";
  let description = [{
    Keeps every byte; only the type changes.

    Constraint:
    * F1: x has at least one dimension.

    Example: `%y = layerpipe.flatten %x : (tensor<8x16x5x5xf32>) -> tensor<8x400xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$x);
  let results = (outs Layerpipe_Tensor2:$result);
}

// Losses are not Pure: nothing in the graph reads the loss, but the run reports
// it.
class Layerpipe_LossOp<string mnemonic> : Layerpipe_Op<mnemonic, [
    Layerpipe_ShapeRules, InferTypeOpAdaptor, DeclareOpInterfaceMethods<ComputeOpInterface>,
    DeclareOpInterfaceMethods<LossOpInterface>,
    DeclareOpInterfaceMethods<KernelOpInterface>]> {
  let results = (outs Layerpipe_Scalar:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def SoftmaxCrossEntropyOp : Layerpipe_LossOp<"softmax_cross_entropy"> {
  let summary = "cross-entropy: mean over the batch of −log softmax(logits)[label]";
  let description = [{
    logits is [batch, classes], labels [batch] of i32 in 0 … classes − 1; a
    label outside is an error of the run.

    With m the largest of a row z, the first of equals, a sample's loss is
    log(1 + Σ exp(z − m)) + (m − z[label]), the sum running over all classes
    but that of m. Only differences of logits enter, so that a number added to
    a whole row changes nothing, and nothing cancels where the loss is small.
    The sums over classes and over the batch run in ascending order, the latter
    is divided by the batch. All of it is f64; the result is rounded to f32
    once.

    Constraint:
    * X1: as many labels as rows of logits.

    Example: `%l = layerpipe.softmax_cross_entropy %y, %t : (tensor<4x10xf32>, tensor<4xi32>) -> tensor<f32>`
  }];
  let arguments = (ins Layerpipe_Tensor2:$logits, Layerpipe_Classes:$labels);
}

def MeanSquaredErrorOp : Layerpipe_LossOp<"mean_squared_error"> {
  let summary = "squared error: mean over all elements of (prediction − target)²";
  let description = [{
    The squares are summed in the order of the elements, and the sum divided by
    their number. All of it is f64, differences and squares included; the
    result is rounded to f32 once, so that the mean of many elements is as good
    as that of few.

    Constraint:
    * Q1: prediction and target have one type.

    Example: `%l = layerpipe.mean_squared_error %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>`
  }];
  let arguments = (ins Layerpipe_AnyTensor:$prediction, Layerpipe_AnyTensor:$target);
}

} // opDocGroup

#endif // LAYERPIPE_LAYER_OPS
