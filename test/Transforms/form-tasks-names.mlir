// Tasks have distinct names, whatever the parameters are called: layers that
// share a weight, layers without a dot, and a layer that is named like another
// with its number.

// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-form-tasks | FileCheck %s

// CHECK: layerpipe.task "w_3.forward" forward layer 1
// CHECK: layerpipe.task "w.forward" forward layer 2
// CHECK: layerpipe.task "w_3_3.forward" forward layer 3
// CHECK: layerpipe.task "loss" loss layer 3
layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %v = layerpipe.parameter "w_3.weight" uniform(0.5) : tensor<3x3xf32>
  %a = layerpipe.linear %x, %v : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<3x3xf32>
  %b = layerpipe.linear %a, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %c = layerpipe.linear %b, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %c, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}
