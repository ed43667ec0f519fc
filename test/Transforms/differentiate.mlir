// Every parameter gets an update and a delay; layers are numbered; gradients of
// values that are read twice are summed; layers that need no input gradient
// compute none.

// RUN: layerpipe-opt %s --layerpipe-differentiate | FileCheck %s

// A chain: coupled backward for layer 2, the weight's gradient alone for layer
// 1, since nobody needs the gradient of the input.
// CHECK-LABEL: layerpipe.graph training @chain
layerpipe.graph forward @chain {
  // CHECK: [[X:%.*]] = layerpipe.input
  %x = layerpipe.input : tensor<4x3xf32>
  // CHECK: [[T:%.*]] = layerpipe.labels
  %t = layerpipe.labels : tensor<4xi32>
  // CHECK: [[P1:%.*]] = layerpipe.parameter "a.weight"
  // CHECK: [[W1:%.*]] = layerpipe.delay [[U1:%.*]] by 1 initial([[P1]]) : tensor<5x3xf32>
  %w1 = layerpipe.parameter "a.weight" uniform(0.5) : tensor<5x3xf32>
  // CHECK: [[PB:%.*]] = layerpipe.parameter "a.bias"
  // CHECK: [[B1:%.*]] = layerpipe.delay [[UB:%.*]] by 1 initial([[PB]]) : tensor<5xf32>
  %b1 = layerpipe.parameter "a.bias" constant(0.0) : tensor<5xf32>
  // CHECK: [[Z:%.*]] = layerpipe.linear [[X]], [[W1]], [[B1]] {layerpipe.layer = 1 : i64}
  %z = layerpipe.linear %x, %w1, %b1 : (tensor<4x3xf32>, tensor<5x3xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  // CHECK: [[A:%.*]] = layerpipe.relu [[Z]] {layerpipe.layer = 1 : i64}
  %a = layerpipe.relu %z : (tensor<4x5xf32>) -> tensor<4x5xf32>
  // CHECK: [[P2:%.*]] = layerpipe.parameter "b.weight"
  // CHECK: [[W2:%.*]] = layerpipe.delay [[U2:%.*]] by 1 initial([[P2]])
  %w2 = layerpipe.parameter "b.weight" uniform(0.5) : tensor<2x5xf32>
  // CHECK: [[Y:%.*]] = layerpipe.linear [[A]], [[W2]] {layerpipe.layer = 2 : i64}
  %y = layerpipe.linear %a, %w2 : (tensor<4x5xf32>, tensor<2x5xf32>) -> tensor<4x2xf32>
  // CHECK: layerpipe.softmax_cross_entropy [[Y]], [[T]] {layerpipe.layer = 2 : i64}
  %l = layerpipe.softmax_cross_entropy %y, %t : (tensor<4x2xf32>, tensor<4xi32>) -> tensor<f32>
  // CHECK: [[DY:%.*]] = layerpipe.softmax_cross_entropy_grad [[Y]], [[T]] {layerpipe.layer = 2 : i64}
  // CHECK: [[DA:%.*]], [[DW2:%.*]] = layerpipe.linear_backward [[DY]], [[A]], [[W2]] {layerpipe.layer = 2 : i64}
  // CHECK: [[DZ:%.*]] = layerpipe.relu_grad [[DA]], [[A]] {layerpipe.layer = 1 : i64}
  // CHECK: [[DW1:%.*]], [[DB1:%.*]] = layerpipe.linear_grad_weight [[DZ]], [[X]] {layerpipe.layer = 1 : i64}
  // CHECK: [[U1]] = layerpipe.sgd [[W1]], [[DW1]] {layerpipe.layer = 1 : i64, learning_rate = 1.000000e-01 : f32}
  // CHECK: [[UB]] = layerpipe.sgd [[B1]], [[DB1]] {layerpipe.layer = 1 : i64
  // CHECK: [[U2]] = layerpipe.sgd [[W2]], [[DW2]] {layerpipe.layer = 2 : i64
  // CHECK-NEXT: {{^ +}$}}
}
