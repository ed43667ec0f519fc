// Two microbatches of two samples make the step of a batch of four.

// RUN: layerpipe-opt %s --layerpipe-set-batch=microbatches=2 --layerpipe-differentiate --layerpipe-unfold=microbatches=2 | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-set-batch=microbatches=2 --layerpipe-differentiate --layerpipe-unfold=microbatches=2 --layerpipe-form-tasks | FileCheck %s --check-prefix=TASKS

// RUN: not layerpipe-opt %s --layerpipe-set-batch=microbatches=3 2>&1 | FileCheck %s --check-prefix=UNEVEN
// UNEVEN: error: 4 samples can't be divided into 3 microbatches of one size
// RUN: not layerpipe-opt %s --layerpipe-unfold=microbatches=2 2>&1 | FileCheck %s --check-prefix=PHASE
// PHASE: error: {{.*}}unfold between differentiate and form-tasks
// RUN: not layerpipe-opt %s --layerpipe-differentiate --layerpipe-unfold=microbatches=0 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: microbatches
// RUN: not layerpipe-opt %s --layerpipe-differentiate --layerpipe-unfold=microbatches=2 --layerpipe-unfold=microbatches=2 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: belongs to a microbatch: the graph is unfolded
// RUN: not layerpipe-opt %s --layerpipe-differentiate --layerpipe-delay-gradients="rule=uniform delay=1" --layerpipe-unfold=microbatches=2 2>&1 | FileCheck %s --check-prefix=DELAYED
// DELAYED: error: {{.*}}unfold

// CHECK-LABEL: layerpipe.graph training @net
// TASKS-LABEL: layerpipe.graph training @net
layerpipe.graph forward @net {
  // CHECK: %[[X:.*]] = layerpipe.input : tensor<4x3xf32>
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "fc.weight" uniform(0.5) : tensor<2x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
  // CHECK: %[[X0:.*]] = layerpipe.slice %[[X]] {begin = 0 : i64, dimension = 0 : i64, end = 2 : i64, layerpipe.layer = 1 : i64, layerpipe.microbatch = 0 : i64}
  // CHECK: layerpipe.linear %[[X0]], %{{.*}} {layerpipe.layer = 1 : i64, layerpipe.microbatch = 0 : i64} : (tensor<2x3xf32>
  // CHECK: layerpipe.mean_squared_error_grad
  // CHECK: layerpipe.scale {{.*}} {factor = 5.000000e-01 : f64, layerpipe.layer = 1 : i64, layerpipe.microbatch = 0 : i64, layerpipe.role = "loss"}
  // CHECK: layerpipe.slice {{.*}} {begin = 0 : i64, dimension = 0 : i64, end = 2 : i64, layerpipe.layer = 1 : i64, layerpipe.microbatch = 0 : i64, layerpipe.role = "grad_weight"}
  // CHECK: layerpipe.slice %[[X]] {begin = 2 : i64, dimension = 0 : i64, end = 4 : i64, layerpipe.layer = 1 : i64, layerpipe.microbatch = 1 : i64}
  // CHECK: layerpipe.total_loss %{{.*}}, %{{.*}} {layerpipe.layer = 1 : i64, weights = array<f64: 5.000000e-01, 5.000000e-01>}
  // CHECK: %[[SUM:.*]] = layerpipe.accumulate {{.*}} layerpipe.microbatch = 1 : i64, layerpipe.role = "grad_weight", of_weights
  // CHECK: layerpipe.sgd %{{.*}}, %[[SUM]]
  // TASKS: layerpipe.task "fc.forward@0" forward layer 1({{.*}}) attributes {layerpipe.microbatch = 0 : i64}
  // TASKS: layerpipe.task "loss@0" loss
  // TASKS: layerpipe.task "fc.grad_weight@0"
  // TASKS: layerpipe.task "fc.forward@1"
  // TASKS: layerpipe.task "loss@1"
  // TASKS: layerpipe.task "loss" loss
  // TASKS: layerpipe.total_loss
  // TASKS: layerpipe.task "fc.update" update
}
