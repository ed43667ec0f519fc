// Unknown models, ops outside of tasks, and work beyond counting.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-estimate-costs
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-estimate-costs=model=guess 2>&1 | FileCheck %s --check-prefix=MODEL

// MODEL: chain3.mlir:2:1: error: unknown cost model 'guess'; there are macs, roofline and profile

// expected-error @+1 {{this pass works on a graph of phase training, pipelined or scheduled, but 'early' is forward: estimate costs after form-tasks}}
layerpipe.graph forward @early {
}

// -----

layerpipe.graph training @no_tasks {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{is not inside a task: run --layerpipe-form-tasks first}}
  %y = layerpipe.relu %x : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// 2^20·2^17 results of 2^17 products each: 2^54.
layerpipe.graph training @too_much_work {
  %x = layerpipe.input : tensor<1048576x131072xf32>
  %w = layerpipe.parameter "a.weight" uniform(0.5) : tensor<131072x131072xf32>
  %y = layerpipe.task "a.forward" forward layer 1 (%x, %w) {
  ^bb0(%a: tensor<1048576x131072xf32>, %b: tensor<131072x131072xf32>):
    // expected-error @+1 {{the ops of task 'a.forward' up to this one take more than 1125899906842624 multiply-accumulates, too many to schedule}}
    %z = layerpipe.linear %a, %b : (tensor<1048576x131072xf32>, tensor<131072x131072xf32>) -> tensor<1048576x131072xf32>
    layerpipe.yield %z : tensor<1048576x131072xf32>
  } : (tensor<1048576x131072xf32>, tensor<131072x131072xf32>) -> tensor<1048576x131072xf32>
}

// -----

// 2^24·2^24·2^24 does not even fit 64 bits.
layerpipe.graph training @overflow {
  %x = layerpipe.input : tensor<16777216x16777216xf32>
  %w = layerpipe.parameter "a.weight" uniform(0.5) : tensor<16777216x16777216xf32>
  %y = layerpipe.task "a.forward" forward layer 1 (%x, %w) {
  ^bb0(%a: tensor<16777216x16777216xf32>, %b: tensor<16777216x16777216xf32>):
    // expected-error @+1 {{too many to schedule}}
    %z = layerpipe.linear %a, %b : (tensor<16777216x16777216xf32>, tensor<16777216x16777216xf32>) -> tensor<16777216x16777216xf32>
    layerpipe.yield %z : tensor<16777216x16777216xf32>
  } : (tensor<16777216x16777216xf32>, tensor<16777216x16777216xf32>) -> tensor<16777216x16777216xf32>
}
