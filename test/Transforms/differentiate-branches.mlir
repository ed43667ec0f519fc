// Values with several readers: a residual connection, and a weight that two
// layers share.

// RUN: layerpipe-opt %s --layerpipe-differentiate | FileCheck %s

// CHECK-LABEL: layerpipe.graph training @residual
layerpipe.graph forward @residual {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w1 = layerpipe.parameter "a.weight" uniform(0.5) : tensor<3x3xf32>
  // CHECK: [[A:%.*]] = layerpipe.linear {{.*}} {layerpipe.layer = 1 : i64}
  %a = layerpipe.linear %x, %w1 : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %w2 = layerpipe.parameter "b.weight" uniform(0.5) : tensor<3x3xf32>
  %b = layerpipe.linear %a, %w2 : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  // CHECK: layerpipe.add {{.*}}, [[A]] {layerpipe.layer = 2 : i64}
  %y = layerpipe.add %b, %a : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // The sum's gradient goes to both summands as it is; a gets another through b.
  // CHECK: [[DY:%.*]] = layerpipe.mean_squared_error_grad
  // CHECK: [[DA:%.*]], {{.*}} = layerpipe.linear_backward [[DY]], [[A]]
  // CHECK: [[SUM:%.*]] = layerpipe.accumulate [[DY]], [[DA]] {layerpipe.layer = 2 : i64} :
  // CHECK: layerpipe.linear_grad_weight [[SUM]],
}

// CHECK-LABEL: layerpipe.graph training @shared
layerpipe.graph forward @shared {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  // CHECK: [[W:%.*]] = layerpipe.delay [[U:%.*]] by 1
  // CHECK-NOT: layerpipe.delay
  %w = layerpipe.parameter "rnn.weight" uniform(0.5) : tensor<3x3xf32>
  // CHECK: layerpipe.linear {{.*}}, [[W]] {layerpipe.layer = 1 : i64}
  %a = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  // CHECK: layerpipe.linear {{.*}}, [[W]] {layerpipe.layer = 2 : i64}
  %b = layerpipe.linear %a, %w : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %b, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // CHECK: [[DA:%.*]], [[DW2:%.*]] = layerpipe.linear_backward
  // CHECK: [[DW1:%.*]] = layerpipe.linear_grad_weight [[DA]]
  // CHECK: [[DW:%.*]] = layerpipe.accumulate [[DW2]], [[DW1]] {layerpipe.layer = 1 : i64, of_weights}
  // The update belongs to the first layer that reads the weight.
  // CHECK: [[U]] = layerpipe.sgd [[W]], [[DW]] {layerpipe.layer = 1 : i64
  // CHECK-NEXT: {{^ +}$}}
}

// Layers are numbered so that values flow to later layers only, and gradients to
// earlier ones.

// CHECK-LABEL: layerpipe.graph training @unequal
layerpipe.graph forward @unequal {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x3xf32>
  %w1 = layerpipe.parameter "a.weight" uniform(0.5) : tensor<3x3xf32>
  %w2 = layerpipe.parameter "b.weight" uniform(0.5) : tensor<3x3xf32>
  %p = layerpipe.parameter "c.weight" uniform(0.5) : tensor<3x3xf32>
  %a = layerpipe.linear %x, %w1 : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.linear %a, %w2 : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  // It depends on a alone, so it belongs to layer 1, though layer 3 reads it.
  // CHECK: layerpipe.tanh {{.*}} {layerpipe.layer = 1 : i64} : (tensor<4x3xf32>)
  %h = layerpipe.tanh %a : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // It depends on no layer, so it belongs to the one that reads it.
  // CHECK: layerpipe.tanh {{.*}} {layerpipe.layer = 3 : i64}
  %w3 = layerpipe.tanh %p : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %c = layerpipe.linear %h, %w3 : (tensor<4x3xf32>, tensor<3x3xf32>) -> tensor<4x3xf32>
  %s = layerpipe.add %b, %c : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  %l = layerpipe.mean_squared_error %s, %t : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<f32>
  // a's gradient comes from b, of layer 2, and from its activation, of layer 1.
  // CHECK: layerpipe.tanh_grad {{.*}} {layerpipe.layer = 1 : i64}
  // CHECK: layerpipe.accumulate {{.*}} {layerpipe.layer = 1 : i64}
}
