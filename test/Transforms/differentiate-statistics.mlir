// Running statistics are states of the forward pass: each has a loop with a delay,
// and neither a gradient nor an optimizer.

// RUN: layerpipe-opt %s --layerpipe-decompose | FileCheck %s --check-prefix=DECOMPOSED
// RUN: layerpipe-opt %s --layerpipe-differentiate=coefficients=weight-decay=0.1 | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-set-batch=batch=7 | FileCheck %s --check-prefix=BATCH
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-form-tasks -o %t.mlir
// RUN: FileCheck %s --check-prefix=TASKS < %t.mlir
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=fc.forward:batch:2 2>&1 | FileCheck %s --check-prefix=SPLIT
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=fc.forward:output_channels:2 2>&1 | FileCheck %s --check-prefix=SPLIT

// CHECK-LABEL: layerpipe.graph training @net
// DECOMPOSED-LABEL: layerpipe.graph forward @net
// BATCH-LABEL: layerpipe.graph forward @net
layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x2xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  // CHECK: [[W:%.*]] = layerpipe.delay
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x2xf32>
  // CHECK: [[M0:%.*]] = layerpipe.parameter "mean"
  // CHECK: [[M:%.*]] = layerpipe.delay [[M1:%.*]] by 1 initial([[M0]])
  // DECOMPOSED: [[M:%.*]] = layerpipe.parameter "mean"
  %m = layerpipe.parameter "mean" constant(0.0) : tensor<3xf32>
  // CHECK: [[V0:%.*]] = layerpipe.parameter "variance"
  // CHECK: [[V:%.*]] = layerpipe.delay [[V1:%.*]] by 1 initial([[V0]])
  // DECOMPOSED: [[V:%.*]] = layerpipe.parameter "variance"
  %v = layerpipe.parameter "variance" constant(1.0) : tensor<3xf32>
  // DECOMPOSED: [[X:%.*]] = layerpipe.linear
  %y = layerpipe.linear %x, %w : (tensor<4x2xf32>, tensor<3x2xf32>) -> tensor<4x3xf32>
  // DECOMPOSED: [[BM:%.*]] = layerpipe.reduce_mean [[X]] : (tensor<4x3xf32>) -> tensor<1x3xf32>
  // DECOMPOSED: [[BV:%.*]] = layerpipe.reshape [[BM]]
  // DECOMPOSED: layerpipe.running_average [[M]], [[BV]] {momentum = 7.5{{0*}}e-01 : f64}
  // DECOMPOSED: [[D:%.*]] = layerpipe.detach [[M]]
  // DECOMPOSED: [[L:%.*]] = layerpipe.reshape [[D]]
  // DECOMPOSED: [[MEAN:%.*]] = layerpipe.train_or_eval [[BM]], [[L]]
  // DECOMPOSED: [[C:%.*]] = layerpipe.sub [[X]], [[MEAN]]
  // DECOMPOSED: [[S:%.*]] = layerpipe.square [[C]]
  // DECOMPOSED: layerpipe.reduce_mean [[S]]
  // DECOMPOSED: layerpipe.running_average [[V]]
  // DECOMPOSED: [[VARIANCE:%.*]] = layerpipe.train_or_eval
  // DECOMPOSED: [[R:%.*]] = layerpipe.rsqrt [[VARIANCE]] {epsilon = 1.0{{0*}}e-03 : f64}
  // DECOMPOSED: layerpipe.mul [[C]], [[R]]
  // CHECK: [[M1]] = layerpipe.running_average [[M]], {{.*}}layerpipe.layer = 1
  // CHECK: layerpipe.reshape [[M]]
  // CHECK: [[V1]] = layerpipe.running_average [[V]],
  // CHECK: layerpipe.reshape [[V]]
  // BATCH: layerpipe.batch_norm {{.*}} : (tensor<7x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<7x3xf32>
  %n = layerpipe.batch_norm %y, %m, %v {epsilon = 1.0e-3, momentum = 0.75} : (tensor<4x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %n, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // CHECK: layerpipe.sgd [[W]]
  // CHECK-NOT: layerpipe.sgd
  // CHECK: {{^ +[}]$}}

  // The forward task reads its own statistics of the iteration before.
  // TASKS: [[M:%.*]] = layerpipe.delay [[F:%.*]]#{{[0-9]}} by 1 initial
  // TASKS: [[V:%.*]] = layerpipe.delay [[F]]#{{[0-9]}} by 1 initial
  // TASKS: [[F]]:{{[0-9]}} = layerpipe.task "fc.forward" forward layer 1({{.*}}, [[M]], [[V]])
  // SPLIT: error: can't be cut along {{.*}}; it can along no axis
}

// A layer that normalises its input, which nothing trained makes: no gradient goes
// to the statistics.

// CHECK-LABEL: layerpipe.graph training @input
layerpipe.graph forward @input {
  %x = layerpipe.input : tensor<4x2xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x2xf32>
  %m = layerpipe.parameter "mean" constant(0.0) : tensor<2xf32>
  %v = layerpipe.parameter "variance" constant(1.0) : tensor<2xf32>
  %n = layerpipe.batch_norm %x, %m, %v : (tensor<4x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %y = layerpipe.linear %n, %w : (tensor<4x2xf32>, tensor<3x2xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // CHECK: layerpipe.mean_squared_error_grad
  // CHECK-NEXT: layerpipe.linear_grad_weight
  // CHECK-NEXT: layerpipe.sgd
  // CHECK-NEXT: {{^ +[}]$}}
}

// Between two values that are trained, the gradient goes to that of training.

// CHECK-LABEL: layerpipe.graph training @either
layerpipe.graph forward @either {
  %x = layerpipe.input : tensor<4x2xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<3x2xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x2xf32>, tensor<3x2xf32>) -> tensor<4x3xf32>
  %h = layerpipe.tanh %y : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %z = layerpipe.train_or_eval %y, %h : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %z, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // CHECK: [[G:%.*]] = layerpipe.mean_squared_error_grad
  // CHECK-NEXT: layerpipe.linear_grad_weight [[G]]
}
