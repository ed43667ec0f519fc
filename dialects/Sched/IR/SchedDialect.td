//===- SchedDialect.td - the dialect of scheduled programs -----*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef SCHED_DIALECT
#define SCHED_DIALECT

include "mlir/IR/OpBase.td"

def Sched_Dialect : Dialect {
  let name = "sched";
  let cppNamespace = "::layerpipe::sched";
  let summary = "When and where a training graph runs: a static program";
  let description = [{
    A `sched.program` says for every processor what it executes in one period,
    in which ring buffers the values lie, and which channels carry them from
    processor to processor. Times, lags and distances stay in the IR, so that
    every rule of the schedule can be checked again after each pass, and after
    an edit by hand.

    In period n, a slot of lag r works on iteration n - r. Iteration i of a
    value lies in ring slot i mod `slots` of its buffer.
  }];
  let useDefaultAttributePrinterParser = 1;
}

class Sched_Op<string mnemonic, list<Trait> traits = []>
    : Op<Sched_Dialect, mnemonic, traits>;

#endif // SCHED_DIALECT
