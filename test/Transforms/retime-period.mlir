// The shortest longest path without a delay: two tasks of 64, where nine lie in
// a row without retiming.

// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs --layerpipe-delay-gradients="rule=uniform delay=5" --layerpipe-retime=objective=period | FileCheck %s
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs --layerpipe-retime=objective=period | FileCheck %s --check-prefix=NONE

// Five and one delays around the longest cycle of six tasks of 64: each task
// stands between two delays.
// CHECK: "l1.forward" forward layer 1({{.*}}) attributes {time = 64 : i64}
// CHECK: "l2.forward" {{.*}} {retimed = 1 : i64, time = 64 : i64}
// CHECK: "l3.forward" {{.*}} {retimed = 2 : i64, time = 64 : i64}
// CHECK: "l3.grad_input" {{.*}} {retimed = 3 : i64, time = 64 : i64}
// CHECK: "l2.grad_input" {{.*}} {retimed = 4 : i64, time = 64 : i64}
// CHECK: "l1.grad_weight" {{.*}} {retimed = 5 : i64, time = 64 : i64}

// Without gradient delays the whole cycle lies under one delay.
// NONE: layerpipe.graph pipelined
// NONE-NOT: retimed

// With room for two tasks between delays, storage needs fewer moves; a period
// below the longest task is refused.
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs --layerpipe-delay-gradients="rule=uniform delay=5" --layerpipe-retime="objective=storage period=128" | FileCheck %s --check-prefix=STORAGE
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs --layerpipe-delay-gradients="rule=uniform delay=5" --layerpipe-retime="objective=storage period=63" 2>&1 | FileCheck %s --check-prefix=SHORT
// STORAGE: "l2.forward" {{.*}} attributes {time = 64 : i64}
// STORAGE: "l3.forward" {{.*}} {retimed = 1 : i64, time = 64 : i64}
// STORAGE: "l3.grad_input" {{.*}} {retimed = 1 : i64, time = 64 : i64}
// STORAGE: "l1.grad_weight" {{.*}} {retimed = 2 : i64, time = 64 : i64}
// SHORT: error: can't retime: no retiming has a clock period of 63 or less: task 'l1.forward' takes 64
