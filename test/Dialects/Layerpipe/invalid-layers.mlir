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
  // expected-error @+1 {{V1: the weight's second dimension (3) times groups (1) must equal the input's channels (2)}}
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
  // expected-error @+1 {{V3: kernel, stride and dilation must be at least 1, padding at least 0, and none greater than 16777216, got kernel 3x3, stride 0x0, padding 0 0 0 0, dilation 1x1}}
  %y = layerpipe.conv2d %x, %w {stride = 0} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
}

// -----

layerpipe.graph forward @conv_negative_padding {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V3: kernel, stride and dilation must be at least 1, padding at least 0, and none greater than 16777216, got kernel 3x3, stride 1x1, padding -1 -1 -1 -1, dilation 1x1}}
  %y = layerpipe.conv2d %x, %w {padding = -1} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x4x4xf32>
}

// -----

layerpipe.graph forward @conv_kernel_too_large {
  %x = layerpipe.input : tensor<1x2x2x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V4: the kernel must fit the padded image; image 2x8, kernel 3x3, stride 1x1, padding 0 0 0 0, dilation 1x1}}
  %y = layerpipe.conv2d %x, %w : (tensor<1x2x2x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x1x6xf32>
}

// -----

layerpipe.graph forward @conv_padding_too_large {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V3: kernel, stride and dilation must be at least 1, padding at least 0, and none greater than 16777216, got kernel 3x3, stride 1x1, padding 0 0 16777217 0, dilation 1x1}}
  %y = layerpipe.conv2d %x, %w {padding = array<i64: 0, 0, 16777217, 0>} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x16777223x6xf32>
}

// -----

layerpipe.graph forward @conv_dilated_kernel_too_large {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V4: the kernel must fit the padded image; image 8x8, kernel 3x3, stride 1x1, padding 0 0 0 0, dilation 1x4}}
  %y = layerpipe.conv2d %x, %w {dilation = array<i64: 1, 4>} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x1xf32>
}

// -----

layerpipe.graph forward @conv_groups {
  %x = layerpipe.input : tensor<1x6x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V5: groups must be at least 1 and divide the output's channels (4), got 3}}
  %y = layerpipe.conv2d %x, %w {groups = 3} : (tensor<1x6x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
}

// -----

layerpipe.graph forward @conv_channels_of_groups {
  %x = layerpipe.input : tensor<1x6x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{V1: the weight's second dimension (2) times groups (2) must equal the input's channels (6)}}
  %y = layerpipe.conv2d %x, %w {groups = 2} : (tensor<1x6x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x6x6xf32>
}

// -----

layerpipe.graph forward @conv_short_padding {
  %x = layerpipe.input : tensor<1x2x8x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x2x3x3xf32>
  // expected-error @+1 {{attribute 'padding' failed to satisfy constraint: an integer or array<i64: top, left, bottom, right>}}
  %y = layerpipe.conv2d %x, %w {padding = array<i64: 1, 1>} : (tensor<1x2x8x8xf32>, tensor<4x2x3x3xf32>) -> tensor<1x4x8x8xf32>
}

// -----

layerpipe.graph forward @transposed_channels {
  %x = layerpipe.input : tensor<1x3x4x4xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3x3x3xf32>
  // expected-error @+1 {{VT1: the weight's first dimension (2) must equal the input's channels (3)}}
  %y = layerpipe.conv_transpose2d %x, %w : (tensor<1x3x4x4xf32>, tensor<2x3x3x3xf32>) -> tensor<1x3x6x6xf32>
}

// -----

layerpipe.graph forward @transposed_bias {
  %x = layerpipe.input : tensor<1x2x4x4xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3x3x3xf32>
  %b = layerpipe.parameter "b" uniform(0.5) : tensor<3xf32>
  // expected-error @+1 {{VT2: the bias's length (3) must equal the weight's second dimension (3) times groups (2)}}
  %y = layerpipe.conv_transpose2d %x, %w, %b {groups = 2} : (tensor<1x2x4x4xf32>, tensor<2x3x3x3xf32>, tensor<3xf32>) -> tensor<1x6x6x6xf32>
}

// -----

layerpipe.graph forward @transposed_groups {
  %x = layerpipe.input : tensor<1x2x4x4xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3x3x3xf32>
  // expected-error @+1 {{V5: groups must be at least 1 and divide the input's channels (2), got 0}}
  %y = layerpipe.conv_transpose2d %x, %w {groups = 0} : (tensor<1x2x4x4xf32>, tensor<2x3x3x3xf32>) -> tensor<1x6x6x6xf32>
}

// -----

layerpipe.graph forward @transposed_output_padding {
  %x = layerpipe.input : tensor<1x2x4x4xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3x3x3xf32>
  // expected-error @+1 {{VT3: output_padding must be at least 0 and less than the stride (2), got 2}}
  %y = layerpipe.conv_transpose2d %x, %w {stride = array<i64: 3, 2>, output_padding = 2} : (tensor<1x2x4x4xf32>, tensor<2x3x3x3xf32>) -> tensor<1x3x14x11xf32>
}

// -----

layerpipe.graph forward @transposed_nothing_left {
  %x = layerpipe.input : tensor<1x2x1x4xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3x3x3xf32>
  // expected-error @+1 {{VT4: the image and what is made of it must have at least one row and column; image 1x4, kernel 3x3}}
  %y = layerpipe.conv_transpose2d %x, %w {padding = 2} : (tensor<1x2x1x4xf32>, tensor<2x3x3x3xf32>) -> tensor<1x3x1x2xf32>
}

// -----

layerpipe.graph forward @transposed_result {
  %x = layerpipe.input : tensor<1x2x4x4xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3x3x3xf32>
  // expected-error @+1 {{E2: yields 'tensor<1x3x9x9xf32>' for these operands, not 'tensor<1x3x10x10xf32>'}}
  %y = layerpipe.conv_transpose2d %x, %w {stride = 2} : (tensor<1x2x4x4xf32>, tensor<2x3x3x3xf32>) -> tensor<1x3x10x10xf32>
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
  // expected-error @+1 {{W1: kernel, stride and dilation must be at least 1, padding at least 0, and none greater than 16777216, got kernel 2x2, stride 0x0, padding 0 0 0 0, dilation 1x1}}
  %y = layerpipe.max_pool2d %x {kernel = 2, stride = 0} : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
}

// -----

layerpipe.graph forward @avg_pool_kernel {
  %x = layerpipe.input : tensor<1x1x4x4xf32>
  // expected-error @+1 {{W1: kernel, stride and dilation must be at least 1, padding at least 0, and none greater than 16777216, got kernel 0x0}}
  %y = layerpipe.avg_pool2d %x {kernel = 0, stride = 2} : (tensor<1x1x4x4xf32>) -> tensor<1x1x2x2xf32>
}

// -----

layerpipe.graph forward @max_pool_window {
  %x = layerpipe.input : tensor<1x1x2x4xf32>
  // expected-error @+1 {{W2: the padded image must be at least as large as a window; image 2x4, kernel 3x3}}
  %y = layerpipe.max_pool2d %x {kernel = 3, stride = 1} : (tensor<1x1x2x4xf32>) -> tensor<1x1x1x2xf32>
}

// -----

layerpipe.graph forward @avg_pool_window {
  %x = layerpipe.input : tensor<1x1x4x2xf32>
  // expected-error @+1 {{W2: the padded image must be at least as large as a window; image 4x2, kernel 3x3}}
  %y = layerpipe.avg_pool2d %x {kernel = 3, stride = 1} : (tensor<1x1x4x2xf32>) -> tensor<1x1x2x1xf32>
}

// -----

layerpipe.graph forward @max_pool_padding {
  %x = layerpipe.input : tensor<1x1x4x4xf32>
  // expected-error @+1 {{W3: a window sees nothing of the image; image 4x4, kernel 2x2, stride 1x1, padding 0 0 0 2, dilation 1x1}}
  %y = layerpipe.max_pool2d %x {kernel = 2, stride = 1, padding = array<i64: 0, 0, 0, 2>} : (tensor<1x1x4x4xf32>) -> tensor<1x1x3x5xf32>
}

// -----

// Taps at -2 and 2 of an image with the columns 0 and 1.
layerpipe.graph forward @avg_pool_dilation {
  %x = layerpipe.input : tensor<1x1x4x2xf32>
  // expected-error @+1 {{W3: a window sees nothing of the image}}
  %y = layerpipe.avg_pool2d %x {kernel = array<i64: 1, 2>, stride = 1, padding = array<i64: 0, 2, 0, 2>, dilation = 4} : (tensor<1x1x4x2xf32>) -> tensor<1x1x4x2xf32>
}

// -----

// With ceil a last window begins no later than at the image's last element.
layerpipe.graph forward @max_pool_ceil {
  %x = layerpipe.input : tensor<1x1x4x3xf32>
  // expected-error @+1 {{E2: yields 'tensor<1x1x2x2xf32>' for these operands}}
  %y = layerpipe.max_pool2d %x {kernel = 2, stride = 3, padding = 1, ceil} : (tensor<1x1x4x3xf32>) -> tensor<1x1x3x3xf32>
}

// -----

layerpipe.graph forward @flatten_scalar {
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<f32>
  // expected-error @+1 {{F1: a scalar has no batch dimension to keep}}
  %y = layerpipe.flatten %x : (tensor<f32>) -> tensor<1x1xf32>
}

// -----

layerpipe.graph forward @labels {
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<5xi32>
  // expected-error @+1 {{X1: logits of 'tensor<4x3xf32>' need labels of 4, got 5}}
  %l = layerpipe.softmax_cross_entropy %x, %t : (tensor<4x3xf32>, tensor<5xi32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @labels_of_positions {
  %x = layerpipe.input : tensor<4x3x8x9xf32>
  %t = layerpipe.labels : tensor<4x3x8xi32>
  // expected-error @+1 {{X1: logits of 'tensor<4x3x8x9xf32>' need labels of 4x8x9, got 4x3x8}}
  %l = layerpipe.softmax_cross_entropy %x, %t : (tensor<4x3x8x9xf32>, tensor<4x3x8xi32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @logits_without_classes {
  %x = layerpipe.input : tensor<4xf32>
  %t = layerpipe.labels : tensor<4xi32>
  // expected-error @+1 {{X1: logits are [batch, classes, …], got 'tensor<4xf32>'}}
  %l = layerpipe.softmax_cross_entropy %x, %t : (tensor<4xf32>, tensor<4xi32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @population_without_ignored_labels {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4xi32>
  // expected-error @+1 {{X3: only a mean that ignores labels has a population}}
  %l = layerpipe.softmax_cross_entropy %x, %t, %t : (tensor<4x3xf32>, tensor<4xi32>, tensor<4xi32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @population_of_a_sum {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4xi32>
  // expected-error @+1 {{X3: only a mean that ignores labels has a population}}
  %l = layerpipe.softmax_cross_entropy %x, %t, %t {ignored = -100, sum} : (tensor<4x3xf32>, tensor<4xi32>, tensor<4xi32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @ignored_label_beyond_i32 {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4xi32>
  // expected-error @+1 {{X4: ignored must lie between -2^31 and 2^31 - 1, got 2147483648}}
  %l = layerpipe.softmax_cross_entropy %x, %t {ignored = 2147483648} : (tensor<4x3xf32>, tensor<4xi32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @product_of_other_batches {
  %a = layerpipe.input : tensor<4x2x3xf32>
  %b = layerpipe.parameter "b" uniform(0.5) : tensor<5x3x2xf32>
  // expected-error @+1 {{MM1: operands must have as many dimensions, at least two, and agree in all but the last two, got 4x2x3 and 5x3x2}}
  %y = layerpipe.matmul %a, %b : (tensor<4x2x3xf32>, tensor<5x3x2xf32>) -> tensor<4x2x2xf32>
}

// -----

layerpipe.graph forward @product_of_vectors {
  %a = layerpipe.input : tensor<4xf32>
  // expected-error @+1 {{MM1: operands must have as many dimensions}}
  %y = layerpipe.matmul %a, %a : (tensor<4xf32>, tensor<4xf32>) -> tensor<f32>
}

// -----

layerpipe.graph forward @product_of_other_terms {
  %a = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{MM2: sums run over 3 columns of the first operand, but 4 rows of the second}}
  %y = layerpipe.matmul %a, %a : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @both_transposed {
  %a = layerpipe.input : tensor<4x4xf32>
  // expected-error @+1 {{MM3: only one operand may be transposed}}
  %y = layerpipe.matmul %a, %a {transpose_a, transpose_b} : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
}

// -----

layerpipe.graph forward @target {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  // expected-error @+1 {{Q1: prediction and target must have one type, got 'tensor<4x3xf32>' and 'tensor<4x2xf32>'}}
  %l = layerpipe.mean_squared_error %x, %t : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<f32>
}
