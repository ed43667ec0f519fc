// LayerPipe2's pipeline: one register per stage boundary in each direction, and
// the stashes that follow. The rule and its limits for all sizes are in
// layerpipe2-rule.test.

// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-delay-gradients --layerpipe-retime=stages=3 | FileCheck %s
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-delay-gradients="rule=explicit delays=3,1,0" --layerpipe-retime="stages=3 free-updates" | FileCheck %s --check-prefix=FREE
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-retime=stages=1 | FileCheck %s --check-prefix=ONE

// CHECK: layerpipe.graph pipelined @chain3
// CHECK: [[X:%.*]] = layerpipe.input : tensor
// The labels wait for the last stage.
// CHECK: layerpipe.labels {lag = 2 : i64}
// CHECK: [[P1:%.*]] = layerpipe.parameter "l1.weight"
// CHECK: [[P2:%.*]] = layerpipe.parameter "l2.weight"
// CHECK: [[F1:%.*]] = layerpipe.task "l1.forward" {{.*}}([[X]], [[W1:%.*]]) {
// CHECK: [[F2:%.*]] = layerpipe.task "l2.forward" {{.*}}([[A1:%.*]], [[W2:%.*]]) attributes {retimed = 1 : i64}
// CHECK: [[D3:%.*]] = layerpipe.task "l3.grad_input" {{.*}} attributes {retimed = 2 : i64}
// CHECK: [[D2:%.*]] = layerpipe.task "l2.grad_input" {{.*}}([[E3:%.*]], [[W2D:%.*]]) attributes {retimed = 3 : i64}
// CHECK: [[G2:%.*]] = layerpipe.task "l2.grad_weight" {{.*}}([[E3]], [[A1D:%.*]]) attributes {retimed = 3 : i64}
// CHECK: [[G1:%.*]] = layerpipe.task "l1.grad_weight" {{.*}}([[E2:%.*]], [[XD:%.*]]) attributes {retimed = 4 : i64}
// The delays of the gradients are used up, all of them.
// CHECK: [[U1:%.*]] = layerpipe.task "l1.update" {{.*}}([[W1]], [[G1]]) {
// CHECK: [[U2:%.*]] = layerpipe.task "l2.update" {{.*}}([[W2]], [[G2]]) attributes {retimed = 1 : i64}
// CHECK-DAG: [[W1]] = layerpipe.delay [[U1]] by 1 initial([[P1]])
// CHECK-DAG: [[A1]] = layerpipe.delay [[F1]] by 1 initial(absent)
// CHECK-DAG: [[W2]] = layerpipe.delay [[U2]] by 1 initial([[P2]])
// CHECK-DAG: [[W2D]] = layerpipe.delay [[U2]] by 3 initial([[P2]])
// CHECK-DAG: [[A1D]] = layerpipe.delay [[F1]] by 3 initial(absent)
// CHECK-DAG: [[E3]] = layerpipe.delay [[D3]] by 1 initial(absent)
// CHECK-DAG: [[E2]] = layerpipe.delay [[D2]] by 1 initial(absent)
// CHECK-DAG: [[XD]] = layerpipe.delay [[X]] by 4 initial(absent)

// An update may run one period later; then its forward reads it undelayed.
// FREE: "l1.forward" forward layer 1({{%.*}}, [[U1:%.*]]) {
// FREE: [[U1]] = layerpipe.task "l1.update" {{.*}} attributes {retimed = 1 : i64}
// FREE: "l2.update" {{.*}} attributes {retimed = 2 : i64}
// FREE: "l3.update" {{.*}} attributes {retimed = 2 : i64}

// One stage has nothing to retime.
// ONE-NOT: retimed
