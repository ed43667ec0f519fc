//===- LayerpipeSliceOps.td - slices and concatenations --------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_SLICE_OPS
#define LAYERPIPE_SLICE_OPS

include "Layerpipe/IR/LayerpipeAttrs.td"
include "Layerpipe/IR/LayerpipeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

let opDocGroup = Layerpipe_SliceGroup in {

class Layerpipe_SliceOp<string mnemonic> : Layerpipe_Op<mnemonic, [
    Pure, Layerpipe_ShapeRules, InferTypeOpAdaptor,
    DeclareOpInterfaceMethods<ComputeOpInterface>, DeclareOpInterfaceMethods<CopyOpInterface>,
    DeclareOpInterfaceMethods<SplittableOpInterface>,
    DeclareOpInterfaceMethods<DifferentiableOpInterface>]> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def SliceOp : Layerpipe_SliceOp<"slice"> {
  let summary = "a slice of a tensor: some positions of one dimension";
  let description = [{
    Yields positions `begin` to `end` − 1 of the dimension, and all of every other
    dimension.

    Constraints:
    * SL1: x has that dimension.
    * SL2: 0 ≤ begin < end ≤ the dimension's size.
    * SL3: if, and only if, x is of measured bytes, `length` is given. It is the
      dimension's size: that of the slice where x is one along this dimension,
      and at most 2^48.

    Example: `%y = layerpipe.slice %x {begin = 0, dimension = 1, end = 2} : (tensor<4x3xf32>) -> tensor<4x2xf32>`
  }];
  let arguments = (ins Layerpipe_Any:$x, I64Attr:$dimension, I64Attr:$begin, I64Attr:$end,
                       OptionalAttr<I64Attr>:$length);
  let builders = [
    // Builds a slice of a value that has `length` positions along the dimension.
    OpBuilder<(ins "::mlir::Value":$x, "int64_t":$dimension, "int64_t":$begin,
                   "int64_t":$end, "int64_t":$length)>
  ];
  let results = (outs Layerpipe_Any:$result);
}

def ConcatOp : Layerpipe_SliceOp<"concat"> {
  let summary = "slices one after the other along one dimension";
  let description = [{
    Constraints:
    * CC1: there is at least one slice.
    * CC2: the slices have that dimension.
    * CC3: the slices agree in all other dimensions, and either all or none are
      of measured bytes.

    Example: `%y = layerpipe.concat %a, %b {dimension = 1} : (tensor<4x2xf32>, tensor<4x1xf32>) -> tensor<4x3xf32>`
  }];
  let arguments = (ins Variadic<Layerpipe_AnyTensor>:$slices, I64Attr:$dimension);
  let results = (outs Layerpipe_AnyTensor:$result);
}

} // opDocGroup

#endif // LAYERPIPE_SLICE_OPS
