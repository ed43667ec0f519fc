// Missing tasks, times or processors; periods and delays that can't be.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-schedule
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs --layerpipe-assign-processors=processors=2 -o %t
// RUN: not layerpipe-opt %t --layerpipe-schedule=delays=many 2>&1 | FileCheck %s --check-prefix=DELAYS
// RUN: not layerpipe-opt %t --layerpipe-schedule=period=255 2>&1 | FileCheck %s --check-prefix=SHORT
// RUN: not layerpipe-opt %t --layerpipe-schedule="period=383 delays=given" 2>&1 | FileCheck %s --check-prefix=GIVEN
// RUN: not layerpipe-opt %t --layerpipe-schedule=period=-1 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not layerpipe-opt %t --layerpipe-schedule=period=9223372036854775807 2>&1 | FileCheck %s --check-prefix=HUGE
// RUN: not layerpipe-opt %t --layerpipe-schedule --layerpipe-schedule 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: not layerpipe-opt %t --layerpipe-delay-gradients --layerpipe-retime=stages=2 --layerpipe-schedule 2>&1 | FileCheck %s --check-prefix=RETIMED

// DELAYS: error: unknown delays 'many'; there are given and least
// SHORT: error: can't schedule: no schedule has period 255: the lower bound is 256
// GIVEN: error: can't schedule: no schedule has period 383: the lower bound is 384
// NEGATIVE: error: can't schedule: the period -1 must lie between 1 and 2251799813685248
// HUGE: error: can't schedule: the period 9223372036854775807 must lie between 1 and 2251799813685248
// TWICE: error: this pass works on a graph of phase training or pipelined, but 'chain3' is scheduled: a graph is scheduled once, after --layerpipe-assign-processors
// RETIMED: error: is retimed for the delays that the graph has; delays=least chooses them anew

// Advice that is right for a graph of an earlier phase, too.
// expected-error @+1 {{but 'early' is forward: a graph is scheduled once, after --layerpipe-assign-processors}}
layerpipe.graph forward @early {
  %x = layerpipe.input : tensor<4x3xf32>
  %y = layerpipe.relu %x : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @no_tasks {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{is not inside a task: run --layerpipe-form-tasks first}}
  %y = layerpipe.relu %x : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @no_time {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{has no time; run --layerpipe-estimate-costs first}}
  %y = layerpipe.task "a.forward" forward layer 1 (%x) {
  ^bb0(%a: tensor<4x3xf32>):
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// expected-error @+1 {{has no processors: run --layerpipe-assign-processors first}}
layerpipe.graph training @no_processors {
  %x = layerpipe.input : tensor<4x3xf32>
  %y = layerpipe.task "a.forward" forward layer 1 (%x) attributes {time = 3 : i64} {
  ^bb0(%a: tensor<4x3xf32>):
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @no_processor attributes {processors = 2 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{has no processor: run --layerpipe-assign-processors first}}
  %y = layerpipe.task "a.forward" forward layer 1 (%x) attributes {time = 3 : i64} {
  ^bb0(%a: tensor<4x3xf32>):
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// expected-error @+1 {{task 'a.forward' is assigned to processor 2; there are 0 to 1}}
layerpipe.graph training @wrong_processor attributes {processors = 2 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %y = layerpipe.task "a.forward" forward layer 1 (%x) attributes {processor = 2 : i64, time = 3 : i64} {
  ^bb0(%a: tensor<4x3xf32>):
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// expected-error @+1 {{times must not be negative, nor their sum exceed 1125899906842624}}
layerpipe.graph training @too_long attributes {processors = 1 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %y = layerpipe.task "a.forward" forward layer 1 (%x) attributes {processor = 0 : i64, time = 1125899906842625 : i64} {
  ^bb0(%a: tensor<4x3xf32>):
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}
