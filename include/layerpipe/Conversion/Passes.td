//===- Passes.td - from scheduled graphs to native code --------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_CONVERSION_PASSES
#define LAYERPIPE_CONVERSION_PASSES

include "mlir/Pass/PassBase.td"

def ConvertLayerpipeToSched : Pass<"convert-layerpipe-to-sched", "::mlir::ModuleOp"> {
  let summary = "Make a static program from each scheduled graph";
  let description = [{
    Every `layerpipe.graph` of phase scheduled becomes a `sched.program`: its
    tasks become slots of their processors, its streams become ring buffers with
    as many slots as the schedule keeps values alive, its delays become read
    distances, and every value that crosses processors gets a channel. The
    forward tasks on which the loss' prediction depends are repeated as
    `sched.evaluation`.

    The host fills `input` and `labels` ahead of time, and reads the loss late:
    these rings are longer than the schedule needs.
  }];
  let dependentDialects = ["::layerpipe::sched::SchedDialect"];
}

def SchedPlaceBuffers : Pass<"sched-place-buffers", "::layerpipe::sched::ProgramOp"> {
  let summary = "Place all buffers of a program in one arena";
  let description = [{
    Buffers lie at multiples of 64 bytes. A value that one processor makes and
    uses, and that is dead before the next one is made, shares memory with others
    whose lifetimes permit it. The largest is placed first, and each where it
    first fits. All other buffers have memory of their own. A program that is
    placed already is placed anew.
  }];
}

def ConvertSchedToLLVM : Pass<"convert-sched-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Lower a program to functions, a manifest and a function table";
  let description = [{
    Each slot becomes a function of the runtime's task ABI
    (layerpipe/Runtime/ProgramABI.h): ops that a kernel library executes become
    calls of `layerpipe_kernel_execute`, runs of up to 32 elementwise ops of one
    size become one loop, slices and concatenations become copies of blocks, and
    views share memory. A slot of more than 128 ops becomes several functions,
    which the slot's own function calls, and slots of equal code share one
    function: LLVM's time for a network then grows no faster than the network.
    The program itself becomes the manifest, a constant. With `kernels=measured`
    or `portable`, a kernel op with the attribute `layerpipe.candidate`, a text,
    names its candidate there. Layouts of weights (`layerpipe.weights`) go into
    the manifest, too; kernels of the same weights must agree on them, and other
    ops need rows. Floating-point
    arithmetic is neither contracted nor re-associated, so that the results do
    not depend on the host's vectors; `math.tanh` is approximated by a rational
    function (within five units in the last place, NaN kept).

    The module must hold one placed program. The result is a mixture of the
    LLVM, scf, arith and math dialects that upstream passes finish;
    `buildNativeCodePipeline` joins them.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::scf::SCFDialect",
                           "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
  let options = [
    Option<"kernels", "kernels", "std::string", "\"portable\"",
           "Kernels of the executable: measured, portable or reference">
  ];
}

#endif // LAYERPIPE_CONVERSION_PASSES
