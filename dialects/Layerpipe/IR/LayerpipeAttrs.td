//===- LayerpipeAttrs.td - phases, task kinds, initialisers ----*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_ATTRS
#define LAYERPIPE_ATTRS

include "mlir/IR/EnumAttr.td"
include "Layerpipe/IR/LayerpipeDialect.td"

def Layerpipe_Phase : I32EnumAttr<"Phase", "how far a graph has come", [
    I32EnumAttrCase<"forward", 0>, I32EnumAttrCase<"training", 1>,
    I32EnumAttrCase<"pipelined", 2>, I32EnumAttrCase<"scheduled", 3>]> {
  let cppNamespace = "::layerpipe";
}

// The role of an op, and of the task that groups such ops. `activation_grad` is
// only an op's role: cheap backward ops join the task of their layer.
def Layerpipe_TaskKind : I32EnumAttr<"TaskKind", "role in the training graph", [
    I32EnumAttrCase<"forward", 0>, I32EnumAttrCase<"loss", 1>,
    I32EnumAttrCase<"activation_grad", 2>, I32EnumAttrCase<"backward", 3>,
    I32EnumAttrCase<"grad_input", 4>, I32EnumAttrCase<"grad_weight", 5>,
    I32EnumAttrCase<"update", 6>]> {
  let cppNamespace = "::layerpipe";
}

// How a parameter's elements start: all equal to a constant, or drawn from
// [-bound, bound).
def Layerpipe_Init : I32EnumAttr<"Init", "a parameter's initialiser", [
    I32EnumAttrCase<"constant", 0>, I32EnumAttrCase<"uniform", 1>]> {
  let cppNamespace = "::layerpipe";
}

#endif // LAYERPIPE_ATTRS
