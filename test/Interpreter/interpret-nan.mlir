// Infinities and NaNs print alike on every platform.
// RUN: layerpipe-opt --layerpipe-interpret="iterations=2 values=parameters" %s | FileCheck %s

// CHECK:      // iteration 0: w = inf
// CHECK-NEXT: // iteration 1: w = nan
layerpipe.graph training @overflow {
  %w0 = layerpipe.parameter "w" constant(-3.0e38) : tensor<f32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<f32>
  %next = layerpipe.sgd %w, %w {learning_rate = 3.0 : f32} : (tensor<f32>, tensor<f32>) -> tensor<f32>
}
