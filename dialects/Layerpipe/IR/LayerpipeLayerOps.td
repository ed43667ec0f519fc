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
include "Layerpipe/IR/LayerpipeWindows.td"
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
    x is [batch, in, h, w], the weight [out, in/groups, kh, kw], b, if given,
    [out]; y is [batch, out, ⌊(h + top + bottom − dilation·(kh − 1) − 1)/stride⌋
    + 1, …]. Padding adds zeros around the image. The channels of input and
    output are cut into as many groups, and a group of outputs sees its group of
    inputs only. The sum runs over the group's inputs, kh, kw in this order and
    starts with the bias; what a tap meets in the padding is left out of it. It
    is kept in f64 and rounded to f32 once.

    `stride` and `dilation`, 1 where they are left out, are one integer or
    `array<i64: h, w>`; `padding`, 0 where it is left out, is one integer or
    `array<i64: top, left, bottom, right>`, which is ONNX's order [h_begin,
    w_begin, h_end, w_end].

    A convolution of several groups can be split by samples only.

    Constraints:
    * V1: the weight's second dimension times groups equals x's channels.
    * V2: b's length equals the weight's first dimension.
    * V3: the kernel, stride and dilation are at least 1, padding at least 0, and
      none is greater than 2^24.
    * V4: the padded image is at least as large as the kernel with its dilation.
    * V5: groups is at least 1, and as many groups of output channels are equal.

    Example: `%y = layerpipe.conv2d %x, %w {stride = 1, padding = 2} : (tensor<8x1x28x28xf32>, tensor<6x1x5x5xf32>) -> tensor<8x6x28x28xf32>`

    Example: `%y = layerpipe.conv2d %x, %w {stride = array<i64: 2, 1>, padding = array<i64: 0, 1, 1, 1>, groups = 6} : (tensor<8x6x28x28xf32>, tensor<12x1x3x3xf32>) -> tensor<8x12x14x28xf32>`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$x, Layerpipe_Tensor4:$weight,
                            Optional<Layerpipe_Tensor1>:$bias), Layerpipe_ConvWindow);
  let results = (outs Layerpipe_Tensor4:$result);
  let extraClassDeclaration = Layerpipe_WindowDeclaration;
}

def ConvTranspose2dOp : Layerpipe_WeightedOp<"conv_transpose2d"> {
  let summary = "two-dimensional transposed convolution";
  let description = [{
    This is the gradient of a `layerpipe.conv2d` with respect to its input, as a
    forward op: it enlarges images. x is [batch, in, h, w], the weight [in,
    out/groups, kh, kw], b, if given, [out]; y is [batch, out, stride·(h − 1) +
    dilation·(kh − 1) + 1 − top − bottom + output_padding, …]. The convolution
    with the same weight, window and groups makes of y's shape that of x. Each
    element starts with the bias and sums x·w over the group's inputs, kh, kw in
    this order, where the tap kh, kw of an input position lies on it. The sum is
    kept in f64 and rounded to f32 once.

    Attributes are those of `layerpipe.conv2d`; padding is cut off the result.
    `output_padding`, 0 where it is left out, is one integer or
    `array<i64: h, w>`: so many rows and columns at the end, which the result
    has where a stride leaves its size open.

    A transposed convolution of several groups can be split by samples only.

    Constraints:
    * V3, V5: as for `layerpipe.conv2d`.
    * VT1: the weight's first dimension equals x's channels.
    * VT2: b's length equals the weight's second dimension times groups.
    * VT3: output_padding is at least 0 and less than stride.
    * VT4: x and the result have at least one row and one column.

    Example: `%y = layerpipe.conv_transpose2d %x, %w {stride = 2, padding = 1, output_padding = 1} : (tensor<8x6x14x14xf32>, tensor<6x3x3x3xf32>) -> tensor<8x3x28x28xf32>`
  }];
  let arguments = !con((ins Layerpipe_Tensor4:$x, Layerpipe_Tensor4:$weight,
                            Optional<Layerpipe_Tensor1>:$bias), Layerpipe_ConvWindow,
                       (ins OptionalAttr<Layerpipe_PerAxis>:$output_padding));
  let results = (outs Layerpipe_Tensor4:$result);
  let extraClassDeclaration = Layerpipe_WindowDeclaration;
}

class Layerpipe_PoolOp<string mnemonic, dag flags = (ins)> : Layerpipe_ActivationOp<mnemonic,
    [DeclareOpInterfaceMethods<KernelOpInterface>]> {
  let arguments = !con((ins Layerpipe_Tensor4:$x), Layerpipe_PoolWindow, flags);
  let results = (outs Layerpipe_Tensor4:$result);
  let extraClassDeclaration = Layerpipe_WindowDeclaration;
}

def MaxPool2dOp : Layerpipe_PoolOp<"max_pool2d"> {
  let summary = "largest value of each window";
  let description = [{
    x is [batch, c, h, w]; the result is [batch, c, ⌊(h + top + bottom −
    dilation·(kh − 1) − 1)/stride⌋ + 1, …]. What a window meets in the padding is
    left out. A NaN counts as larger than any number, so that it is not lost.

    `kernel`, `stride` and `dilation`, which is 1 where it is left out, are one
    integer or `array<i64: h, w>`; `padding`, 0 where it is left out, is one
    integer or `array<i64: top, left, bottom, right>`. With `ceil` the result's
    size is rounded up: a last window may reach over the padding's end, but not
    begin behind the image's.

    Constraints:
    * W1: kernel, stride and dilation are at least 1, padding at least 0, and none
      is greater than 2^24.
    * W2: there is at least one window: the padded image is as large as the
      kernel with its dilation; with `ceil` less than one stride may be missing.
    * W3: each window sees an element of the image.

    Example: `%y = layerpipe.max_pool2d %x {kernel = 2, stride = 2} : (tensor<8x6x28x28xf32>) -> tensor<8x6x14x14xf32>`

    Example: `%y = layerpipe.max_pool2d %x {kernel = 3, stride = 2, padding = 1, ceil} : (tensor<8x6x28x28xf32>) -> tensor<8x6x15x15xf32>`
  }];
}

def AvgPool2dOp : Layerpipe_PoolOp<"avg_pool2d", (ins UnitAttr:$count_padding)> {
  let summary = "mean of each window";
  let description = [{
    Shapes, attributes and constraints W1, W2 and W3 are as for
    `layerpipe.max_pool2d`. The elements of the image that a window sees are
    summed row by row in f64, and the sum divided by their number is rounded to
    f32 once. With `count_padding` the positions in the padding count, too, as
    zeros; those beyond it, which `ceil` lets a window reach, never do.

    Example: `%y = layerpipe.avg_pool2d %x {kernel = 2, stride = 2} : (tensor<8x6x28x28xf32>) -> tensor<8x6x14x14xf32>`

    Example: `%y = layerpipe.avg_pool2d %x {kernel = array<i64: 3, 1>, stride = 1, padding = array<i64: 1, 0, 1, 0>, count_padding} : (tensor<8x6x28x28xf32>) -> tensor<8x6x28x28xf32>`
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

def MatmulOp : Layerpipe_LayerOp<"matmul", [
    DeclareOpInterfaceMethods<ComputeOpInterface, ["getMacCount"]>,
    DeclareOpInterfaceMethods<DifferentiableOpInterface>,
    DeclareOpInterfaceMethods<KernelOpInterface>,
    DeclareOpInterfaceMethods<SplittableOpInterface>]> {
  let summary = "matrix products of two tensors, one for each position before the last two dimensions";
  let description = [{
    a is […, rows, inner], b is […, inner, columns], and the result […, rows,
    columns]. `transpose_a` and `transpose_b` say that the last two dimensions of
    an operand are swapped. Each sum runs over `inner` in ascending order; it is
    kept in f64 and rounded to f32 once. The gradients are such products, too. A
    product with a matrix of weights is a `layerpipe.linear`.

    Constraints:
    * MM1: a and b have as many dimensions, at least two, and agree in all but
      the last two.
    * MM2: a has as many columns as b has rows, after the transposition.
    * MM3: not both operands are transposed.

    Example: `%y = layerpipe.matmul %a, %b {transpose_b} : (tensor<4x2x8x16xf32>, tensor<4x2x8x16xf32>) -> tensor<4x2x8x8xf32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$a, Layerpipe_Tensor:$b, UnitAttr:$transpose_a,
                       UnitAttr:$transpose_b);
  let results = (outs Layerpipe_Tensor:$result);
}

// Losses are not Pure: nothing in the graph reads the loss, but the run reports
// it.
class Layerpipe_LossOp<string mnemonic, list<string> declared = []> : Layerpipe_Op<mnemonic, [
    Layerpipe_ShapeRules, InferTypeOpAdaptor, DeclareOpInterfaceMethods<ComputeOpInterface>,
    DeclareOpInterfaceMethods<BatchLossOpInterface, declared>,
    DeclareOpInterfaceMethods<LossOpInterface>,
    DeclareOpInterfaceMethods<KernelOpInterface>]> {
  let results = (outs Layerpipe_Scalar:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

def SoftmaxCrossEntropyOp : Layerpipe_LossOp<"softmax_cross_entropy", ["joinParts"]> {
  let summary = "cross-entropy: mean over all labels of −log softmax(logits)[label]";
  let description = [{
    logits is [batch, classes, …], labels [batch, …] of i32 in 0 … classes − 1; a
    label outside is an error of the run. There is a label for each sample, or
    for each position of it, such as a pixel. A position's logits, one of each
    class, are its row.

    With m the largest of a row z, the first of equals, a position's loss is
    log(1 + Σ exp(z − m)) + (m − z[label]), the sum running over all classes
    but that of m. Only differences of logits enter, so that a number added to
    a whole row changes nothing, and nothing cancels where the loss is small.
    The sums over classes and over the labels run in ascending order, the latter
    is divided by the number of labels, unless `sum` is there. All of it is f64;
    the result is rounded to f32 once.

    Positions whose label is `ignored` are left out of the sum, and of the
    number of labels. A mean over no label at all is 0, and so is its gradient.
    The labels that are counted are those of `population`, where it is there:
    the batch is then a part of one that has these labels.

    Constraints:
    * X1: the labels' shape is that of the logits without the classes.
    * X3: there is a population only where labels are ignored, for a mean.
    * X4: `ignored` lies between −2^31 and 2^31 − 1.

    Example: `%l = layerpipe.softmax_cross_entropy %y, %t : (tensor<4x10xf32>, tensor<4xi32>) -> tensor<f32>`

    Example: `%l = layerpipe.softmax_cross_entropy %y, %t {ignored = -100} : (tensor<4x21x64x64xf32>, tensor<4x64x64xi32>) -> tensor<f32>`
  }];
  let arguments = (ins Layerpipe_Tensor:$logits, Layerpipe_Integers:$labels,
                       Optional<Layerpipe_Integers>:$population, UnitAttr:$sum,
                       OptionalAttr<I64Attr>:$ignored);
  let builders = [
    // Builds the mean over all labels.
    OpBuilder<(ins "::mlir::Value":$logits, "::mlir::Value":$labels), [{
      build($_builder, $_state, logits, labels, /*population=*/::mlir::Value(),
            /*sum=*/false, /*ignored=*/nullptr);
    }]>
  ];
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
