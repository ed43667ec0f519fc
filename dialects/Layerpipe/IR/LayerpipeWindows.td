//===- LayerpipeWindows.td - attributes of windows -------------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_WINDOWS
#define LAYERPIPE_WINDOWS

include "mlir/IR/CommonAttrConstraints.td"

// One integer for all of `count` numbers, or an array of them.
class Layerpipe_Numbers<int count, string names> : Attr<
    Or<[I64Attr.predicate,
        And<[DenseI64ArrayAttr.predicate,
             CPred<"::llvm::cast<::mlir::DenseI64ArrayAttr>($_self).size() == " # count>]>]>,
    "an integer or array<i64: " # names # ">"> {
  let storageType = "::mlir::Attribute";
  let returnType = "::mlir::Attribute";
  let convertFromStorage = "$_self";
}
def Layerpipe_PerAxis : Layerpipe_Numbers<2, "h, w">;
def Layerpipe_PerSide : Layerpipe_Numbers<4, "top, left, bottom, right">;

// The weight says how large the kernel is.
defvar Layerpipe_ConvWindow = (ins OptionalAttr<Layerpipe_PerAxis>:$stride,
                                   OptionalAttr<Layerpipe_PerSide>:$padding,
                                   OptionalAttr<Layerpipe_PerAxis>:$dilation,
                                   DefaultValuedAttr<I64Attr, "1">:$groups);

defvar Layerpipe_PoolWindow = (ins Layerpipe_PerAxis:$kernel, Layerpipe_PerAxis:$stride,
                                   OptionalAttr<Layerpipe_PerSide>:$padding,
                                   OptionalAttr<Layerpipe_PerAxis>:$dilation,
                                   UnitAttr:$ceil);

defvar Layerpipe_WindowDeclaration = [{
  /// Returns what the attributes say, and for convolutions the weight's type.
  ::layerpipe::base::Window2d getWindow();
}];

#endif // LAYERPIPE_WINDOWS
