// Stages of a network with branches need not follow the layers' numbers: layers
// 1 and 5 are the first stage here, the others the second. Gradients are added
// up from the last stage to the first, and a weight that both stages read is
// updated in the first one.

// RUN: layerpipe-opt %s --layerpipe-differentiate -o %t.training.mlir
// RUN: layerpipe-opt %t.training.mlir \
// RUN:   --layerpipe-plan="strategy=pipedream processors=2" -o %t.planned.mlir
// RUN: FileCheck %s < %t.planned.mlir

// A file's edges say the same order.
// RUN: layerpipe-translate --export-schedule-json %t.planned.mlir -o %t.json
// RUN: layerpipe-opt %t.training.mlir --layerpipe-plan=schedule=%t.json \
// RUN:   | diff %t.planned.mlir -

// CHECK-LABEL: layerpipe.graph scheduled @branches
// CHECK-SAME: gradient_delays = {a.weight = 1 : i64}
// CHECK-SAME: period = 1008
// CHECK-DAG: [[E:%[0-9]+]]:2 = layerpipe.task "w.backward" backward layer 4{{.*}} processor = 1
// CHECK-DAG: [[B:%[0-9]+]]:2 = layerpipe.task "b.backward" backward layer 2{{.*}} processor = 1
// CHECK-DAG: [[S:%[0-9]+]]:2 = layerpipe.task "w_5.backward" backward layer 5({{.*}}, [[B]]#0) {{.*}} processor = 0
// CHECK-DAG: [[DW:%[0-9]+]] = layerpipe.task "w_5.grad_weight" grad_weight layer 5([[E]]#1, [[S]]#{{[01]}}) {{.*}} processor = 0
// CHECK-DAG: layerpipe.task "a.grad_weight" grad_weight layer 1([[S]]#{{[01]}}, {{.*}} processor = 0
// CHECK-DAG: layerpipe.task "w_5.update" update layer 5{{.*}} processor = 0
layerpipe.graph forward @branches {
  %x = layerpipe.input : tensor<2x45xf32>
  %t = layerpipe.labels : tensor<2x2xf32>
  %wa = layerpipe.parameter "a.weight" uniform(0.5) : tensor<4x45xf32>
  %wb = layerpipe.parameter "b.weight" uniform(0.5) : tensor<16x4xf32>
  %wc = layerpipe.parameter "c.weight" uniform(0.5) : tensor<4x16xf32>
  %w = layerpipe.parameter "w.weight" uniform(0.5) : tensor<4x4xf32>
  %wf = layerpipe.parameter "f.weight" uniform(0.5) : tensor<4x4xf32>
  %wd = layerpipe.parameter "d.weight" uniform(0.5) : tensor<2x4xf32>
  %a = layerpipe.linear %x, %wa : (tensor<2x45xf32>, tensor<4x45xf32>) -> tensor<2x4xf32>
  %b = layerpipe.linear %a, %wb : (tensor<2x4xf32>, tensor<16x4xf32>) -> tensor<2x16xf32>
  %c = layerpipe.linear %b, %wc : (tensor<2x16xf32>, tensor<4x16xf32>) -> tensor<2x4xf32>
  %e = layerpipe.linear %c, %w : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
  %s = layerpipe.linear %a, %w : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
  %f = layerpipe.linear %e, %wf : (tensor<2x4xf32>, tensor<4x4xf32>) -> tensor<2x4xf32>
  %y = layerpipe.add %f, %s : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %z = layerpipe.linear %y, %wd : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x2xf32>
  %l = layerpipe.mean_squared_error %z, %t : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<f32>
}
