// Rules of ops that keep running statistics.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

layerpipe.graph forward @no_channels {
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<4xf32>
  %m = layerpipe.parameter "m" constant(0.0) : tensor<4xf32>
  %v = layerpipe.parameter "v" constant(1.0) : tensor<4xf32>
  // expected-error @+1 {{BN1: x needs samples and channels, got 4}}
  %y = layerpipe.batch_norm %x, %m, %v : (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
}

// -----

layerpipe.graph forward @other_channels {
  %x = layerpipe.input : tensor<4x3xf32>
  %m = layerpipe.parameter "m" constant(0.0) : tensor<3xf32>
  %v = layerpipe.parameter "v" constant(1.0) : tensor<4xf32>
  // expected-error @+1 {{BN1: running statistics must have an element for each of the 3 channels, got 4}}
  %y = layerpipe.batch_norm %x, %m, %v : (tensor<4x3xf32>, tensor<3xf32>, tensor<4xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @momentum_above_1 {
  %x = layerpipe.input : tensor<4x3xf32>
  %m = layerpipe.parameter "m" constant(0.0) : tensor<3xf32>
  %v = layerpipe.parameter "v" constant(1.0) : tensor<3xf32>
  // expected-error @+1 {{BN2: momentum must lie between 0 and 1, got 1.5}}
  %y = layerpipe.batch_norm %x, %m, %v {momentum = 1.5} : (tensor<4x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @negative_momentum {
  %x = layerpipe.input : tensor<4x3xf32>
  %m = layerpipe.parameter "m" constant(0.0) : tensor<4x3xf32>
  // expected-error @+1 {{BN2: momentum must lie between 0 and 1, got -1.000000e-01}}
  %y = layerpipe.running_average %m, %x {momentum = -0.1} : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @computed_state {
  %x = layerpipe.input : tensor<4x3xf32>
  %m = layerpipe.parameter "m" constant(0.0) : tensor<3xf32>
  %v = layerpipe.exp %m : (tensor<3xf32>) -> tensor<3xf32>
  // expected-error @+1 {{G12: has a state that is no parameter}}
  %y = layerpipe.batch_norm %x, %m, %v : (tensor<4x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @shared_state {
  %x = layerpipe.input : tensor<4x3xf32>
  %m = layerpipe.parameter "m" constant(0.0) : tensor<4x3xf32>
  %a = layerpipe.running_average %m, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
  // expected-error @+1 {{G12: parameter 'm' is a state already; only one op may change it}}
  %b = layerpipe.running_average %m, %x : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
}
