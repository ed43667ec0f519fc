// Multiply-accumulates of products and convolutions; everything else is free.

// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-estimate-costs=model=macs | FileCheck %s --check-prefix=COUPLED

// CHECK: layerpipe.graph training @net attributes {time_unit = "cycles"}
layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x2x6x6xf32>
  %t = layerpipe.labels : tensor<4x7xf32>
  // 4·3·6·6 results of 2·3·3 products each.
  // CHECK: "conv.forward" {{.*}} {time = 7776 : i64}
  %w1 = layerpipe.parameter "conv.weight" uniform(0.5) : tensor<3x2x3x3xf32>
  %z1 = layerpipe.conv2d %x, %w1 {padding = 1} : (tensor<4x2x6x6xf32>, tensor<3x2x3x3xf32>) -> tensor<4x3x6x6xf32>
  %a1 = layerpipe.tanh %z1 : (tensor<4x3x6x6xf32>) -> tensor<4x3x6x6xf32>
  %p1 = layerpipe.avg_pool2d %a1 {kernel = 6, stride = 1} : (tensor<4x3x6x6xf32>) -> tensor<4x3x1x1xf32>
  %f = layerpipe.flatten %p1 : (tensor<4x3x1x1xf32>) -> tensor<4x3xf32>
  // CHECK: "fc.forward" {{.*}} {time = 84 : i64}
  %w2 = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<7x3xf32>
  %y = layerpipe.linear %f, %w2 : (tensor<4x3xf32>, tensor<7x3xf32>) -> tensor<4x7xf32>
  // CHECK: "loss" {{.*}} {time = 0 : i64}
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x7xf32>, tensor<4x7xf32>) -> tensor<f32>
}
// CHECK: "fc.grad_input" {{.*}} {time = 84 : i64}
// CHECK: "fc.grad_weight" {{.*}} {time = 84 : i64}
// CHECK: "conv.grad_weight" {{.*}} {time = 7776 : i64}
// CHECK: "conv.update" {{.*}} {time = 0 : i64}

// COUPLED: "fc.backward" {{.*}} {time = 168 : i64}
