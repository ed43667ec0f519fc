// Rules of forward ops and losses: one error each.
// RUN: layerpipe-opt --split-input-file --verify-diagnostics %s

layerpipe.graph forward @linear_inner {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x5xf32>
  // expected-error @+1 {{L1: the weight's second dimension (5) must equal the input's (3)}}
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x5xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph forward @linear_bias {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  %b = layerpipe.parameter "b" uniform(0.5) : tensor<3xf32>
  // expected-error @+1 {{L2: the bias's length (3) must equal the weight's first dimension (2)}}
  %y = layerpipe.linear %x, %w, %b : (tensor<4x3xf32>, tensor<2x3xf32>, tensor<3xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph forward @conv_channels {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x3x3x3xf32>
  // expected-error @+1 {{V1: the weight's second dimension (3) must equal the input's channels (2)}}
  %y = layerpipe.conv2d %x, %w : (tensor<1x2x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x6x6xf32>
}

// -----

layerpipe.graph forward @conv_bias {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  %b = layerpipe.parameter "b" uniform(0.5) : tensor<5xf32>
  // expected-error @+1 {{V2: the bias's length (5) must equal the weight's first dimension (4)}}
  %y = layerpipe.conv2d %x, %w, %b : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>, tensor<5xf32>) -> tensor<1x4x6x6xf32>
}

// -----

layerpipe.graph forward @conv_stride {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V3: stride must be at least 1 and padding at least 0, got 0 and 0}}
  %y = layerpipe.conv2d %x, %w {stride = 0} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
}

// -----

layerpipe.graph forward @conv_negative_padding {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V3: stride must be at least 1 and padding at least 0, got 1 and -1}}
  %y = layerpipe.conv2d %x, %w {padding = -1} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x4x4xf32>
}

// -----

layerpipe.graph forward @conv_kernel_too_large {
  %x = layerpipe.input : tensor<1x2x2x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V4: a kernel of 3x3 must fit the padded image}}
  %y = layerpipe.conv2d %x, %w : (tensor<1x2x2x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x1x6xf32>
}

// -----

layerpipe.graph forward @conv_padding_too_large {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V4: a kernel of 3x3 must fit the padded image and be at least as large as the padding}}
  %y = layerpipe.conv2d %x, %w {padding = 4} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x14x14xf32>
}

// -----

layerpipe.graph forward @conv_result {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{'layerpipe.conv2d' op E2: yields 'tensor<1x4x6x6xf32>' for these operands, not 'tensor<1x4x8x8xf32>'}}
  %y = layerpipe.conv2d %x, %w : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x8x8xf32>
}

// -----

layerpipe.graph forward @add_shapes {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2xf32>
  // expected-error @+1 {{A1: the operands' shapes must broadcast, but 4x3 and 4x2 differ in a dimension where neither is 1}}
  %y = layerpipe.add %x, %w : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @max_pool_stride {
  %x = layerpipe.input : tensor<1x1x4x4xf32>
  // expected-error @+1 {{W1: kernel and stride must be at least 1, got 2 and 0}}
  %y = layerpipe.max_pool2d %x {kernel = 2, stride = 0} : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
}

// -----

layerpipe.graph forward @avg_pool_kernel {
  %x = layerpipe.input : tensor<1x1x4x4xf32>
  // expected-error @+1 {{W1: kernel and stride must be at least 1, got 0 and 2}}
  %y = layerpipe.avg_pool2d %x {kernel = 0, stride = 2} : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
}

// -----

layerpipe.graph forward @max_pool_window {
  %x = layerpipe.input : tensor<1x1x2x4xf32>
  // expected-error @+1 {{W2: the image (2x4) must be at least as large as the window (3)}}
  %y = layerpipe.max_pool2d %x {kernel = 3, stride = 1} : (tensor<1x1x2x4xf32>) -> tensor<1x1x1x2xf32>
}

// -----

layerpipe.graph forward @avg_pool_window {
  %x = layerpipe.input : tensor<1x1x4x2xf32>
  // expected-error @+1 {{W2: the image (4x2) must be at least as large as the window (3)}}
  %y = layerpipe.avg_pool2d %x {kernel = 3, stride = 1} : (tensor<1x1x4x2xf32>) -> tensor<1x1x2x1xf32>
}

// -----

layerpipe.graph forward @flatten_scalar {
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<f32>
  // expected-error @+1 {{F1: a scalar has no batch dimension to keep}}
  %y = layerpipe.flatten %x : (tensor<f32>) -> tensor<1x1xf32>
}

// -----

layerpipe.graph forward @labels {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<5xi32>
  // expected-error @+1 {{X1: 4 rows of logits need as many labels, got 5}}
  %l = layerpipe.softmax_cross_entropy %x, %t : (tensor<4x3xf32>, tensor<5xi32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @target {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  // expected-error @+1 {{Q1: prediction and target must have one type, got 'tensor<4x3xf32>' and 'tensor<4x2xf32>'}}
  %l = layerpipe.mean_squared_error %x, %t : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<f32>
}
