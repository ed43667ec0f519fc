// What can't be grouped: a forward graph, ops without a layer, tasks, and layer
// numbers that would make two tasks wait for each other.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-form-tasks

// expected-error @+1 {{this pass works on a graph of phase training or pipelined, but 'early' is forward: form tasks between differentiate and schedule}}
layerpipe.graph forward @early {
}

// -----

layerpipe.graph training @no_layer {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{has no layer: run --layerpipe-differentiate first}}
  %y = layerpipe.relu %x : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @twice {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{is a task already: this pass must run before --layerpipe-form-tasks}}
  %y = layerpipe.task "a.forward" forward layer 1 (%x) {
  ^bb0(%a: tensor<4x3xf32>):
    %z = layerpipe.relu %a : (tensor<4x3xf32>) -> tensor<4x3xf32>
    layerpipe.yield %z : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

// expected-error @+1 {{grouping ops by layer and role would close a cycle without a delay}}
layerpipe.graph training @interleaved {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-note @+1 {{task 'layer1.forward'}}
  %a = layerpipe.relu %x {layerpipe.layer = 1 : i64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  // expected-note @+1 {{task 'layer2.forward'}}
  %b = layerpipe.relu %a {layerpipe.layer = 2 : i64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %c = layerpipe.relu %b {layerpipe.layer = 1 : i64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}
