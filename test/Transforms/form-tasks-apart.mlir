// Gradients of activations in tasks of their own, so that products stand alone.
// What comes after its layer's product, such as the sum at a skip connection,
// stays with it: otherwise the two tasks would wait for each other.

// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks=activation-gradients=apart | FileCheck %s
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-form-tasks=activation-gradients=apart | FileCheck %s --check-prefix=COUPLED
// RUN: not layerpipe-opt %s --layerpipe-differentiate --layerpipe-form-tasks=activation-gradients=far 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: error: unknown activation-gradients 'far'; there are joined and apart

layerpipe.graph forward @skip {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x5xf32>
  %w1 = layerpipe.parameter "a.weight" uniform(0.5) : tensor<5x3xf32>
  %z1 = layerpipe.linear %x, %w1 : (tensor<4x3xf32>, tensor<5x3xf32>) -> tensor<4x5xf32>
  %a1 = layerpipe.relu %z1 : (tensor<4x5xf32>) -> tensor<4x5xf32>
  %w2 = layerpipe.parameter "b.weight" uniform(0.5) : tensor<5x5xf32>
  %z2 = layerpipe.linear %a1, %w2 : (tensor<4x5xf32>, tensor<5x5xf32>) -> tensor<4x5xf32>
  %a2 = layerpipe.tanh %z2 : (tensor<4x5xf32>) -> tensor<4x5xf32>
  %s = layerpipe.add %a2, %a1 : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<4x5xf32>
  %l = layerpipe.mean_squared_error %s, %t : (tensor<4x5xf32>, tensor<4x5xf32>) -> tensor<f32>
}

// CHECK: layerpipe.task "b.activation_grad" activation_grad layer 2
// CHECK: layerpipe.tanh_grad
// CHECK-NEXT: layerpipe.yield
// CHECK: layerpipe.task "b.grad_input" grad_input layer 2
// CHECK: layerpipe.linear_grad_input
// CHECK-NEXT: layerpipe.accumulate
// CHECK-NEXT: layerpipe.yield
// CHECK: layerpipe.task "b.grad_weight" grad_weight layer 2
// CHECK: layerpipe.linear_grad_weight
// CHECK-NEXT: layerpipe.yield
// CHECK: layerpipe.task "a.activation_grad" activation_grad layer 1
// CHECK: layerpipe.relu_grad
// CHECK-NEXT: layerpipe.yield
// CHECK: layerpipe.task "a.grad_weight" grad_weight layer 1
// CHECK-NOT: relu_grad
// CHECK: layerpipe.linear_grad_weight

// COUPLED: layerpipe.task "b.activation_grad" activation_grad layer 2
// COUPLED: layerpipe.task "b.backward" backward layer 2
// COUPLED: layerpipe.linear_backward
// COUPLED-NEXT: layerpipe.accumulate
