// Ops of loops serve forward passes and gradients. Those of gradients have a role:
// what leads to the gradient of an activation is part of that, and all else is
// part of a parameter's.

// RUN: layerpipe-opt %s --layerpipe-differentiate | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-form-tasks | FileCheck %s --check-prefix=COUPLED
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks | FileCheck %s --check-prefix=APART

// CHECK-LABEL: layerpipe.graph training @scaled
// COUPLED-LABEL: layerpipe.graph training @scaled
// APART-LABEL: layerpipe.graph training @scaled
layerpipe.graph forward @scaled {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w0 = layerpipe.parameter "first.weight" uniform(0.5) : tensor<3x3xf32>
  %w1 = layerpipe.parameter "second.weight" uniform(0.5) : tensor<3x3xf32>
  %s = layerpipe.parameter "second.scale" constant(1.0) : tensor<3xf32>
  %a = layerpipe.linear %x, %w0 : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  // CHECK: [[B:%.*]] = layerpipe.linear {{.*}} {layerpipe.layer = 2 : i64}
  %b = layerpipe.linear %a, %w1 : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  // CHECK: layerpipe.mul [[B]], [[S:%.*]] {layerpipe.layer = 2 : i64} : (tensor<4x3xf32>, tensor<3xf32>)
  %c = layerpipe.mul %b, %s : (tensor<4x3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %c, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // CHECK: [[DY:%.*]] = layerpipe.mean_squared_error_grad
  // CHECK: layerpipe.mul [[DY]], [[S]] {layerpipe.layer = 2 : i64, layerpipe.role = "activation_grad"}
  // CHECK: [[PRODUCT:%.*]] = layerpipe.mul [[DY]], [[B]] {layerpipe.layer = 2 : i64, layerpipe.role = "grad_weight"}
  // CHECK: layerpipe.reduce_sum [[PRODUCT]] {layerpipe.layer = 2 : i64, layerpipe.role = "grad_weight"} : (tensor<4x3xf32>) -> tensor<3xf32>

  // A coupled layer has all gradients in one task, and a decoupled one has those
  // of its parameters in another.
  // COUPLED: layerpipe.task "second.backward"
  // COUPLED-NOT: layerpipe.task
  // COUPLED: layerpipe.reduce_sum
  // COUPLED: layerpipe.linear_backward
  // APART-DAG: layerpipe.task "second.grad_weight"
  // APART-DAG: layerpipe.task "second.grad_input"
}

// No gradient passes a comparison.
// CHECK-LABEL: layerpipe.graph training @masked
// COUPLED-LABEL: layerpipe.graph training @masked
// APART-LABEL: layerpipe.graph training @masked
layerpipe.graph forward @masked {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<3x3xf32>
  // CHECK: [[A:%.*]] = layerpipe.linear
  %a = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  // CHECK: [[M:%.*]] = layerpipe.less [[A]],
  %m = layerpipe.less %a, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %c = layerpipe.mul %a, %m : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %c, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // CHECK: [[DY:%.*]] = layerpipe.mean_squared_error_grad
  // CHECK-NEXT: [[DA:%.*]] = layerpipe.mul [[DY]], [[M]] {{.*}}"activation_grad"
  // CHECK-NEXT: layerpipe.linear_grad_weight [[DA]], 
}
