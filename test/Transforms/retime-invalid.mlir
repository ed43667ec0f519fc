// Demands that can't be met, options that contradict each other, and initial
// values that retiming would have to compute with.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-retime=stages=2
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-retime 2>&1 | FileCheck %s --check-prefix=NOTHING
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-retime="stages=2 objective=period" 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-retime=objective=speed 2>&1 | FileCheck %s --check-prefix=OBJECTIVE
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-retime=objective=period 2>&1 | FileCheck %s --check-prefix=TIMES
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-retime=stages=4 2>&1 | FileCheck %s --check-prefix=STAGES
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-retime=stages=-1 2>&1 | FileCheck %s --check-prefix=MINUS
// RUN: not layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-form-tasks --layerpipe-retime=stages=3 2>&1 | FileCheck %s --check-prefix=EDGE

// NOTHING: chain3.mlir:2:1: error: say what to retime for: stages=K, objective=period or objective=storage
// BOTH: error: stages and objective exclude each other
// OBJECTIVE: error: unknown objective 'speed'; there are period and storage
// TIMES: error: {{.*}}has no time; run --layerpipe-estimate-costs first
// STAGES: error: can't retime: 4 stages asked for; with 3 layers there can be 1 to 3
// MINUS: error: can't retime: -1 stages asked for; with 3 layers there can be 1 to 3
// EDGE: error: can't retime: edge 'l1.grad_weight' → 'l1.update' has 0 delays and needs at least 4:

// expected-error @+1 {{this pass works on a graph of phase training or pipelined, but 'early' is forward: retime between form-tasks and schedule}}
layerpipe.graph forward @early {
}

// -----

layerpipe.graph training @no_tasks {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{stands outside of any task; run --layerpipe-form-tasks first}}
  %y = layerpipe.relu %x : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// Retiming shifts both tasks by a period; the second would then compute with
// the delay's constant.
layerpipe.graph training @loud {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a.forward" forward layer 2 (%x) {
  ^bb0(%i: tensor<4x3xf32>):
    %o = layerpipe.relu %i : (tensor<4x3xf32>) -> tensor<4x3xf32>
    layerpipe.yield %o : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %d = layerpipe.delay %a by 1 initial(1.0) : tensor<4x3xf32>
  %b = layerpipe.task "b.forward" forward layer 2 (%d) {
  ^bb0(%i: tensor<4x3xf32>):
    // expected-error @+1 {{would compute before iteration 0: retiming gives task 'b.forward' lag 1, but nothing that it reads is absent then}}
    %o = layerpipe.tanh %i : (tensor<4x3xf32>) -> tensor<4x3xf32>
    layerpipe.yield %o : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// Here another operand keeps the second task from computing, but the delay's
// constant would have to pass through the first one.
layerpipe.graph training @constant {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a.forward" forward layer 2 (%x) {
  ^bb0(%i: tensor<4x3xf32>):
    %o = layerpipe.relu %i : (tensor<4x3xf32>) -> tensor<4x3xf32>
    layerpipe.yield %o : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %d = layerpipe.delay %a by 1 initial(1.0) : tensor<4x3xf32>
  // expected-error @+1 {{retiming would move a delay with initial value constant:1 through the task that computes it, on the edge 'a.forward' → 'b.forward'}}
  %b = layerpipe.task "b.forward" forward layer 2 (%a, %d) {
  ^bb0(%i: tensor<4x3xf32>, %j: tensor<4x3xf32>):
    %o = layerpipe.add %i, %j : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
    layerpipe.yield %o : tensor<4x3xf32>
  } : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
}
