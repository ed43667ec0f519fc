// Strategies and numbers of processors that can't be, and tasks without times.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-assign-processors
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-differentiate --layerpipe-decouple-gradients --layerpipe-form-tasks --layerpipe-estimate-costs -o %t
// RUN: not layerpipe-opt %t --layerpipe-assign-processors=strategy=gpipe 2>&1 | FileCheck %s --check-prefix=STRATEGY
// RUN: not layerpipe-opt %t --layerpipe-assign-processors=processors=0 2>&1 | FileCheck %s --check-prefix=ZERO
// RUN: not layerpipe-opt %t --layerpipe-assign-processors=processors=-9223372036854775808 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// RUN: not layerpipe-opt %t --layerpipe-assign-processors=processors=9223372036854775807 2>&1 | FileCheck %s --check-prefix=HUGE

// STRATEGY: error: unknown strategy 'gpipe'; there are sequential, pipedream and layerpipe-intra, and --layerpipe-plan has others
// ZERO: error: 0 processors; there must be between 1 and 1048576
// NEGATIVE: error: -9223372036854775808 processors; there must be between 1 and 1048576
// HUGE: error: 9223372036854775807 processors; there must be between 1 and 1048576

// expected-error @+1 {{this pass works on a graph of phase training or pipelined, but 'early' is forward: assign processors between estimate-costs and schedule}}
layerpipe.graph forward @early {
}

// -----

// expected-error @+1 {{can't assign processors: the graph has no task that a processor could run}}
layerpipe.graph training @only_inputs {
  %x = layerpipe.input : tensor<4x3xf32>
}

// -----

layerpipe.graph training @no_time {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{has no time; run --layerpipe-estimate-costs first}}
  %y = layerpipe.task "a.forward" forward layer 1 (%x) {
  ^bb0(%a: tensor<4x3xf32>):
    %z = layerpipe.relu %a : (tensor<4x3xf32>) -> tensor<4x3xf32>
    layerpipe.yield %z : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}
