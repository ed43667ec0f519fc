// One task per layer and role; cheap ops join their layer's task.

// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-form-tasks | FileCheck %s --check-prefix=COUPLED

layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %w1 = layerpipe.parameter "a.weight" uniform(0.5) : tensor<5x3xf32>
  %b1 = layerpipe.parameter "a.bias" constant(0.0) : tensor<5xf32>
  %z1 = layerpipe.linear %x, %w1, %b1 : (tensor<4x3xf32>, tensor<5x3xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  %a1 = layerpipe.relu %z1 : (tensor<4x5xf32>) -> tensor<4x5xf32>
  %w2 = layerpipe.parameter "b.weight" uniform(0.5) : tensor<2x5xf32>
  %z2 = layerpipe.linear %a1, %w2 : (tensor<4x5xf32>, tensor<2x5xf32>) -> tensor<4x2xf32>
  %a2 = layerpipe.tanh %z2 : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %a2, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}

// CHECK: [[X:%.*]] = layerpipe.input
// CHECK: [[T:%.*]] = layerpipe.labels
// CHECK: [[W1:%.*]] = layerpipe.delay [[U1:%.*]]#0 by 1
// CHECK: [[B1:%.*]] = layerpipe.delay [[U1]]#1 by 1
// CHECK: [[W2:%.*]] = layerpipe.delay [[U2:%.*]] by 1
// CHECK: [[A1:%.*]] = layerpipe.task "a.forward" forward layer 1([[X]], [[W1]], [[B1]]) {
// CHECK-NEXT: ^bb0([[ARG:%.*]]: tensor<4x3xf32>
// CHECK-NEXT: [[Z:%.*]] = layerpipe.linear [[ARG]], {{[^{]*}} :
// CHECK-NEXT: [[R:%.*]] = layerpipe.relu [[Z]]
// CHECK-NEXT: layerpipe.yield [[R]] : tensor<4x5xf32>
// CHECK: [[A2:%.*]] = layerpipe.task "b.forward" forward layer 2([[A1]], [[W2]])
// CHECK: [[L:%.*]]:2 = layerpipe.task "loss" loss layer 2([[A2]], [[T]])
// The gradient of tanh is a product less: it joins the grad_input task, whose
// second result feeds the grad_weight task.
// CHECK: [[D2:%.*]]:2 = layerpipe.task "b.grad_input" grad_input layer 2([[L]]#1, [[A2]], [[W2]])
// CHECK: layerpipe.tanh_grad
// CHECK-NEXT: layerpipe.linear_grad_input
// CHECK: [[G2:%.*]] = layerpipe.task "b.grad_weight" grad_weight layer 2([[D2]]#0, [[A1]])
// Layer 1 has no product for its input: relu's gradient joins grad_weight.
// CHECK-NOT: "a.grad_input"
// CHECK: [[G1:%.*]]:2 = layerpipe.task "a.grad_weight" grad_weight layer 1([[D2]]#1, [[A1]], [[X]])
// CHECK: layerpipe.relu_grad
// CHECK-NEXT: layerpipe.linear_grad_weight
// CHECK: [[U1]]:2 = layerpipe.task "a.update" update layer 1([[W1]], [[G1]]#0, [[B1]], [[G1]]#1)
// CHECK: [[U2]] = layerpipe.task "b.update" update layer 2([[W2]], [[G2]])

// COUPLED: layerpipe.task "b.backward" backward layer 2
// COUPLED: layerpipe.tanh_grad
// COUPLED-NEXT: layerpipe.linear_backward
// COUPLED: layerpipe.task "a.grad_weight" grad_weight layer 1
