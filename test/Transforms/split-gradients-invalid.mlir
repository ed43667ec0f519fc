// What can't be cut, and options that mean nothing.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-split-gradients=cuts=a.forward:batch:2
// RUN: layerpipe-opt %S/Inputs/two-layers.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks -o %t.mlir
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients="parts=2 split=some" 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients="parts=2 axis=rows" 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients="parts=2 quantum=0" 2>&1 | FileCheck %s --check-prefix=QUANTUM
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients 2>&1 | FileCheck %s --check-prefix=NEITHER
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients="parts=2 cuts=a.forward:batch:2" 2>&1 | FileCheck %s --check-prefix=NEITHER
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=parts=1 2>&1 | FileCheck %s --check-prefix=PARTS
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=parts=-3 2>&1 | FileCheck %s --check-prefix=MINUS
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=a.forward:2 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients="cuts=a.forward:batch:2;" 2>&1 | FileCheck %s --check-prefix=REST
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=c.forward:batch:2 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=a.forward:rows:2 2>&1 | FileCheck %s --check-prefix=ROWS
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=b.grad_input:input_channels:2 2>&1 | FileCheck %s --check-prefix=WAYS
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=a.update:batch:2 2>&1 | FileCheck %s --check-prefix=UPDATE
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=a.forward:batch:x 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=a.forward:batch:4 2>&1 | FileCheck %s --check-prefix=RANGE
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=a.forward:batch:3,1 2>&1 | FileCheck %s --check-prefix=ORDER
// RUN: not layerpipe-opt %t.mlir --layerpipe-split-gradients="cuts=a.forward:batch:1;a.forward:output_channels:1" 2>&1 | FileCheck %s --check-prefix=TWICE
// RUN: layerpipe-opt %t.mlir --layerpipe-split-gradients=cuts=a.forward:batch:2 -o %t2.mlir
// RUN: not layerpipe-opt %t2.mlir --layerpipe-split-gradients=cuts=a.forward.0:batch:1 2>&1 | FileCheck %s --check-prefix=AGAIN
// RUN: not layerpipe-opt %t.mlir --layerpipe-delay-gradients --layerpipe-estimate-costs --layerpipe-retime=stages=2 --layerpipe-split-gradients=cuts=a.forward:batch:2 2>&1 | FileCheck %s --check-prefix=RETIMED

// KIND: error: unknown kinds to split 'some'; there are none, grad_input, gradients and all
// ROWS: error: unknown axis 'rows'; there are batch, output_channels and input_channels
// QUANTUM: error: quantum: 0 is too small; it must be a whole number from 1 to
// NEITHER: error: needs either cuts or a number of parts; --layerpipe-plan finds cuts that level processors
// PARTS: error: parts must be between 2 and 1024, got 1
// MINUS: error: parts must be between 2 and 1024, got -3
// FORM: error: cuts has the form TASK:AXIS:CUT,CUT,…;…, got 'a.forward:2'
// REST: error: cuts has the form TASK:AXIS:CUT,CUT,…;…, got ''
// MISSING: error: cuts names task 'c.forward', which does not exist
// WAYS: error: can't be cut along input_channels; it can along batch and output_channels
// UPDATE: error: can't be cut along batch; it can along no axis
// NUMBER: error: a cut is an integer, got 'x'
// RANGE: error: can't split: the split of 'a.forward' by batch is cut at 4; cuts must ascend between 1 and 3
// ORDER: error: can't split: the split of 'a.forward' by batch is cut at 1; cuts must ascend between 1 and 3
// TWICE: error: can't split: 'a.forward' is split twice
// AGAIN: error: is a part of 'a.forward' already: name all cuts of that task at once
// RETIMED: error: is retimed already: split tasks before --layerpipe-retime

// expected-error @+1 {{this pass works on a graph of phase training or pipelined, but 'early' is forward: split tasks between form-tasks and schedule}}
layerpipe.graph forward @early {
}

// -----

layerpipe.graph training @free {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{is not inside a task: run --layerpipe-form-tasks first}}
  %y = layerpipe.relu %x : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// Each part would need the whole of what the first op makes.
layerpipe.graph training @no_common_axis {
  %x = layerpipe.input : tensor<1x3xf32>
  %w = layerpipe.parameter "w" constant(0.0) : tensor<1x3xf32>
  // expected-error @+1 {{can't be cut along batch; it can along no axis}}
  %y = layerpipe.task "a.forward" forward layer 1 (%x, %w) {
  ^bb0(%a: tensor<1x3xf32>, %b: tensor<1x3xf32>):
    %c = layerpipe.linear %a, %b : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x1xf32>
    %d = layerpipe.mean_squared_error_grad %c, %c : (tensor<1x1xf32>, tensor<1x1xf32>) -> tensor<1x1xf32>
    layerpipe.yield %d : tensor<1x1xf32>
  } : (tensor<1x3xf32>, tensor<1x3xf32>) -> tensor<1x1xf32>
}

// -----

layerpipe.graph training @taken {
  %x = layerpipe.input : tensor<4x3xf32>
  %y = layerpipe.task "a.forward" forward layer 1 (%x) {
  ^bb0(%a: tensor<4x3xf32>):
    %c = layerpipe.relu %a : (tensor<4x3xf32>) -> tensor<4x3xf32>
    layerpipe.yield %c : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // expected-error @+1 {{has the name 'a.forward.1' that a part of task 'a.forward' would get: rename it}}
  %z = layerpipe.task "a.forward.1" forward layer 1 (%x) {
  ^bb0(%a: tensor<4x3xf32>):
    %c = layerpipe.relu %a : (tensor<4x3xf32>) -> tensor<4x3xf32>
    layerpipe.yield %c : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// One summand would be there three times.
layerpipe.graph training @constant_initial {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "w" constant(0.0) : tensor<4x5xf32>
  %y = layerpipe.task "a.forward" grad_weight layer 1 (%x, %w) {
  ^bb0(%a: tensor<4x3xf32>, %b: tensor<4x5xf32>):
    %c = layerpipe.linear_grad_weight %a, %b : (tensor<4x3xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
    layerpipe.yield %c : tensor<3x5xf32>
  } : (tensor<4x3xf32>, tensor<4x5xf32>) -> tensor<3x5xf32>
  %d = layerpipe.delay %y by 1 initial(1.0) : tensor<3x5xf32>
  // expected-error @+1 {{reads a value in parts through delays that start with constant:1; such delays must start with absent, or with zero where parts are summed}}
  %z = layerpipe.task "b.forward" forward layer 1 (%d) {
  ^bb0(%a: tensor<3x5xf32>):
    %c = layerpipe.relu %a : (tensor<3x5xf32>) -> tensor<3x5xf32>
    layerpipe.yield %c : tensor<3x5xf32>
  } : (tensor<3x5xf32>) -> tensor<3x5xf32>
}
