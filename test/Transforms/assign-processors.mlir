// The three strategies on three equal layers: 2 units for the first layer
// (which needs no input gradient), 3 for each other one.

// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs -o %t
// RUN: layerpipe-opt %t --layerpipe-assign-processors="processors=1 strategy=sequential" | FileCheck %s --check-prefix=SEQUENTIAL
// RUN: layerpipe-opt %t --layerpipe-assign-processors="processors=2 strategy=pipedream" | FileCheck %s --check-prefix=PIPEDREAM
// RUN: layerpipe-opt %t --layerpipe-assign-processors="processors=2 strategy=layerpipe-intra" | FileCheck %s --check-prefix=INTRA
// RUN: layerpipe-opt %t --layerpipe-assign-processors=processors=2 | FileCheck %s --check-prefix=INTRA

// More processors than can be used: the others stay idle.
// RUN: layerpipe-opt %t --layerpipe-assign-processors="processors=2 strategy=sequential" | FileCheck %s --check-prefix=ONE
// RUN: layerpipe-opt %t --layerpipe-assign-processors="processors=4 strategy=pipedream" | FileCheck %s --check-prefix=THREE
// RUN: layerpipe-opt %t --layerpipe-assign-processors="processors=100" | FileCheck %s --check-prefix=HUNDRED

// ONE: attributes {processors = 2 : i64
// ONE-COUNT-12: {processor = 0 : i64, time
// THREE: attributes {processors = 4 : i64
// THREE: "l3.forward" {{.*}} {processor = 2
// THREE-NOT: processor = 3
// HUNDRED: attributes {processors = 100 : i64
// HUNDRED-COUNT-12: {processor = {{[0-9]|1[01]}} : i64, time

// SEQUENTIAL: layerpipe.graph training @chain3 attributes {processors = 1 : i64, strategy = "sequential", time_unit = "cycles"}
// SEQUENTIAL-COUNT-12: {processor = 0 : i64, time
// SEQUENTIAL-NOT: processor =

// Whole layers, contiguous: 5 units and 3.
// PIPEDREAM: attributes {processors = 2 : i64, strategy = "pipedream"
// PIPEDREAM: "l1.forward" {{.*}} {processor = 0
// PIPEDREAM: "l2.forward" {{.*}} {processor = 0
// PIPEDREAM: "l3.forward" {{.*}} {processor = 1
// PIPEDREAM: "loss" {{.*}} {processor = 1
// PIPEDREAM: "l3.grad_input" {{.*}} {processor = 1
// PIPEDREAM: "l3.grad_weight" {{.*}} {processor = 1
// PIPEDREAM: "l2.grad_input" {{.*}} {processor = 0
// PIPEDREAM: "l2.grad_weight" {{.*}} {processor = 0
// PIPEDREAM: "l1.grad_weight" {{.*}} {processor = 0
// PIPEDREAM: "l1.update" {{.*}} {processor = 0
// PIPEDREAM: "l2.update" {{.*}} {processor = 0
// PIPEDREAM: "l3.update" {{.*}} {processor = 1

// Four units and four, and no more than two values between the processors.
// INTRA: attributes {processors = 2 : i64, strategy = "layerpipe-intra"
// INTRA: "l1.forward" {{.*}} {processor = 0
// INTRA: "l2.forward" {{.*}} {processor = 1
// INTRA: "l3.forward" {{.*}} {processor = 1
// INTRA: "l3.grad_input" {{.*}} {processor = 1
// INTRA: "l3.grad_weight" {{.*}} {processor = 1
// INTRA: "l2.grad_input" {{.*}} {processor = 0
// INTRA: "l2.grad_weight" {{.*}} {processor = 0
// INTRA: "l1.grad_weight" {{.*}} {processor = 0
// INTRA: "l1.update" {{.*}} {processor = 0
// INTRA: "l2.update" {{.*}} {processor = 0
// INTRA: "l3.update" {{.*}} {processor = 1
