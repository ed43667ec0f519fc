//===- LayerpipeAttrs.td - phases, task kinds, initialisers, parts -*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ATTRS
#define LAYERPIPE_ATTRS

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "Layerpipe/IR/LayerpipeDialect.td"

def Layerpipe_Phase : I32EnumAttr<"Phase", "how far a graph has come", [
    I32EnumAttrCase<"forward", 0>, I32EnumAttrCase<"training", 1>,
    I32EnumAttrCase<"pipelined", 2>, I32EnumAttrCase<"scheduled", 3>]> {
  let cppNamespace = "::layerpipe";
}

// This is the role of an op, and of the task that groups such ops. Ops of the
// role `activation_grad` join the backward of their layer unless they are kept
// apart.
def Layerpipe_TaskKind : I32EnumAttr<"TaskKind", "role in the training graph", [
    I32EnumAttrCase<"forward", 0>, I32EnumAttrCase<"loss", 1>,
    I32EnumAttrCase<"activation_grad", 2>, I32EnumAttrCase<"backward", 3>,
    I32EnumAttrCase<"grad_input", 4>, I32EnumAttrCase<"grad_weight", 5>,
    I32EnumAttrCase<"update", 6>]> {
  let cppNamespace = "::layerpipe";
}

// This says how a parameter's elements start: all equal to a constant, or drawn
// from [-bound, bound).
def Layerpipe_Init : I32EnumAttr<"Init", "a parameter's initialiser", [
    I32EnumAttrCase<"constant", 0>, I32EnumAttrCase<"uniform", 1>]> {
  let cppNamespace = "::layerpipe";
}

// This says along what an op is cut into parts: the samples of the batch, or
// the channels (features) of its layer's result or input.
def Layerpipe_SplitAxis : I32EnumAttr<"SplitAxis", "what an op is cut along", [
    I32EnumAttrCase<"batch", 0>, I32EnumAttrCase<"output_channels", 1>,
    I32EnumAttrCase<"input_channels", 2>]> {
  let cppNamespace = "::layerpipe";
}

// This says how the results of the parts make that of the whole.
def Layerpipe_Combine : I32EnumAttr<"Combine", "how parts make the whole", [
    I32EnumAttrCase<"concatenate", 0>, I32EnumAttrCase<"sum", 1>]> {
  let cppNamespace = "::layerpipe";
}

def Layerpipe_PartAttr : AttrDef<Layerpipe_Dialect, "Part"> {
  let mnemonic = "part";
  let summary = "which part of a task that was split another one is";
  let description = [{
    The part computes positions `begin` to `end` − 1 of the `length` that the
    whole task has along `axis`. `combine` is sum where results of the parts are
    added up, and concatenate where all of them only stand side by side.

    Example: `#layerpipe.part<"fc2.grad_input", input_channels, 0 to 256 of 784, concatenate>`
  }];
  let parameters = (ins "::mlir::StringAttr":$whole, EnumParameter<Layerpipe_SplitAxis>:$axis,
                        "int64_t":$begin, "int64_t":$end, "int64_t":$length,
                        EnumParameter<Layerpipe_Combine>:$combine);
  let assemblyFormat = "`<` $whole `,` $axis `,` $begin `to` $end `of` $length `,` $combine `>`";
}

#endif // LAYERPIPE_ATTRS
