//===- Passes.td - executing graphs from the command line ------*- tablegen -*-===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef LAYERPIPE_INTERPRETER_PASSES
#define LAYERPIPE_INTERPRETER_PASSES

include "mlir/Pass/PassBase.td"

def LayerpipeInterpret : Pass<"layerpipe-interpret", "::mlir::ModuleOp"> {
  let summary = "Execute every graph and print what it computes";
  let description = [{
    Runs the interpreter on every `layerpipe.graph` of the module, in the order
    of the file, with inputs, labels and parameters drawn from `seed`. Prints to
    standard output, as comments, and leaves the IR as it is. In a retimed graph
    the lines count periods.

    `values=loss` prints the losses of each iteration, `values=parameters` the
    states after it (a parameter by its name, a velocity as `name.state1`),
    `values=all` the results of every op. A tensor is shown as its shape, a
    checksum of all its bits, and its first elements.
  }];
  let options = [
    Option<"iterations", "iterations", "int64_t", "1", "Number of iterations (periods) to execute">,
    Option<"seed", "seed", "uint64_t", "0", "Seed of inputs, labels and parameters">,
    Option<"values", "values", "std::string", "\"loss\"", "What to print: loss, parameters or all">
  ];
}

#endif // LAYERPIPE_INTERPRETER_PASSES
