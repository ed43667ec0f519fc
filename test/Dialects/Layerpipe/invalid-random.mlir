// Rules of ops that draw.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

layerpipe.graph forward @always {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{DR1: the rate must be at least 0 and below 1, got 1}}
  %y = layerpipe.dropout %x {rate = 1.0} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @negative_rate {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{DR1: the rate must be at least 0 and below 1, got -5.000000e-01}}
  %y = layerpipe.drop %x {rate = -0.5} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @one_stride {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{DR2: needs 2 strides, one for each dimension of x, got 1}}
  %y = layerpipe.drop %x {strides = array<i64: 1>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}
