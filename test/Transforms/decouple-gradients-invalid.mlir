// Gradients are taken apart in a training graph, before tasks are formed.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-decouple-gradients

// expected-error @+1 {{this pass works on a graph of phase training, but 'early' is forward: decouple between differentiate and form-tasks}}
layerpipe.graph forward @early {
}

// -----

layerpipe.graph training @late {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{is a task already: this pass must run before --layerpipe-form-tasks}}
  %y = layerpipe.task "a.forward" forward layer 1 (%x) {
  ^bb0(%a: tensor<4x3xf32>):
    %z = layerpipe.relu %a : (tensor<4x3xf32>) -> tensor<4x3xf32>
    layerpipe.yield %z : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}
