// A batch size that can't be: not positive, not for this phase, or more than
// the shapes can count.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-set-batch=batch=1152921504606846976
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-set-batch=batch=0 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-set-batch=batch=-2 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-set-batch=batch=many 2>&1 | FileCheck %s --check-prefix=TEXT

// ZERO: chain3.mlir:{{[0-9]+}}:1: error: the batch must be at least 1, got 0
// NEGATIVE: chain3.mlir:{{[0-9]+}}:1: error: the batch must be at least 1, got -2
// TEXT: 'many' value invalid for long argument

// expected-error @+1 {{this pass works on a graph of phase forward, but 'trained' is training: set the batch before differentiating}}
layerpipe.graph training @trained {
  %x = layerpipe.input : tensor<4x2xf32>
}

// -----

layerpipe.graph forward @opaque {
  %x = layerpipe.input : tensor<4x8xf32>
  // expected-error @+1 {{has types and costs for the batch that is written, which can't be changed}}
  %a = layerpipe.opaque "a"(%x) {macs = array<i64: 7, 8, 0>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
}
