// Gradients are clipped by the norm of all of them before updates read them.

// RUN: layerpipe-opt %s --layerpipe-differentiate="clip-norm=0.5" | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-differentiate="clip-norm=0.5" --layerpipe-decouple-gradients --layerpipe-form-tasks | FileCheck %s --check-prefix=TASKS
// RUN: layerpipe-opt %s --layerpipe-differentiate="clip-norm=0.5" --layerpipe-delay-gradients="rule=explicit delays=2,1" | FileCheck %s --check-prefix=DELAYED
// RUN: layerpipe-opt %s --layerpipe-differentiate="clip-norm=0.5" --layerpipe-unfold=microbatches=2 | FileCheck %s --check-prefix=UNFOLDED

layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %v = layerpipe.parameter "fc1.weight" uniform(0.5) : tensor<3x3xf32>
  %w = layerpipe.parameter "fc2.weight" uniform(0.5) : tensor<2x3xf32>
  %b = layerpipe.parameter "fc2.bias" constant(0.0) : tensor<2xf32>
  %y = layerpipe.linear %x, %v : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %z = layerpipe.linear %y, %w, %b : (tensor<4x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %z, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}

// CHECK: %dx, [[W:%.*]], [[B:%.*]] = layerpipe.linear_backward
// CHECK: [[V:%.*]] = layerpipe.linear_grad_weight
// CHECK: [[SV:%.*]] = layerpipe.sum_squares [[V]] {layerpipe.layer = 1 : i64}
// CHECK: [[SW:%.*]] = layerpipe.sum_squares [[W]] {layerpipe.layer = 2 : i64}
// CHECK: [[SB:%.*]] = layerpipe.sum_squares [[B]] {layerpipe.layer = 2 : i64}
// CHECK: [[F:%.*]] = layerpipe.clip_factor [[SV]], [[SW]], [[SB]] {layerpipe.layer = 1 : i64, max_norm = 5.000000e-01 : f64}
// CHECK: [[CV:%.*]] = layerpipe.mul [[V]], [[F]] {layerpipe.layer = 1 : i64, layerpipe.role = "update"}
// CHECK: layerpipe.sgd {{%.*}}, [[CV]]

// The factor is made where gradients come last. Updates hold the products.
// TASKS-DAG: [[F:%.*]] = layerpipe.task "fc1.norm" norm layer 1({{%.*}}, [[S:%.*]]#0, [[S]]#1)
// TASKS-DAG: [[S]]:2 = layerpipe.task "fc2.norm" norm layer 2(
// TASKS-DAG: layerpipe.task "fc1.update" update layer 1({{%.*}}, [[F]], {{%.*}})
// TASKS-DAG: layerpipe.task "fc2.update" update layer 2({{%.*}}, [[F]], {{%.*}}, {{%.*}}, {{%.*}})

// Gradient and factor are late together; the norm is that of one iteration.
// DELAYED: gradient_delays = {fc1.weight = 2 : i64, fc2.bias = 1 : i64, fc2.weight = 1 : i64}
// DELAYED: [[V:%.*]] = layerpipe.linear_grad_weight
// DELAYED: layerpipe.sum_squares [[V]]
// DELAYED: [[F:%.*]] = layerpipe.clip_factor
// DELAYED: layerpipe.mul [[DV:%.*]], [[DF:%.*]] {layerpipe.layer = 1
// DELAYED-DAG: [[DV]] = layerpipe.delay [[V]] by 2 initial(absent)
// DELAYED-DAG: [[DF]] = layerpipe.delay [[F]] by 2 initial(absent)

// The norm is that of the sum over the microbatches.
// UNFOLDED-COUNT-3: layerpipe.sum_squares
// UNFOLDED-NOT: layerpipe.sum_squares
