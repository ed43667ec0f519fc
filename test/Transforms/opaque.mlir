// Opaque layers: layers of their own, with weights or without; gradients in both
// forms; costs by model.

// RUN: layerpipe-opt %s --layerpipe-differentiate | FileCheck %s --check-prefix=COUPLED
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs=model=macs | FileCheck %s --check-prefixes=TASK,MACS
// RUN: layerpipe-opt %s --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs=model=profile | FileCheck %s --check-prefixes=TASK,TIME
// RUN: layerpipe-opt %s --layerpipe-pipeline="processors=2 cost-model=profile" | FileCheck %s --check-prefix=SCHEDULED
// RUN: not layerpipe-opt %s --layerpipe-interpret 2>&1 | FileCheck %s --check-prefix=INTERPRET

// COUPLED: "embedding"{{.*}}layerpipe.layer = 1
// COUPLED: "norm"{{.*}}layerpipe.layer = 2
// COUPLED: layerpipe.add {{.*}}layerpipe.layer = 2
// COUPLED: "head"{{.*}}layerpipe.layer = 3
// COUPLED: %[[D:[a-z]+]]:2, %{{.*}} = layerpipe.opaque_backward {{.*}} inputs(%{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<4x8xf32>) {{.*}}macs = array<i64: 11, 12>, nanoseconds = array<i64: 102, 103>
// COUPLED: layerpipe.opaque_grad_input %[[D]]#0, {{.*}}macs = array<i64: 4>
// COUPLED: layerpipe.opaque_grad_weight {{.*}} inputs({{.*}}macs = array<i64: 9>

// TASK: "embedding.forward" forward layer 1
// MACS-SAME: {time = 7 : i64}
// TIME-SAME: {time = 5 : i64}
// TASK: "norm.forward" forward layer 2
// TASK: "head.grad_input"
// MACS-SAME: {time = 11 : i64}
// TIME-SAME: {time = 102 : i64}
// TASK: "head.grad_weight"
// MACS-SAME: {time = 12 : i64}
// TIME-SAME: {time = 103 : i64}
// TASK: "norm.grad_input"
// TASK: "embedding.grad_weight"
// TASK-NOT: "embedding.grad_input"

// SCHEDULED: layerpipe.graph scheduled @net {{.*}}time_unit = "ns"

// INTERPRET: error: 'layerpipe.opaque' op has no meaning to the interpreter
layerpipe.graph forward @net {
  %x = layerpipe.input : tensor<4x8xf32>
  %t = layerpipe.labels : tensor<4x8xf32>
  %w1 = layerpipe.parameter "emb.weight" uniform(0.5) : tensor<8x8xf32>
  %a = layerpipe.opaque "embedding"(%x) weights(%w1 : tensor<8x8xf32>) {macs = array<i64: 7, 8, 9>, nanoseconds = array<i64: 5, 6, 7>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %b = layerpipe.opaque "norm"(%a) {macs = array<i64: 3, 4, 0>, nanoseconds = array<i64: 5, 6, 0>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %c = layerpipe.add %a, %b : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %w2 = layerpipe.parameter "head.weight" uniform(0.5) : tensor<8x8xf32>
  %d = layerpipe.opaque "head"(%c, %a) weights(%w2 : tensor<8x8xf32>) {macs = array<i64: 10, 11, 12>, nanoseconds = array<i64: 101, 102, 103>} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
  %l = layerpipe.mean_squared_error %d, %t : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<f32>
}
