//===- LayerpipeOpaqueOps.td - layers known by their cost ------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An opaque layer has a computation that is not described, and gradients in
// both forms.
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_OPAQUE_OPS
#define LAYERPIPE_OPAQUE_OPS

include "Layerpipe/IR/LayerpipeAttrs.td"
include "Layerpipe/IR/LayerpipeInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

let opDocGroup = Layerpipe_OpaqueGroup in {

// These are costs by direction; an op has at least one of the two lists.
defvar Layerpipe_Costs = (ins OptionalAttr<DenseI64ArrayAttr>:$macs,
                              OptionalAttr<DenseI64ArrayAttr>:$nanoseconds);

// These are the axes along which a layer's work may be cut.
defvar Layerpipe_Axes = (ins OptionalAttr<I64Attr>:$samples,
                             OptionalAttr<I64Attr>:$output_channels,
                             OptionalAttr<I64Attr>:$input_channels);

class Layerpipe_OpaqueOp<string mnemonic, list<Trait> traits> : Layerpipe_Op<mnemonic,
    !listconcat([Pure, DeclareOpInterfaceMethods<ComputeOpInterface,
                                                 ["getMacCount", "getMeasuredTime"]>,
                  DeclareOpInterfaceMethods<SplittableOpInterface, ["buildPart"]>],
                traits)> {
  let hasVerifier = 1;
}

def OpaqueOp : Layerpipe_OpaqueOp<"opaque", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<DifferentiableOpInterface,
                              ["getWeights", "beginsLayer", "getLayerName"]>]> {
  let summary = "a layer of which only the cost is known";
  let description = [{
    Stands for a layer that layerpipe has no op for, or of which only a profile
    exists. It can be scheduled, but neither interpreted nor compiled. An opaque
    op is a layer of its own, with weights or without.

    `macs` and `nanoseconds` are three numbers: the cost of the forward, of the
    gradients with respect to all inputs, and of those with respect to all
    weights. `--layerpipe-estimate-costs` reads the list that its model needs.

    Its gradients read what those of a layer with an activation function read:
    the gradients with respect to the inputs read the weights and the layer's
    result, and those with respect to the weights read the layer's inputs.

    `samples`, `output_channels` and `input_channels` say along what the layer's
    work may be cut, and how long these axes are; without them it stays whole.
    Samples are dimension 0 of all values but weights. Channels are dimension 1
    of values; weights have output channels along dimension 0 and input channels
    along dimension 1. An input of static shape whose size differs is read whole.

    | op | along samples | along output channels | along input channels |
    | --- | --- | --- | --- |
    | forward | slices of inputs, of the result | slices of weights, of the result | |
    | both gradients | slices of dy, y and inputs, of input gradients; weight gradients are summed | | |
    | input gradients | slices of dy and y, of the gradients | | slices of weights, of the gradients |
    | weight gradients | slices of dy and inputs; gradients are summed | slices of dy, of the gradients | slices of inputs, of the gradients |

    Values of measured layers have types that tell only their bytes
    ([`#layerpipe.bytes`](#bytesattr)).

    Constraints:
    * O1: the name is not empty.
    * O2: `macs` or `nanoseconds` is given; each has three numbers, none
      negative.
    * O3: there is at least one input.
    * OA1: the axes are between 1 and 2^48 long.
    * OA2: where its shape is static, the layer's result (or dy) has the samples
      as dimension 0 and the output channels as dimension 1.
    * OA3: where there are channels, weights of static shape have the output
      channels as dimension 0 and the input channels as dimension 1.

    Example:
    ```mlir
    layerpipe.graph training @opaque {
      %x = layerpipe.parameter "x.example" constant(0.0) : tensor<8x64xf32>
      %w = layerpipe.parameter "w.example" constant(0.0) : tensor<64x192xf32>
      %y = layerpipe.opaque "attention"(%x) weights(%w : tensor<64x192xf32>) {macs = array<i64: 100, 100, 50>} : (tensor<8x64xf32>) -> tensor<8x64xf32>
    }
    ```
  }];
  let arguments = !con((ins StrAttr:$name, Variadic<Layerpipe_AnyTensor>:$inputs,
                            Variadic<Layerpipe_AnyTensor>:$weights), Layerpipe_Costs, Layerpipe_Axes);
  let builders = [
    // Builds a layer of which only times are known: those of the forward and of
    // both kinds of gradients.
    OpBuilder<(ins "::mlir::Type":$result, "::llvm::StringRef":$name,
                   "::mlir::ValueRange":$inputs, "::mlir::ValueRange":$weights,
                   "::llvm::ArrayRef<int64_t>":$nanoseconds), [{
      build($_builder, $_state, result, name, inputs, weights,
            /*macs=*/nullptr, $_builder.getDenseI64ArrayAttr(nanoseconds),
            /*samples=*/nullptr, /*output_channels=*/nullptr,
            /*input_channels=*/nullptr);
    }]>
  ];
  let results = (outs Layerpipe_AnyTensor:$result);
  let assemblyFormat = [{
    $name `(` $inputs `)` (`weights` `(` $weights^ `:` type($weights) `)`)? attr-dict
    `:` functional-type($inputs, results)
  }];
}

def OpaqueBackwardOp : Layerpipe_OpaqueOp<"opaque_backward", [AttrSizedOperandSegments,
    AttrSizedResultSegments, DeclareOpInterfaceMethods<CoupledBackwardOpInterface>]> {
  let summary = "all gradients of a `layerpipe.opaque` with weights at once";
  let description = [{
    Yields a gradient for each input that needs one, and one for each weight.
    `macs` and `nanoseconds` are two numbers: inputs and weights.

    Constraints:
    * OB1: dy has the type of the layer's result.
    * OB2: `macs` or `nanoseconds` is given; each has one number for each kind
      of gradient, none negative.
    * OB3: there is at least one gradient of each kind.
    * OB4: each gradient with respect to a weight has the weight's type, and
      each with respect to an input some input's type.
    * OA1: the axes are between 1 and 2^48 long.
    * OA2: where its shape is static, the layer's result (or dy) has the samples
      as dimension 0 and the output channels as dimension 1.
    * OA3: where there are channels, weights of static shape have the output
      channels as dimension 0 and the input channels as dimension 1.

    Example:
    ```mlir
    layerpipe.graph training @opaque_backward {
      %dy = layerpipe.parameter "dy.example" constant(0.0) : tensor<8x64xf32>
      %y = layerpipe.parameter "y.example" constant(0.0) : tensor<8x64xf32>
      %x = layerpipe.parameter "x.example" constant(0.0) : tensor<8x64xf32>
      %w = layerpipe.parameter "w.example" constant(0.0) : tensor<64x192xf32>
      %dx, %dw = layerpipe.opaque_backward %dy, %y inputs(%x : tensor<8x64xf32>) weights(%w : tensor<64x192xf32>) {macs = array<i64: 100, 50>} : (tensor<8x64xf32>, tensor<8x64xf32>) -> (tensor<8x64xf32>), (tensor<64x192xf32>)
    }
    ```
  }];
  let arguments = !con((ins Layerpipe_AnyTensor:$dy, Layerpipe_AnyTensor:$y,
                            Variadic<Layerpipe_AnyTensor>:$inputs,
                            Variadic<Layerpipe_AnyTensor>:$weights), Layerpipe_Costs, Layerpipe_Axes);
  let results = (outs Variadic<Layerpipe_AnyTensor>:$dinputs, Variadic<Layerpipe_AnyTensor>:$dweights);
  let assemblyFormat = [{
    $dy `,` $y `inputs` `(` $inputs `:` type($inputs) `)`
    `weights` `(` $weights `:` type($weights) `)` attr-dict
    `:` `(` type($dy) `,` type($y) `)` `->` `(` type($dinputs) `)` `,` `(` type($dweights) `)`
  }];
}

def OpaqueGradInputOp : Layerpipe_OpaqueOp<"opaque_grad_input", []> {
  let summary = "gradients of a `layerpipe.opaque` with respect to its inputs";
  let description = [{
    Yields a gradient for each input that needs one. `macs` and `nanoseconds` are
    one number.

    Constraints:
    * OB1: dy has the type of the layer's result.
    * OB2: `macs` or `nanoseconds` is given; each has one number for each kind
      of gradient, none negative.
    * OB3: there is at least one gradient of each kind.
    * OA1: the axes are between 1 and 2^48 long.
    * OA2: where its shape is static, the layer's result (or dy) has the samples
      as dimension 0 and the output channels as dimension 1.
    * OA3: where there are channels, weights of static shape have the output
      channels as dimension 0 and the input channels as dimension 1.

    Example:
    ```mlir
    layerpipe.graph training @opaque_grad_input {
      %dy = layerpipe.parameter "dy.example" constant(0.0) : tensor<8x64xf32>
      %y = layerpipe.parameter "y.example" constant(0.0) : tensor<8x64xf32>
      %w = layerpipe.parameter "w.example" constant(0.0) : tensor<64x192xf32>
      %dx = layerpipe.opaque_grad_input %dy, %y weights(%w : tensor<64x192xf32>) {macs = array<i64: 100>} : (tensor<8x64xf32>, tensor<8x64xf32>) -> tensor<8x64xf32>
    }
    ```
  }];
  let arguments = !con((ins Layerpipe_AnyTensor:$dy, Layerpipe_AnyTensor:$y,
                            Variadic<Layerpipe_AnyTensor>:$weights), Layerpipe_Costs, Layerpipe_Axes);
  let results = (outs Variadic<Layerpipe_AnyTensor>:$dinputs);
  let assemblyFormat = [{
    $dy `,` $y (`weights` `(` $weights^ `:` type($weights) `)`)? attr-dict
    `:` `(` type($dy) `,` type($y) `)` `->` type($dinputs)
  }];
}

def OpaqueGradWeightOp : Layerpipe_OpaqueOp<"opaque_grad_weight", []> {
  let summary = "gradients of a `layerpipe.opaque` with respect to its weights";
  let description = [{
    Yields a gradient for each weight. `macs` and `nanoseconds` are one number.

    Constraints:
    * OB2: `macs` or `nanoseconds` is given; each has one number for each kind
      of gradient, none negative.
    * OB3: there is at least one gradient of each kind.
    * OA1: the axes are between 1 and 2^48 long.
    * OA2: where its shape is static, the layer's result (or dy) has the samples
      as dimension 0 and the output channels as dimension 1.
    * OA3: where there are channels, weights of static shape have the output
      channels as dimension 0 and the input channels as dimension 1.

    Example:
    ```mlir
    layerpipe.graph training @opaque_grad_weight {
      %dy = layerpipe.parameter "dy.example" constant(0.0) : tensor<8x64xf32>
      %x = layerpipe.parameter "x.example" constant(0.0) : tensor<8x64xf32>
      %dw = layerpipe.opaque_grad_weight %dy inputs(%x : tensor<8x64xf32>) {macs = array<i64: 50>} : (tensor<8x64xf32>) -> tensor<64x192xf32>
    }
    ```
  }];
  let arguments = !con((ins Layerpipe_AnyTensor:$dy, Variadic<Layerpipe_AnyTensor>:$inputs),
                       Layerpipe_Costs, Layerpipe_Axes);
  let results = (outs Variadic<Layerpipe_AnyTensor>:$dweights);
  let assemblyFormat = [{
    $dy `inputs` `(` $inputs `:` type($inputs) `)` attr-dict
    `:` `(` type($dy) `)` `->` type($dweights)
  }];
}

} // opDocGroup

#endif // LAYERPIPE_OPAQUE_OPS
