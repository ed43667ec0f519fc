// Rules and numbers that mean nothing, and graphs without gradients to delay.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-delay-gradients
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients=rule=budget 2>&1 | FileCheck %s --check-prefix=RULE
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients=stages=4 2>&1 | FileCheck %s --check-prefix=STAGES
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients=stages=-1 2>&1 | FileCheck %s --check-prefix=MINUS
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients="rule=uniform delay=-1" 2>&1 | FileCheck %s --check-prefix=DELAY
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients="rule=explicit delays=1,2" 2>&1 | FileCheck %s --check-prefix=SHORT
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients="rule=explicit delays=1,2,9223372036854775807" 2>&1 | FileCheck %s --check-prefix=HUGE

// RULE: chain3.mlir:2:1: error: unknown rule 'budget'; there are stages, uniform and explicit
// STAGES: error: stages must be between 1 and the number of layers, 3, got 4
// MINUS: error: stages must be between 1 and the number of layers, 3, got -1
// DELAY: error: a gradient's delay must be between 0 and 2^20, got -1
// SHORT: error: rule=explicit needs one delay per layer: 3 layers, 2 delays
// HUGE: error: a gradient's delay must be between 0 and 2^20, got 9223372036854775807

// expected-error @+1 {{this pass works on a graph of phase training, but 'early' is forward: delay gradients once, after --layerpipe-differentiate and before --layerpipe-retime}}
layerpipe.graph forward @early {
}

// -----

// expected-error @+1 {{stages must be between 1 and the number of layers, 0, got 0}}
layerpipe.graph training @empty {
}

// -----

layerpipe.graph training @no_layer {
  %p = layerpipe.parameter "a.weight" uniform(0.5) : tensor<2xf32>
  %w = layerpipe.delay %u by 1 initial(%p) : tensor<2xf32>
  // expected-error @+1 {{has no layer: run --layerpipe-differentiate first}}
  %u = layerpipe.sgd %w, %w {learning_rate = 0.1 : f32} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
}

// -----

layerpipe.graph training @inside {
  %p = layerpipe.parameter "a.weight" uniform(0.5) : tensor<2xf32>
  %w = layerpipe.delay %u by 1 initial(%p) : tensor<2xf32>
  %u = layerpipe.task "a.update" update layer 1 (%w) {
  ^bb0(%a: tensor<2xf32>):
    %g = layerpipe.relu_grad %a, %a : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    // expected-error @+1 {{applies a gradient that its own task computes, so no delay can stand between the two}}
    %v = layerpipe.sgd %a, %g {learning_rate = 0.1 : f32} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    layerpipe.yield %v : tensor<2xf32>
  } : (tensor<2xf32>) -> tensor<2xf32>
}

// -----

// Delays on the summands would delay the sum for its other reader, too.
layerpipe.graph training @kept {
  %p = layerpipe.parameter "a.weight" uniform(0.5) : tensor<2xf32>
  %w = layerpipe.delay %u#0 by 1 initial(%p) : tensor<2xf32>
  %u:2 = layerpipe.task "a.update" update layer 1 (%w, %p, %p) {
  ^bb0(%a: tensor<2xf32>, %b: tensor<2xf32>, %c: tensor<2xf32>):
    %g = layerpipe.accumulate %b, %c {of_weights} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    // expected-error @+1 {{applies a gradient that its own task computes, so no delay can stand between the two}}
    %v = layerpipe.sgd %a, %g {learning_rate = 0.1 : f32} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
    layerpipe.yield %v, %g : tensor<2xf32>, tensor<2xf32>
  } : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
}
