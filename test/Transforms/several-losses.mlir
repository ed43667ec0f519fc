// Two heads, one of which counts 0.3 times, share labels. Each loss is a task of
// its own, and the total stands in the last one.

// RUN: layerpipe-opt %s --layerpipe-differentiate | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-form-tasks | FileCheck %s --check-prefix=TASKS
// RUN: layerpipe-opt %s --layerpipe-set-batch=microbatches=2 --layerpipe-differentiate --layerpipe-unfold=microbatches=2 | FileCheck %s --check-prefix=UNFOLDED
// RUN: layerpipe-opt %s --layerpipe-set-batch=microbatches=2 --layerpipe-differentiate --layerpipe-unfold=microbatches=2 --layerpipe-form-tasks | FileCheck %s --check-prefix=PARTS

// CHECK-LABEL: layerpipe.graph training @net
// TASKS-LABEL: layerpipe.graph training @net
// UNFOLDED-LABEL: layerpipe.graph training @net
// PARTS-LABEL: layerpipe.graph training @net
layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x3xf32>
  // UNFOLDED: %[[T:.*]] = layerpipe.labels : tensor<4x2xi32>
  %t = layerpipe.labels : tensor<4x2xi32>
  %w = layerpipe.parameter "trunk.weight" uniform(0.5) : tensor<6x3xf32>
  %v = layerpipe.parameter "main.weight" uniform(0.5) : tensor<6x6xf32>
  %u = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<6x3xf32>) -> tensor<4x6xf32>
  %a = layerpipe.reshape %u : (tensor<4x6xf32>) -> tensor<4x3x2xf32>
  %y = layerpipe.linear %u, %v : (tensor<4x6xf32>, tensor<6x6xf32>) -> tensor<4x6xf32>
  %b = layerpipe.reshape %y : (tensor<4x6xf32>) -> tensor<4x3x2xf32>
  // CHECK: %[[AUX:.*]] = layerpipe.softmax_cross_entropy %{{.*}} {layerpipe.auxiliary, layerpipe.layer = 1 : i64, sum}
  %l = layerpipe.softmax_cross_entropy %a, %t {sum} : (tensor<4x3x2xf32>, tensor<4x2xi32>) -> tensor<f32>
  // CHECK: %[[MAIN:.*]] = layerpipe.softmax_cross_entropy %{{.*}} {ignored = -100 : i64, layerpipe.layer = 2 : i64}
  %m = layerpipe.softmax_cross_entropy %b, %t {ignored = -100} : (tensor<4x3x2xf32>, tensor<4x2xi32>) -> tensor<f32>
  // CHECK: layerpipe.total_loss %[[MAIN]], %[[AUX]] {layerpipe.layer = 2 : i64, weights = array<f64: 1.000000e+00, 3.000000e-01>}
  %s = layerpipe.total_loss %m, %l {weights = array<f64: 1.0, 0.3>} : (tensor<f32>, tensor<f32>) -> tensor<f32>
  // CHECK: layerpipe.softmax_cross_entropy_grad %{{.*}} {ignored = -100 : i64, layerpipe.layer = 2 : i64}
  // CHECK-NOT: layerpipe.scale
  // CHECK: %[[GRAD:.*]] = layerpipe.softmax_cross_entropy_grad %{{.*}} {layerpipe.layer = 1 : i64, sum}
  // CHECK-NEXT: layerpipe.scale %[[GRAD]] {factor = 3.000000e-01 : f64, layerpipe.layer = 1 : i64, layerpipe.role = "loss"}
  // TASKS: layerpipe.task "trunk.loss" loss layer 1
  // TASKS: layerpipe.task "loss" loss layer 2
  // UNFOLDED: layerpipe.softmax_cross_entropy %{{.*}}, %{{.*}} {layerpipe.auxiliary,
  // The gradient of a sum isn't scaled, and that of a mean counts all labels.
  // UNFOLDED: layerpipe.softmax_cross_entropy %{{.*}}, %{{.*}}, %[[T]] {ignored = -100 : i64,
  // UNFOLDED: layerpipe.softmax_cross_entropy_grad %{{.*}}, %{{.*}}, %[[T]] {ignored = -100 : i64,
  // UNFOLDED-NOT: factor = 5.0
  // UNFOLDED: layerpipe.total_loss %{{.*}} {layerpipe.layer = 2 : i64, weights = array<f64: 1.000000e+00, 1.000000e+00, 3.000000e-01, 3.000000e-01>}
  // PARTS: layerpipe.task "trunk.loss@0" loss layer 1
  // PARTS: layerpipe.task "loss@0" loss layer 2
  // PARTS: layerpipe.task "loss" loss layer 2
}
