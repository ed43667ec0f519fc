// Rules of backward ops and updates.
// RUN: layerpipe-opt --split-input-file --verify-diagnostics %s

layerpipe.graph training @linear_backward_results {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<4x2xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  // expected-error @+1 {{LB1: gradients must have the types of input and weight}}
  %dx, %dw = layerpipe.linear_backward %dy, %x, %w : (tensor<4x2xf32>, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<4x3xf32>, tensor<3x2xf32>)
}

// -----

layerpipe.graph training @linear_backward_dy {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<4x5xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  // expected-error @+1 {{LB1: the forward op's result, and so dy, is 4x2, got 4x5}}
  %dx, %dw = layerpipe.linear_backward %dy, %x, %w : (tensor<4x5xf32>, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<4x3xf32>, tensor<2x3xf32>)
}

// -----

layerpipe.graph training @linear_backward_bias {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<4x2xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  // expected-error @+1 {{LB1: L2: the bias's length (3) must equal the weight's first dimension (2)}}
  %dx, %dw, %db = layerpipe.linear_backward %dy, %x, %w : (tensor<4x2xf32>, tensor<4x3xf32>, tensor<2x3xf32>) -> (tensor<4x3xf32>, tensor<2x3xf32>, tensor<3xf32>)
}

// -----

layerpipe.graph training @linear_grad_input {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<4x2xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  // expected-error @+1 {{LB1: L1: the weight's second dimension (3) must equal the input's (4)}}
  %dx = layerpipe.linear_grad_input %dy, %w : (tensor<4x2xf32>, tensor<2x3xf32>) -> tensor<4x4xf32>
}

// -----

layerpipe.graph training @linear_grad_weight {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<5x2xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<4x3xf32>
  // expected-error @+1 {{LB1: the forward op's result, and so dy, is 4x2, got 5x2}}
  %dw = layerpipe.linear_grad_weight %dy, %x : (tensor<5x2xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
}

// -----

layerpipe.graph training @conv_backward_results {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x2x4x4xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<1x3x6x6xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3x3x3xf32>
  // expected-error @+1 {{VB1: gradients must have the types of input and weight}}
  %dx, %dw = layerpipe.conv2d_backward %dy, %x, %w : (tensor<1x2x4x4xf32>, tensor<1x3x6x6xf32>, tensor<2x3x3x3xf32>) -> (tensor<1x3x6x5xf32>, tensor<2x3x3x3xf32>)
}

// -----

layerpipe.graph training @conv_backward_stride {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x2x4x4xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<1x3x6x6xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3x3x3xf32>
  // expected-error @+1 {{VB1: the forward op's result, and so dy, is 1x2x2x2, got 1x2x4x4}}
  %dx, %dw = layerpipe.conv2d_backward %dy, %x, %w {stride = 2} : (tensor<1x2x4x4xf32>, tensor<1x3x6x6xf32>, tensor<2x3x3x3xf32>) -> (tensor<1x3x6x6xf32>, tensor<2x3x3x3xf32>)
}

// -----

layerpipe.graph training @conv_grad_input {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x2x4x4xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3x3x3xf32>
  // expected-error @+1 {{VB1: V1: the weight's second dimension (3) times groups (1) must equal the input's channels (1)}}
  %dx = layerpipe.conv2d_grad_input %dy, %w : (tensor<1x2x4x4xf32>, tensor<2x3x3x3xf32>) -> tensor<1x1x6x6xf32>
}

// -----

layerpipe.graph training @conv_grad_weight {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x2x4x4xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<1x3x6x6xf32>
  // expected-error @+1 {{VB1: V2: the bias's length (3) must equal the weight's first dimension (2)}}
  %dw, %db = layerpipe.conv2d_grad_weight %dy, %x : (tensor<1x2x4x4xf32>, tensor<1x3x6x6xf32>) -> (tensor<2x3x3x3xf32>, tensor<3xf32>)
}

// -----

layerpipe.graph training @transposed_backward_results {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x2x6x6xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<1x3x4x4xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<3x2x3x3xf32>
  // expected-error @+1 {{TB1: gradients must have the types of input and weight}}
  %dx, %dw = layerpipe.conv_transpose2d_backward %dy, %x, %w : (tensor<1x2x6x6xf32>, tensor<1x3x4x4xf32>, tensor<3x2x3x3xf32>) -> (tensor<1x3x4x4xf32>, tensor<3x2x3x2xf32>)
}

// -----

layerpipe.graph training @transposed_grad_input {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x2x6x6xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<3x2x3x3xf32>
  // expected-error @+1 {{TB1: an input of this dy is 1x3x2x2, got 1x3x4x4}}
  %dx = layerpipe.conv_transpose2d_grad_input %dy, %w {stride = 2} : (tensor<1x2x6x6xf32>, tensor<3x2x3x3xf32>) -> tensor<1x3x4x4xf32>
}

// -----

layerpipe.graph training @transposed_grad_weight {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x2x6x6xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<1x3x4x4xf32>
  // expected-error @+1 {{TB1: the bias's gradient has dy's channels (2), got 3}}
  %dw, %db = layerpipe.conv_transpose2d_grad_weight %dy, %x : (tensor<1x2x6x6xf32>, tensor<1x3x4x4xf32>) -> (tensor<3x2x3x3xf32>, tensor<3xf32>)
}

// -----

layerpipe.graph training @max_pool_grad_type {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x1x2x2xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<1x1x4x4xf32>
  // expected-error @+1 {{MB1: the gradient must have the input's type}}
  %dx = layerpipe.max_pool2d_grad %dy, %x {kernel = 2, stride = 2} : (tensor<1x1x2x2xf32>, tensor<1x1x4x4xf32>) -> tensor<1x1x5x5xf32>
}

// -----

layerpipe.graph training @max_pool_grad_dy {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x1x3x3xf32>
  %x = layerpipe.parameter "x" uniform(0.5) : tensor<1x1x4x4xf32>
  // expected-error @+1 {{MB1: the forward op's result, and so dy, is 1x1x2x2, got 1x1x3x3}}
  %dx = layerpipe.max_pool2d_grad %dy, %x {kernel = 2, stride = 2} : (tensor<1x1x3x3xf32>, tensor<1x1x4x4xf32>) -> tensor<1x1x4x4xf32>
}

// -----

layerpipe.graph training @avg_pool_grad_window {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<1x1x1x1xf32>
  // expected-error @+1 {{MB1: W2: the padded image must be at least as large as a window; image 2x2, kernel 3x3}}
  %dx = layerpipe.avg_pool2d_grad %dy {kernel = 3, stride = 1} : (tensor<1x1x1x1xf32>) -> tensor<1x1x2x2xf32>
}

// -----

layerpipe.graph training @flatten_grad {
  %dy = layerpipe.parameter "dy" uniform(0.5) : tensor<2x6xf32>
  // expected-error @+1 {{FB1: 2x2x2 does not flatten to 2x6}}
  %dx = layerpipe.flatten_grad %dy : (tensor<2x6xf32>) -> tensor<2x2x2xf32>
}

// -----

layerpipe.graph training @cross_entropy_grad_of_a_sum {
  %y = layerpipe.parameter "y" uniform(0.5) : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4xi32>
  // expected-error @+1 {{X3: only a mean that ignores labels has a population}}
  %d = layerpipe.softmax_cross_entropy_grad %y, %t, %t {sum} : (tensor<4x3xf32>, tensor<4xi32>, tensor<4xi32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @cross_entropy_grad_labels {
  %y = layerpipe.parameter "y" uniform(0.5) : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<5xi32>
  // expected-error @+1 {{X1: logits of 'tensor<4x3xf32>' need labels of 4, got 5}}
  %d = layerpipe.softmax_cross_entropy_grad %y, %t : (tensor<4x3xf32>, tensor<5xi32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @cross_entropy_grad_result {
  %y = layerpipe.parameter "y" uniform(0.5) : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4xi32>
  // expected-error @+1 {{X2: the result must have the logits' type 'tensor<4x3xf32>'}}
  %d = layerpipe.softmax_cross_entropy_grad %y, %t : (tensor<4x3xf32>, tensor<4xi32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph training @mean_squared_error_grad_result {
  %y = layerpipe.parameter "y" uniform(0.5) : tensor<4x3xf32>
  // expected-error @+1 {{Q2: the result must have the prediction's type 'tensor<4x3xf32>'}}
  %d = layerpipe.mean_squared_error_grad %y, %y : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph training @update_shapes {
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<4x3xf32>
  %g = layerpipe.parameter "g" uniform(0.5) : tensor<3x4xf32>
  // expected-error @+1 {{requires the same type for all operands and results}}
  %n = layerpipe.sgd %w, %g {learning_rate = 0.1 : f32} : (tensor<4x3xf32>, tensor<3x4xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @elementwise_gradient_shapes {
  %d = layerpipe.parameter "d" uniform(0.5) : tensor<4x3xf32>
  %y = layerpipe.parameter "y" uniform(0.5) : tensor<3x4xf32>
  // expected-error @+1 {{requires the same type for all operands and results}}
  %n = layerpipe.relu_grad %d, %y : (tensor<4x3xf32>, tensor<3x4xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @infinite_step {
  %w0 = layerpipe.parameter "w" constant(1.0) : tensor<2xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<2xf32>
  // expected-error @+1 {{U1: learning_rate must be finite and not negative, got INF}}
  %next = layerpipe.sgd %w, %w {learning_rate = 1.0e39 : f32} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
}

// -----

layerpipe.graph training @negative_decay {
  %w0 = layerpipe.parameter "w" constant(1.0) : tensor<2xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<2xf32>
  // expected-error @+1 {{U1: weight_decay must be finite and not negative, got -1}}
  %next = layerpipe.sgd %w, %w {learning_rate = 1.0e-1 : f32, weight_decay = -1.0} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
}

// -----

layerpipe.graph training @unit_momentum {
  %w0 = layerpipe.parameter "w" constant(1.0) : tensor<2xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<2xf32>
  %v = layerpipe.delay %moved by 1 initial(0.0) : tensor<2xf32>
  // expected-error @+1 {{U2: momentum must be less than 1, got 1}}
  %next, %moved = layerpipe.sgd_momentum %w, %v, %w {learning_rate = 1.0e-1 : f32, momentum = 1.0} : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
}

// -----

layerpipe.graph training @no_momentum {
  %w0 = layerpipe.parameter "w" constant(1.0) : tensor<2xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<2xf32>
  %v = layerpipe.delay %moved by 1 initial(0.0) : tensor<2xf32>
  // expected-error @+1 {{U1: momentum must be finite and not negative, got nan}}
  %next, %moved = layerpipe.sgd_momentum %w, %v, %w {learning_rate = 1.0e-1 : f32, momentum = 0x7FF8000000000000 : f64} : (tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>)
}

// -----

layerpipe.graph training @nothing_to_clip {
  // expected-error @+1 {{CN1: needs one sum of squares at least}}
  %f = layerpipe.clip_factor {max_norm = 1.0 : f64} : () -> tensor<f32>
}

// -----

layerpipe.graph training @no_limit {
  %s = layerpipe.parameter "s" constant(1.0) : tensor<f32>
  // expected-error @+1 {{CN2: max_norm must be positive and finite, got 0}}
  %f = layerpipe.clip_factor %s {max_norm = 0.0 : f64} : (tensor<f32>) -> tensor<f32>
}
