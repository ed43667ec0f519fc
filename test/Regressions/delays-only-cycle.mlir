// A cycle of delays has a delay, but nothing computes its stream: passes that
// look for the source would search for ever.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics --layerpipe-delay-gradients

layerpipe.graph training @itself {
  // expected-error @+1 {{G6: delays only itself; no op computes this stream}}
  %g = layerpipe.delay %g by 1 initial(0.0) : tensor<2xf32>
  %p = layerpipe.parameter "a.weight" uniform(0.5) : tensor<2xf32>
  %w = layerpipe.delay %u by 1 initial(%p) : tensor<2xf32>
  %u = layerpipe.sgd %w, %g {layerpipe.layer = 1 : i64, learning_rate = 0.1 : f32} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
}

// -----

layerpipe.graph training @each_other {
  // expected-error @+1 {{G6: delays only itself}}
  %a = layerpipe.delay %c by 1 initial(0.0) : tensor<2xf32>
  %b = layerpipe.delay %a by 1 initial(0.0) : tensor<2xf32>
  %c = layerpipe.delay %b by 1 initial(0.0) : tensor<2xf32>
}
