// The optimizers and their numbers.

// RUN: layerpipe-opt %s --layerpipe-differentiate="lr=0.5 coefficients=weight-decay=0.25" | FileCheck %s --check-prefix=SGD
// RUN: layerpipe-opt %s --layerpipe-differentiate="optimizer=momentum lr=0.5 coefficients=momentum=0.75,weight-decay=0.25" | FileCheck %s --check-prefix=MOMENTUM
// RUN: layerpipe-opt %s --layerpipe-differentiate="optimizer=momentum" | FileCheck %s --check-prefix=DEFAULT
// RUN: layerpipe-opt %s --layerpipe-differentiate="optimizer=adamw" | FileCheck %s --check-prefix=ADAMW
// RUN: layerpipe-opt %s --layerpipe-differentiate="optimizer=adamw no-decay=*.bias,norm[0-9].*" | FileCheck %s --check-prefix=GROUPS

layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<2x3xf32>
  %b = layerpipe.parameter "fc.bias" constant(0.0) : tensor<2xf32>
  %p = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
  %y = layerpipe.add %p, %b : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %s = layerpipe.parameter "norm1.scale" constant(1.0) : tensor<2xf32>
  %z = layerpipe.mul %y, %s : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %z, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}

// SGD-NOT: initial(0.0
// SGD: layerpipe.sgd {{.*}} {layerpipe.layer = 1 : i64, learning_rate = 5.000000e-01 : f32, weight_decay = 2.500000e-01 : f64}

// The velocity is a stream of its own that starts at zero.
// MOMENTUM: [[P:%.*]] = layerpipe.parameter "fc.weight"
// MOMENTUM: [[W:%.*]] = layerpipe.delay [[W1:%.*]] by 1 initial([[P]])
// MOMENTUM: [[V:%.*]] = layerpipe.delay [[V1:%.*]] by 1 initial(0.000000e+00)
// MOMENTUM: [[G:%.*]] = layerpipe.linear_grad_weight
// MOMENTUM: [[W1]], [[V1]] = layerpipe.sgd_momentum [[W]], [[V]], [[G]] {layerpipe.layer = 1 : i64, learning_rate = 5.000000e-01 : f32, momentum = 7.500000e-01 : f64, weight_decay = 2.500000e-01 : f64}

// DEFAULT: sgd_momentum {{.*}} {layerpipe.layer = 1 : i64, learning_rate = 1.000000e-01 : f32} : (tensor<2x3xf32>,

// Adam has two states more, and the step size and decay that it has in PyTorch.
// ADAMW: [[P:%.*]] = layerpipe.parameter "fc.weight"
// ADAMW: [[W:%.*]] = layerpipe.delay [[W1:%.*]] by 1 initial([[P]])
// ADAMW: [[M:%.*]] = layerpipe.delay [[M1:%.*]] by 1 initial(0.000000e+00)
// ADAMW: [[S:%.*]] = layerpipe.delay [[S1:%.*]] by 1 initial(0.000000e+00)
// ADAMW: [[W1]], [[M1]], [[S1]] = layerpipe.adamw [[W]], [[M]], [[S]], {{.*}} {layerpipe.layer = 1 : i64, learning_rate = 1.000000e-03 : f32} :

// Weights decay; the bias and what scales do not.
// GROUPS: layerpipe.adamw {{.*}} {layerpipe.layer = 1 : i64, learning_rate = 1.000000e-03 : f32} : (tensor<2x3xf32>,
// GROUPS: layerpipe.adamw {{.*}} weight_decay = 0.000000e+00 : f64} : (tensor<2xf32>,
// GROUPS: layerpipe.adamw {{.*}} weight_decay = 0.000000e+00 : f64} : (tensor<2xf32>,
