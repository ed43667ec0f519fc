// Each rule, before and after tasks are formed; what changed training is
// recorded on the graph.

// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients | FileCheck %s --check-prefixes=CHECK,LAYERS
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-delay-gradients | FileCheck %s --check-prefixes=CHECK,TASKS
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients=stages=2 | FileCheck %s --check-prefix=TWO
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients=stages=1 | FileCheck %s --check-prefix=NONE
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients="rule=uniform delay=3" | FileCheck %s --check-prefix=UNIFORM
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-delay-gradients="rule=explicit delays=5,0,1" | FileCheck %s --check-prefix=EXPLICIT

// CHECK: layerpipe.graph pipelined @chain3 attributes {gradient_delays = {l1.weight = 4 : i64, l2.weight = 2 : i64}}
// LAYERS: [[G2:%.*]] = layerpipe.linear_backward
// LAYERS: layerpipe.sgd {{%.*}}, [[D1:%.*]] {layerpipe.layer = 1
// LAYERS: layerpipe.sgd {{%.*}}, [[D2:%.*]] {layerpipe.layer = 2
// LAYERS: layerpipe.sgd {{%.*}}, %dweight {layerpipe.layer = 3
// TASKS: "l1.update" update layer 1({{%.*}}, [[D1:%.*]]) {
// TASKS: "l2.update" update layer 2({{%.*}}, [[D2:%.*]]) {
// CHECK: [[D1]] = layerpipe.delay {{%.*}} by 4 initial(absent)
// CHECK: [[D2]] = layerpipe.delay {{%.*}} by 2 initial(absent)
// CHECK-NOT: layerpipe.delay

// With two stages for three layers: 1 and 2 in the first, 3 in the second.
// TWO: gradient_delays = {l1.weight = 2 : i64, l2.weight = 2 : i64}}
// NONE: layerpipe.graph pipelined @chain3 {
// UNIFORM: gradient_delays = {l1.weight = 3 : i64, l2.weight = 3 : i64, l3.weight = 3 : i64}}
// EXPLICIT: gradient_delays = {l1.weight = 5 : i64, l3.weight = 1 : i64}}
