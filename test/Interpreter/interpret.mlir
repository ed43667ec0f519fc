// What --layerpipe-interpret prints. Inputs are drawn; the numbers that are
// checked here depend only on constants.
// RUN: layerpipe-opt --layerpipe-interpret="iterations=2 values=parameters" %s | FileCheck %s --check-prefix=PARAMETERS
// RUN: layerpipe-opt --layerpipe-interpret="iterations=3" %s | FileCheck %s --check-prefix=LOSS
// RUN: layerpipe-opt --layerpipe-interpret="seed=5 values=all" %s | FileCheck %s --check-prefix=ALL
// RUN: layerpipe-opt --layerpipe-interpret="iterations=3 values=all" %s > %t.1
// RUN: layerpipe-opt --layerpipe-interpret="iterations=3 values=all" %s > %t.2
// RUN: cmp %t.1 %t.2

// PARAMETERS:      // graph @decay, seed 0
// PARAMETERS-NEXT: // iteration 0: w = 0.5
// PARAMETERS-NEXT: // iteration 1: w = 0.25
layerpipe.graph training @decay {
  %w0 = layerpipe.parameter "w" constant(1.0) : tensor<f32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<f32>
  %next = layerpipe.sgd %w, %w {learning_rate = 5.0e-1 : f32} : (tensor<f32>, tensor<f32>) -> tensor<f32>
}

// The loss of constant logits is ln 4 whatever the labels are; in the first
// period there is no label yet.
// PARAMETERS-NEXT: // graph @streams, seed 0
// PARAMETERS-NEXT: // iteration 0: w = 2x4 #[[SUM:[0-9a-f]+]] [1, 1, 1, 1, ...]
// PARAMETERS-NEXT: // iteration 0: w.state1 = 2x4 #{{[0-9a-f]+}} [0, 0, 0, 0, ...]
// PARAMETERS-NEXT: // iteration 1: w = 2x4 #[[SUM]] [1, 1, 1, 1, ...]
// LOSS:      // graph @streams, seed 0
// LOSS-NEXT: // iteration 0: loss = absent
// LOSS-NEXT: // iteration 1: loss = 1.38629436
// LOSS-NEXT: // iteration 2: loss = 1.38629436
// ALL:      // graph @streams, seed 5
// ALL-NEXT: // iteration 0: %0 = absent
// ALL-NEXT: // iteration 0: %1 = 2x4 #{{[0-9a-f]+}} [1, 1, 1, 1, ...]
// ALL:      // iteration 0: loss = absent
// The IR follows.
// ALL: layerpipe.graph training @decay
layerpipe.graph pipelined @streams {
  %t = layerpipe.labels {lag = 1} : tensor<2xi32>
  %w0 = layerpipe.parameter "w" constant(1.0) : tensor<2x4xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<2x4xf32>
  %v = layerpipe.delay %vnext by 1 initial(0.0) : tensor<2x4xf32>
  layerpipe.task "loss" loss layer 1 (%w0, %t) {
  ^bb0(%a: tensor<2x4xf32>, %b: tensor<2xi32>):
    %l = layerpipe.softmax_cross_entropy %a, %b : (tensor<2x4xf32>, tensor<2xi32>) -> tensor<f32>
    layerpipe.yield
  } : (tensor<2x4xf32>, tensor<2xi32>) -> ()
  %g = layerpipe.delay %w0 by 2 initial(absent) : tensor<2x4xf32>
  %next, %vnext = layerpipe.sgd_momentum %w, %v, %g {learning_rate = 1.0 : f32, momentum = 5.0e-1} : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>)
}
