// Gradients of convolution, pooling and reshaping, in reverse order and with
// the attributes of their forward ops.

// RUN: layerpipe-opt %s --layerpipe-differentiate | FileCheck %s

// CHECK-LABEL: layerpipe.graph training @convolution
layerpipe.graph forward @convolution {
  %x = layerpipe.input : tensor<4x1x8x8xf32>
  %t = layerpipe.labels : tensor<4xi32>
  %w1 = layerpipe.parameter "c1.weight" uniform(0.5) : tensor<2x1x3x3xf32>
  %z1 = layerpipe.conv2d %x, %w1 {padding = 1} : (tensor<4x1x8x8xf32>, tensor<2x1x3x3xf32>) -> tensor<4x2x8x8xf32>
  // CHECK: [[A1:%.*]] = layerpipe.tanh
  %a1 = layerpipe.tanh %z1 : (tensor<4x2x8x8xf32>) -> tensor<4x2x8x8xf32>
  %w2 = layerpipe.parameter "c2.weight" uniform(0.5) : tensor<2x2x3x3xf32>
  %b2 = layerpipe.parameter "c2.bias" constant(0.0) : tensor<2xf32>
  // CHECK: [[Z2:%.*]] = layerpipe.conv2d [[A1]]
  %z2 = layerpipe.conv2d %a1, %w2, %b2 {stride = 2, padding = 1} : (tensor<4x2x8x8xf32>, tensor<2x2x3x3xf32>, tensor<2xf32>) -> tensor<4x2x4x4xf32>
  %p = layerpipe.max_pool2d %z2 {kernel = 2, stride = 2} : (tensor<4x2x4x4xf32>) -> tensor<4x2x2x2xf32>
  %q = layerpipe.avg_pool2d %p {kernel = 2, stride = 1} : (tensor<4x2x2x2xf32>) -> tensor<4x2x1x1xf32>
  %f = layerpipe.flatten %q : (tensor<4x2x1x1xf32>) -> tensor<4x2xf32>
  %l = layerpipe.softmax_cross_entropy %f, %t : (tensor<4x2xf32>, tensor<4xi32>) -> tensor<f32>
  // CHECK: [[DF:%.*]] = layerpipe.softmax_cross_entropy_grad
  // CHECK: [[DQ:%.*]] = layerpipe.flatten_grad [[DF]] {{.*}} -> tensor<4x2x1x1xf32>
  // CHECK: [[DP:%.*]] = layerpipe.avg_pool2d_grad [[DQ]] {kernel = 2 : i64, {{.*}}stride = 1 : i64} : {{.*}} -> tensor<4x2x2x2xf32>
  // CHECK: [[DZ2:%.*]] = layerpipe.max_pool2d_grad [[DP]], [[Z2]] {kernel = 2 : i64, {{.*}}stride = 2 : i64}
  // CHECK: [[DA1:%.*]], {{.*}}, {{.*}} = layerpipe.conv2d_backward [[DZ2]], [[A1]], {{.*}} {layerpipe.layer = 2 : i64, padding = 1 : i64, stride = 2 : i64}
  // CHECK: [[DZ1:%.*]] = layerpipe.tanh_grad [[DA1]], [[A1]]
  // CHECK: layerpipe.conv2d_grad_weight [[DZ1]], {{.*}} {layerpipe.layer = 1 : i64, padding = 1 : i64} : {{.*}} -> tensor<2x1x3x3xf32>
}

// CHECK-LABEL: layerpipe.graph training @windows
layerpipe.graph forward @windows {
  // CHECK: [[X:%.*]] = layerpipe.input
  %x = layerpipe.input : tensor<4x2x8x8xf32>
  %t = layerpipe.labels : tensor<4xi32>
  %w1 = layerpipe.parameter "c1.weight" uniform(0.5) : tensor<2x3x2x2xf32>
  // CHECK: [[Z1:%.*]] = layerpipe.conv_transpose2d [[X]]
  %z1 = layerpipe.conv_transpose2d %x, %w1 {stride = 2, output_padding = 1} : (tensor<4x2x8x8xf32>, tensor<2x3x2x2xf32>) -> tensor<4x3x17x17xf32>
  %m = layerpipe.max_pool2d %z1 {kernel = array<i64: 3, 2>, stride = 2, padding = array<i64: 1, 0, 1, 0>, ceil} : (tensor<4x3x17x17xf32>) -> tensor<4x3x9x9xf32>
  // CHECK: [[M:%.*]] = layerpipe.max_pool2d
  %w3 = layerpipe.parameter "c3.weight" uniform(0.5) : tensor<3x1x3x3xf32>
  %b3 = layerpipe.parameter "c3.bias" constant(0.0) : tensor<3xf32>
  %z3 = layerpipe.conv_transpose2d %m, %w3, %b3 {dilation = 2, padding = 2, groups = 3} : (tensor<4x3x9x9xf32>, tensor<3x1x3x3xf32>, tensor<3xf32>) -> tensor<4x3x9x9xf32>
  %q = layerpipe.avg_pool2d %z3 {kernel = 9, stride = 9, padding = 1, count_padding, ceil} : (tensor<4x3x9x9xf32>) -> tensor<4x3x2x2xf32>
  %f = layerpipe.flatten %q : (tensor<4x3x2x2xf32>) -> tensor<4x12xf32>
  %l = layerpipe.softmax_cross_entropy %f, %t : (tensor<4x12xf32>, tensor<4xi32>) -> tensor<f32>
  // CHECK: [[DZ3:%.*]] = layerpipe.avg_pool2d_grad {{.*}} {ceil, count_padding, kernel = 9 : i64, {{.*}}padding = 1 : i64, stride = 9 : i64} : {{.*}} -> tensor<4x3x9x9xf32>
  // CHECK: [[DM:%.*]], {{.*}}, {{.*}} = layerpipe.conv_transpose2d_backward [[DZ3]], [[M]], {{.*}} {dilation = 2 : i64, groups = 3 : i64, {{.*}}padding = 2 : i64} : {{.*}} -> (tensor<4x3x9x9xf32>, tensor<3x1x3x3xf32>, tensor<3xf32>)
  // CHECK: [[DZ1:%.*]] = layerpipe.max_pool2d_grad [[DM]], [[Z1]] {ceil, kernel = array<i64: 3, 2>, {{.*}}padding = array<i64: 1, 0, 1, 0>, stride = 2 : i64}
  // CHECK: layerpipe.conv_transpose2d_grad_weight [[DZ1]], [[X]] {{.*}}stride = 2 : i64} : {{.*}} -> tensor<2x3x2x2xf32>
}
