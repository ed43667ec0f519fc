// A coupled backward op becomes a pair that keeps layer, attributes and users.
// Ops that are decoupled already stay.

// RUN: layerpipe-opt %s --layerpipe-decouple-gradients | FileCheck %s

// CHECK-LABEL: layerpipe.graph training @net
layerpipe.graph training @net {
  // CHECK: [[X:%.*]] = layerpipe.input
  %x = layerpipe.input : tensor<4x3xf32>
  // CHECK: [[DY:%.*]] = layerpipe.labels
  %dy = layerpipe.labels : tensor<4x2xf32>
  // CHECK: [[W:%.*]] = layerpipe.parameter
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<2x3xf32>
  // CHECK-NEXT: [[DX:%.*]] = layerpipe.linear_grad_input [[DY]], [[W]] {layerpipe.layer = 2 : i64} : (tensor<4x2xf32>, tensor<2x3xf32>) -> tensor<4x3xf32>
  // CHECK-NEXT: [[DW:%.*]], [[DB:%.*]] = layerpipe.linear_grad_weight [[DY]], [[X]] {layerpipe.layer = 2 : i64} : (tensor<4x2xf32>, tensor<4x3xf32>) -> (tensor<2x3xf32>, tensor<2xf32>)
  // CHECK-NOT: backward
  %dx, %dw, %db = layerpipe.linear_backward %dy, %x, %w {layerpipe.layer = 2 : i64} : (tensor<4x2xf32>, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<4x3xf32>, tensor<2x3xf32>, tensor<2xf32>)
  // CHECK: layerpipe.relu_grad [[DX]], [[X]]
  %d = layerpipe.relu_grad %dx, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  // CHECK: layerpipe.linear_grad_weight
  %e = layerpipe.linear_grad_weight %d, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<3x3xf32>
  // CHECK: layerpipe.sgd [[W]], [[DW]]
  %u = layerpipe.sgd %w, %dw {learning_rate = 0.1 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
}

// CHECK-LABEL: layerpipe.graph training @convolution
layerpipe.graph training @convolution {
  // CHECK: [[X:%.*]] = layerpipe.input
  %x = layerpipe.input : tensor<8x2x9x9xf32>
  %w = layerpipe.parameter "conv.weight" uniform(0.5) : tensor<6x2x3x3xf32>
  // CHECK: [[Y:%.*]] = layerpipe.conv2d
  %y = layerpipe.conv2d %x, %w {stride = 3, padding = 1} : (tensor<8x2x9x9xf32>, tensor<6x2x3x3xf32>) -> tensor<8x6x3x3xf32>
  // CHECK-NEXT: layerpipe.conv2d_grad_input [[Y]], {{.*}} {padding = 1 : i64, stride = 3 : i64} : {{.*}} -> tensor<8x2x9x9xf32>
  // CHECK-NEXT: layerpipe.conv2d_grad_weight [[Y]], [[X]] {padding = 1 : i64, stride = 3 : i64} : {{.*}} -> tensor<6x2x3x3xf32>
  %dx, %dw = layerpipe.conv2d_backward %y, %x, %w {stride = 3, padding = 1} : (tensor<8x6x3x3xf32>, tensor<8x2x9x9xf32>, tensor<6x2x3x3xf32>) -> (tensor<8x2x9x9xf32>, tensor<6x2x3x3xf32>)
}

// CHECK-LABEL: layerpipe.graph training @groups
layerpipe.graph training @groups {
  // CHECK: [[X:%.*]] = layerpipe.input
  %x = layerpipe.input : tensor<8x2x9x9xf32>
  // CHECK: [[W:%.*]] = layerpipe.parameter
  %w = layerpipe.parameter "conv.weight" uniform(0.5) : tensor<6x1x3x3xf32>
  // CHECK: [[Y:%.*]] = layerpipe.conv2d
  %y = layerpipe.conv2d %x, %w {stride = array<i64: 3, 1>, padding = array<i64: 1, 0, 1, 0>, dilation = array<i64: 1, 2>, groups = 2} : (tensor<8x2x9x9xf32>, tensor<6x1x3x3xf32>) -> tensor<8x6x3x5xf32>
  // CHECK-NEXT: layerpipe.conv2d_grad_input [[Y]], [[W]] {dilation = array<i64: 1, 2>, groups = 2 : i64, padding = array<i64: 1, 0, 1, 0>, stride = array<i64: 3, 1>}
  // CHECK-NEXT: layerpipe.conv2d_grad_weight [[Y]], [[X]] {dilation = array<i64: 1, 2>, groups = 2 : i64, padding = array<i64: 1, 0, 1, 0>, stride = array<i64: 3, 1>}
  %dx, %dw = layerpipe.conv2d_backward %y, %x, %w {stride = array<i64: 3, 1>, padding = array<i64: 1, 0, 1, 0>, dilation = array<i64: 1, 2>, groups = 2} : (tensor<8x6x3x5xf32>, tensor<8x2x9x9xf32>, tensor<6x1x3x3xf32>) -> (tensor<8x2x9x9xf32>, tensor<6x1x3x3xf32>)
}

// CHECK-LABEL: layerpipe.graph training @transposed
layerpipe.graph training @transposed {
  // CHECK: [[X:%.*]] = layerpipe.input
  %x = layerpipe.input : tensor<8x2x4x4xf32>
  // CHECK: [[W:%.*]] = layerpipe.parameter
  %w = layerpipe.parameter "conv.weight" uniform(0.5) : tensor<2x3x3x3xf32>
  // CHECK: [[Y:%.*]] = layerpipe.conv_transpose2d
  %y = layerpipe.conv_transpose2d %x, %w {stride = 2, output_padding = 1} : (tensor<8x2x4x4xf32>, tensor<2x3x3x3xf32>) -> tensor<8x3x10x10xf32>
  // CHECK-NEXT: layerpipe.conv_transpose2d_grad_input [[Y]], [[W]] {stride = 2 : i64} : {{.*}} -> tensor<8x2x4x4xf32>
  // CHECK-NEXT: layerpipe.conv_transpose2d_grad_weight [[Y]], [[X]] {stride = 2 : i64} : {{.*}} -> (tensor<2x3x3x3xf32>, tensor<3xf32>)
  %dx, %dw, %db = layerpipe.conv_transpose2d_backward %y, %x, %w {stride = 2} : (tensor<8x3x10x10xf32>, tensor<8x2x4x4xf32>, tensor<2x3x3x3xf32>) -> (tensor<8x2x4x4xf32>, tensor<2x3x3x3xf32>, tensor<3xf32>)
}
