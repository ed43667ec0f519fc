// A new batch size reaches every type that follows from inputs and labels, and
// leaves parameters and attributes alone.

// RUN: layerpipe-opt %s --layerpipe-set-batch=batch=7 | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-set-batch=batch=4 | FileCheck %s --check-prefix=SAME

// CHECK-LABEL: layerpipe.graph forward @convolution
// SAME-LABEL: layerpipe.graph forward @convolution
layerpipe.graph forward @convolution {
  // CHECK: layerpipe.input : tensor<7x1x6x6xf32>
  // SAME: layerpipe.input : tensor<4x1x6x6xf32>
  %x = layerpipe.input : tensor<4x1x6x6xf32>
  // CHECK: layerpipe.labels : tensor<7xi32>
  %t = layerpipe.labels : tensor<4xi32>
  // CHECK: "conv.weight" uniform(5.000000e-01) : tensor<2x1x3x3xf32>
  %w = layerpipe.parameter "conv.weight" uniform(0.5) : tensor<2x1x3x3xf32>
  // CHECK: conv2d {{.*}} {padding = 1 : i64, stride = 2 : i64} : (tensor<7x1x6x6xf32>, {{.*}}) -> tensor<7x2x3x3xf32>
  %z = layerpipe.conv2d %x, %w {padding = 1, stride = 2} : (tensor<4x1x6x6xf32>, tensor<2x1x3x3xf32>) -> tensor<4x2x3x3xf32>
  // CHECK: relu {{.*}} -> tensor<7x2x3x3xf32>
  %a = layerpipe.relu %z : (tensor<4x2x3x3xf32>) -> tensor<4x2x3x3xf32>
  // CHECK: max_pool2d {{.*}} -> tensor<7x2x1x1xf32>
  %p = layerpipe.max_pool2d %a {kernel = 2, stride = 2} : (tensor<4x2x3x3xf32>) -> tensor<4x2x1x1xf32>
  // CHECK: flatten {{.*}} -> tensor<7x2xf32>
  %f = layerpipe.flatten %p : (tensor<4x2x1x1xf32>) -> tensor<4x2xf32>
  // CHECK: softmax_cross_entropy {{.*}} : (tensor<7x2xf32>, tensor<7xi32>) -> tensor<f32>
  // SAME: softmax_cross_entropy {{.*}} : (tensor<4x2xf32>, tensor<4xi32>) -> tensor<f32>
  %l = layerpipe.softmax_cross_entropy %f, %t : (tensor<4x2xf32>, tensor<4xi32>) -> tensor<f32>
}

// The order of definition does not matter.
// CHECK-LABEL: layerpipe.graph forward @upside_down
layerpipe.graph forward @upside_down {
  // CHECK: mean_squared_error {{.*}} : (tensor<7x2xf32>, tensor<7x2xf32>)
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
  %y = layerpipe.tanh %x : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %x = layerpipe.input : tensor<4x2xf32>
}

// Shapes that are written follow where a dimension runs along the batch.
// CHECK-LABEL: layerpipe.graph forward @shapes
layerpipe.graph forward @shapes {
  %x = layerpipe.input : tensor<4x2x3xf32>
  %t = layerpipe.labels : tensor<4x6xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<6x6xf32>
  // CHECK: reduce_mean {{.*}} : (tensor<7x2x3xf32>) -> tensor<7x1x3xf32>
  %m = layerpipe.reduce_mean %x : (tensor<4x2x3xf32>) -> tensor<4x1x3xf32>
  // CHECK: reduce_sum {{.*}} : (tensor<7x1x3xf32>) -> tensor<3xf32>
  %s = layerpipe.reduce_sum %m : (tensor<4x1x3xf32>) -> tensor<3xf32>
  // CHECK: sub {{.*}} : (tensor<7x2x3xf32>, tensor<3xf32>) -> tensor<7x2x3xf32>
  %d = layerpipe.sub %x, %s : (tensor<4x2x3xf32>, tensor<3xf32>) -> tensor<4x2x3xf32>
  // CHECK: transpose {{.*}} : (tensor<7x2x3xf32>) -> tensor<3x7x2xf32>
  %p = layerpipe.transpose %d {permutation = array<i64: 2, 0, 1>} : (tensor<4x2x3xf32>) -> tensor<3x4x2xf32>
  // CHECK: transpose {{.*}} : (tensor<3x7x2xf32>) -> tensor<7x3x2xf32>
  %q = layerpipe.transpose %p {permutation = array<i64: 1, 0, 2>} : (tensor<3x4x2xf32>) -> tensor<4x3x2xf32>
  // CHECK: reshape {{.*}} : (tensor<7x3x2xf32>) -> tensor<7x6xf32>
  %r = layerpipe.reshape %q : (tensor<4x3x2xf32>) -> tensor<4x6xf32>
  // CHECK: pad {{.*}} : (tensor<7x6xf32>) -> tensor<7x8xf32>
  %e = layerpipe.pad %r {low = array<i64: 0, 1>, high = array<i64: 0, 1>} : (tensor<4x6xf32>) -> tensor<4x8xf32>
  // CHECK: slice {{.*}} : (tensor<7x8xf32>) -> tensor<7x6xf32>
  %f = layerpipe.slice %e {begin = 1, dimension = 1, end = 7} : (tensor<4x8xf32>) -> tensor<4x6xf32>
  %y = layerpipe.linear %f, %w : (tensor<4x6xf32>, tensor<6x6xf32>) -> tensor<4x6xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x6xf32>, tensor<4x6xf32>) -> tensor<f32>
}
