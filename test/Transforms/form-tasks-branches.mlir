// Networks whose ops are not a chain: tasks never wait for each other.

// RUN: layerpipe-opt %s --split-input-file --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks | FileCheck %s
// RUN: layerpipe-opt %s --split-input-file --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks=activation-gradients=apart | FileCheck %s --check-prefix=APART
// RUN: layerpipe-opt %s --split-input-file --layerpipe-differentiate --layerpipe-form-tasks | FileCheck %s --check-prefix=COUPLED

// Two branches of unequal depth: layer b reads a's product, layer c its
// activation. Both gradients are summed up in layer a, since the activation's
// belongs there.

// CHECK-LABEL: @branches
// COUPLED-LABEL: @branches
layerpipe.graph forward @branches {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %wa = layerpipe.parameter "a.weight" uniform(0.5) : tensor<3x3xf32>
  %wb = layerpipe.parameter "b.weight" uniform(0.5) : tensor<3x3xf32>
  %wc = layerpipe.parameter "c.weight" uniform(0.5) : tensor<3x3xf32>
  %a = layerpipe.linear %x, %wa : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.linear %a, %wb : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %h = layerpipe.tanh %a : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %c = layerpipe.linear %h, %wc : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %s = layerpipe.add %b, %c : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %s, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}
// CHECK: layerpipe.task "c.grad_input" grad_input layer 3
// CHECK-NEXT: ^bb0
// CHECK-NEXT: layerpipe.linear_grad_input
// CHECK-NEXT: layerpipe.yield
// CHECK: layerpipe.task "a.grad_weight" grad_weight layer 1
// CHECK-NEXT: ^bb0
// CHECK-NEXT: layerpipe.tanh_grad
// CHECK-NEXT: layerpipe.accumulate
// CHECK-NEXT: layerpipe.linear_grad_weight
// CHECK: layerpipe.task "b.grad_input" grad_input layer 2

// -----

// What is computed from a parameter alone belongs to the layer that reads it,
// in both directions, and the layer has the parameter's name.

// CHECK-LABEL: @computed_weight
// APART-LABEL: @computed_weight
// COUPLED-LABEL: @computed_weight
layerpipe.graph forward @computed_weight {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %wa = layerpipe.parameter "a.weight" uniform(0.5) : tensor<3x3xf32>
  %p = layerpipe.parameter "b.weight" uniform(0.5) : tensor<3x3xf32>
  %wb = layerpipe.tanh %p : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %a = layerpipe.linear %x, %wa : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.linear %a, %wb : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %h = layerpipe.tanh %b : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %h, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}
// CHECK: layerpipe.task "b.forward" forward layer 2
// CHECK-NEXT: ^bb0
// CHECK-NEXT: layerpipe.tanh
// CHECK-NEXT: layerpipe.linear
// CHECK-NEXT: layerpipe.tanh
// CHECK: layerpipe.task "b.grad_input" grad_input layer 2
// CHECK-NEXT: ^bb0
// CHECK-NEXT: layerpipe.tanh_grad
// CHECK-NEXT: layerpipe.linear_grad_input
// CHECK-NEXT: layerpipe.yield
// CHECK: layerpipe.task "b.grad_weight" grad_weight layer 2
// CHECK-NEXT: ^bb0
// CHECK-NEXT: layerpipe.linear_grad_weight
// CHECK-NEXT: layerpipe.tanh_grad
// CHECK-NEXT: layerpipe.yield
// APART: layerpipe.task "b.activation_grad" activation_grad layer 2
// APART-NEXT: ^bb0
// APART-NEXT: layerpipe.tanh_grad
// APART-NEXT: layerpipe.yield
// APART: layerpipe.task "b.grad_weight" grad_weight layer 2
// APART-NEXT: ^bb0
// APART-NEXT: layerpipe.linear_grad_weight
// APART-NEXT: layerpipe.tanh_grad
// COUPLED: layerpipe.task "b.backward" backward layer 2
// COUPLED-NEXT: ^bb0
// COUPLED-NEXT: layerpipe.tanh_grad
// COUPLED-NEXT: layerpipe.linear_backward
// COUPLED-NEXT: layerpipe.tanh_grad

// -----

// The first layer's weight is computed: what joins the gradient of the weight
// stands before and behind it.

// CHECK-LABEL: @computed_first
layerpipe.graph forward @computed_first {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %p = layerpipe.parameter "a.weight" uniform(0.5) : tensor<3x3xf32>
  %w = layerpipe.tanh %p : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %a = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %h = layerpipe.relu %a : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %h, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}
// CHECK: layerpipe.task "a.grad_weight" grad_weight layer 1
// CHECK-NEXT: ^bb0
// CHECK-NEXT: layerpipe.relu_grad
// CHECK-NEXT: layerpipe.linear_grad_weight
// CHECK-NEXT: layerpipe.tanh_grad
// CHECK-NEXT: layerpipe.yield

// -----

// A product of an activation with itself: the sum of both gradients waits for
// that of the weight, so it joins it.

// CHECK-LABEL: @square
layerpipe.graph forward @square {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x4xf32>
  %w = layerpipe.parameter "a.weight" uniform(0.5) : tensor<3x3xf32>
  %a = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %s = layerpipe.linear %a, %a : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x4xf32>
  %h = layerpipe.tanh %s : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %l = layerpipe.mean_squared_error %h, %t : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<f32>
}
// CHECK: layerpipe.task "layer2.grad_input" grad_input layer 2
// CHECK-NEXT: ^bb0
// CHECK-NEXT: layerpipe.tanh_grad
// CHECK-NEXT: layerpipe.linear_grad_input
// CHECK-NEXT: layerpipe.yield
// CHECK: layerpipe.task "layer2.grad_weight" grad_weight layer 2
// CHECK-NEXT: ^bb0
// CHECK-NEXT: layerpipe.linear_grad_weight
// CHECK-NEXT: layerpipe.accumulate

// -----

// A loss of a parameter itself: the update is all that its layer has.

// CHECK-LABEL: @no_layer
layerpipe.graph forward @no_layer {
  %t = layerpipe.labels : tensor<4x3xf32>
  %p = layerpipe.parameter "p" uniform(0.5) : tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %p, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
}
// CHECK: layerpipe.task "loss" loss layer 1
// CHECK: layerpipe.task "layer1.update" update layer 1
