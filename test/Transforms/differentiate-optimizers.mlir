// The optimizers and their numbers.

// RUN: layerpipe-opt %s --layerpipe-differentiate="lr=0.5 weight-decay=0.25" | FileCheck %s --check-prefix=SGD
// RUN: layerpipe-opt %s --layerpipe-differentiate="optimizer=momentum lr=0.5 momentum=0.75 weight-decay=0.25" | FileCheck %s --check-prefix=MOMENTUM
// RUN: layerpipe-opt %s --layerpipe-differentiate="optimizer=momentum" | FileCheck %s --check-prefix=DEFAULT

layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<2x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}

// SGD-NOT: initial(0.0
// SGD: layerpipe.sgd {{.*}} {layerpipe.layer = 1 : i64, learning_rate = 5.000000e-01 : f32, weight_decay = 2.500000e-01 : f32}

// The velocity is a stream of its own that starts at zero.
// MOMENTUM: [[P:%.*]] = layerpipe.parameter "fc.weight"
// MOMENTUM: [[W:%.*]] = layerpipe.delay [[W1:%.*]] by 1 initial([[P]])
// MOMENTUM: [[V:%.*]] = layerpipe.delay [[V1:%.*]] by 1 initial(0.000000e+00)
// MOMENTUM: [[G:%.*]] = layerpipe.linear_grad_weight
// MOMENTUM: [[W1]], [[V1]] = layerpipe.sgd_momentum [[W]], [[V]], [[G]] {layerpipe.layer = 1 : i64, learning_rate = 5.000000e-01 : f32, momentum = 7.500000e-01 : f32, weight_decay = 2.500000e-01 : f32}

// DEFAULT: sgd_momentum {{.*}} {layerpipe.layer = 1 : i64, learning_rate = 1.000000e-01 : f32, momentum = 0.899999976 : f32}
