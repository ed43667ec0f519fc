// A parameter that is detached wherever it is read is frozen: it has no gradient,
// no update and no delay. Detach ops end with differentiation, so that no task
// copies the parameter for another one.

// RUN: layerpipe-opt %s --layerpipe-differentiate | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-form-tasks | FileCheck %s --check-prefix=TASKS

// CHECK-LABEL: layerpipe.graph training @middle
layerpipe.graph forward @middle {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  // CHECK: layerpipe.delay {{.*}} by 1
  // CHECK-NOT: layerpipe.delay
  %w1 = layerpipe.parameter "a.weight" uniform(0.5) : tensor<3x3xf32>
  // CHECK: [[W:%.*]] = layerpipe.parameter "b.weight"
  %w2 = layerpipe.parameter "b.weight" uniform(0.5) : tensor<3x3xf32>
  %a = layerpipe.linear %x, %w1 : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %frozen = layerpipe.detach %w2 : (tensor<3x3xf32>) -> tensor<3x3xf32>
  // CHECK-NOT: layerpipe.detach
  // CHECK: layerpipe.linear {{.*}}, [[W]]
  %b = layerpipe.linear %a, %frozen : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %b, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // CHECK: layerpipe.linear_grad_input {{.*}}, [[W]]
  // CHECK: layerpipe.linear_grad_weight
  // CHECK-NOT: layerpipe.linear_grad_weight
  // CHECK: layerpipe.sgd
  // CHECK-NOT: layerpipe.sgd

  // TASKS-LABEL: layerpipe.graph training @middle
  // TASKS: [[W:%.*]] = layerpipe.parameter "b.weight"
  // TASKS: layerpipe.task "b.forward"{{.*}}[[W]]
  // TASKS: layerpipe.task "b.grad_input"{{.*}}[[W]]
}

// A parameter that is also read without a detach is trained by that reader.

// CHECK-LABEL: layerpipe.graph training @once
layerpipe.graph forward @once {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  // CHECK: [[W:%.*]] = layerpipe.delay
  %w = layerpipe.parameter "weight" uniform(0.5) : tensor<3x3xf32>
  %frozen = layerpipe.detach %w : (tensor<3x3xf32>) -> tensor<3x3xf32>
  // CHECK: layerpipe.linear {{.*}}, [[W]]
  // CHECK-NEXT: layerpipe.linear {{.*}}, [[W]]
  %a = layerpipe.linear %x, %frozen : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.linear %a, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %b, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // CHECK: layerpipe.linear_grad_weight
  // CHECK-NOT: layerpipe.linear_grad_weight
  // CHECK: layerpipe.sgd [[W]],
}
