// Rules of policies for weight versions.
// RUN: layerpipe-opt --split-input-file --verify-diagnostics %s

// expected-error @+1 {{G10: weight_versions is no policy for weight versions, such as #layerpipe.weight_stashing: "stash"}}
layerpipe.graph training @no_policy attributes {weight_versions = "stash"} {
  %x = layerpipe.input : tensor<4x2xf32>
}

// -----

// expected-error @+1 {{G10: a graph of phase forward has no gradients, so it has no policy for weight versions}}
layerpipe.graph forward @too_early attributes {weight_versions = #layerpipe.weight_stashing} {
  %x = layerpipe.input : tensor<4x2xf32>
}

// -----

// The gradient reads weights that are older than those of the forward.
layerpipe.graph training @older attributes {weight_versions = #layerpipe.weight_stashing} {
  %w0 = layerpipe.parameter "w" uniform(0.5) : tensor<4x2xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<4x2xf32>
  %old = layerpipe.delay %w by 1 initial(%w0) : tensor<4x2xf32>
  // expected-note @+1 {{this op is here}}
  %y = layerpipe.relu %w : (tensor<4x2xf32>) -> tensor<4x2xf32>
  // expected-error @+1 {{WS1: reads another version of 'w' than an op before it; with weight stashing all ops read one}}
  %g = layerpipe.tanh %old : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %next = layerpipe.sgd %w, %g {learning_rate = 0.1 : f32} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
}

// -----

// The gradient reads the weights after the update.
layerpipe.graph training @newer attributes {weight_versions = #layerpipe.weight_stashing} {
  %w0 = layerpipe.parameter "w" uniform(0.5) : tensor<4x2xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<4x2xf32>
  // expected-error @+1 {{WS1: reads another version of 'w'}}
  %y = layerpipe.relu %w : (tensor<4x2xf32>) -> tensor<4x2xf32>
  // expected-note @+1 {{this op is here}}
  %z = layerpipe.tanh %next : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %next = layerpipe.sgd %w, %y {learning_rate = 0.1 : f32} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
}
