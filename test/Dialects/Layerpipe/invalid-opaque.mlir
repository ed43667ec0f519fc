// Rules of opaque layers and their gradients.
// RUN: layerpipe-opt --split-input-file --verify-diagnostics %s

layerpipe.graph forward @no_name {
  %x = layerpipe.input : tensor<4x8xf32>
  // expected-error @+1 {{O1: an opaque layer needs a name}}
  %y = layerpipe.opaque ""(%x) {macs = array<i64: 1, 2, 3>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
}

// -----

layerpipe.graph forward @no_cost {
  %x = layerpipe.input : tensor<4x8xf32>
  // expected-error @+1 {{O2: needs macs or nanoseconds}}
  %y = layerpipe.opaque "a"(%x) : (tensor<4x8xf32>) -> tensor<4x8xf32>
}

// -----

layerpipe.graph forward @two_costs {
  %x = layerpipe.input : tensor<4x8xf32>
  // expected-error @+1 {{O2: macs and nanoseconds have 3 numbers of at least 0, got array<i64: 1, 2>}}
  %y = layerpipe.opaque "a"(%x) {nanoseconds = array<i64: 1, 2>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
}

// -----

layerpipe.graph forward @negative_cost {
  %x = layerpipe.input : tensor<4x8xf32>
  // expected-error @+1 {{O2: macs and nanoseconds have 3 numbers of at least 0, got array<i64: 1, -2, 3>}}
  %y = layerpipe.opaque "a"(%x) {macs = array<i64: 1, -2, 3>} : (tensor<4x8xf32>) -> tensor<4x8xf32>
}

// -----

layerpipe.graph forward @no_input {
  // expected-error @+1 {{O3: an opaque layer needs an input}}
  %y = layerpipe.opaque "a"() {macs = array<i64: 1, 2, 3>} : () -> tensor<4x8xf32>
}

// -----

layerpipe.graph training @dy_type {
  %x = layerpipe.input : tensor<4x8xf32>
  %y = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{OB1: dy has the type of the layer's result, 'tensor<4x2xf32>', got 'tensor<4x8xf32>'}}
  %dx = layerpipe.opaque_grad_input %x, %y {macs = array<i64: 1>} : (tensor<4x8xf32>, tensor<4x2xf32>) -> tensor<4x8xf32>
}

// -----

layerpipe.graph training @weight_gradient_type {
  %x = layerpipe.input : tensor<4x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<8x8xf32>
  // expected-error @+1 {{OB4: there is one gradient of its type for each weight}}
  %dx, %dw = layerpipe.opaque_backward %x, %x inputs(%x : tensor<4x8xf32>) weights(%w : tensor<8x8xf32>) {macs = array<i64: 1, 2>} : (tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>), (tensor<8xf32>)
}

// -----

layerpipe.graph training @backward_costs {
  %x = layerpipe.input : tensor<4x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<8x8xf32>
  // expected-error @+1 {{OB2: macs and nanoseconds have 2 numbers of at least 0, got array<i64: 1, 2, 3>}}
  %dx, %dw = layerpipe.opaque_backward %x, %x inputs(%x : tensor<4x8xf32>) weights(%w : tensor<8x8xf32>) {macs = array<i64: 1, 2, 3>} : (tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<4x8xf32>), (tensor<8x8xf32>)
}

// -----

layerpipe.graph training @no_gradient {
  %x = layerpipe.input : tensor<4x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<8x8xf32>
  // expected-error @+1 {{OB3: there are gradients for inputs and for weights}}
  %dw = "layerpipe.opaque_backward"(%x, %x, %x, %w) <{macs = array<i64: 1, 2>, operandSegmentSizes = array<i32: 1, 1, 1, 1>, resultSegmentSizes = array<i32: 0, 1>}> : (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
}

// -----

layerpipe.graph training @input_gradient_type {
  %x = layerpipe.input : tensor<4x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<8x8xf32>
  // expected-error @+1 {{OB4: no input has the type of the gradient 'tensor<3xf32>'}}
  %dx, %dw = layerpipe.opaque_backward %x, %x inputs(%x : tensor<4x8xf32>) weights(%w : tensor<8x8xf32>) {macs = array<i64: 1, 2>} : (tensor<4x8xf32>, tensor<4x8xf32>) -> (tensor<3xf32>), (tensor<8x8xf32>)
}

// -----

layerpipe.graph training @no_weight_gradient {
  %x = layerpipe.input : tensor<4x8xf32>
  // expected-error @+1 {{OB3: there is at least one gradient}}
  "layerpipe.opaque_grad_weight"(%x, %x) <{macs = array<i64: 1>}> : (tensor<4x8xf32>, tensor<4x8xf32>) -> ()
}

// -----

layerpipe.graph forward @axis_length {
  %x = layerpipe.input : tensor<4x8xf32>
  // expected-error @+1 {{OA1: an axis is between 1 and 2^48 long, got 0}}
  %y = layerpipe.opaque "a"(%x) {macs = array<i64: 1, 2, 3>, samples = 0 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
}

// -----

layerpipe.graph forward @samples {
  %x = layerpipe.input : tensor<4x8xf32>
  // expected-error @+1 {{OA2: the layer's result has the samples as dimension 0 and the output channels as dimension 1, got 'tensor<4x8xf32>'}}
  %y = layerpipe.opaque "a"(%x) {macs = array<i64: 1, 2, 3>, samples = 8 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
}

// -----

layerpipe.graph training @output_channels {
  %x = layerpipe.input : tensor<4x8xf32>
  // expected-error @+1 {{OA2: the layer's result has the samples as dimension 0 and the output channels as dimension 1, got 'tensor<4x8xf32>'}}
  %dx = layerpipe.opaque_grad_input %x, %x {macs = array<i64: 1>, output_channels = 4 : i64} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xf32>
}

// -----

layerpipe.graph forward @weight_channels {
  %x = layerpipe.input : tensor<4x8xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<8x3xf32>
  // expected-error @+1 {{OA3: a weight has the output channels as dimension 0 and the input channels as dimension 1, got 'tensor<8x3xf32>'}}
  %y = layerpipe.opaque "a"(%x) weights(%w : tensor<8x3xf32>) {macs = array<i64: 1, 2, 3>, input_channels = 8 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
}
