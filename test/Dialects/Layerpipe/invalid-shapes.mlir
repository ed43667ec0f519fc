// Rules of ops whose result has a shape of its own, and of roles.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

layerpipe.graph forward @sum_to_other_shape {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{RD1: 2x3 does not broadcast to 4x3}}
  %y = layerpipe.reduce_sum %x : (tensor<4x3xf32>) -> tensor<2x3xf32>
}

// -----

layerpipe.graph forward @mean_of_more_dimensions {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{RD1: 1x4x3 does not broadcast to 4x3}}
  %y = layerpipe.reduce_mean %x : (tensor<4x3xf32>) -> tensor<1x4x3xf32>
}

// -----

layerpipe.graph forward @largest_of_other_shape {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{RD1: 4 does not broadcast to 4x3}}
  %y = layerpipe.reduce_max %x : (tensor<4x3xf32>) -> tensor<4xf32>
}

// -----

layerpipe.graph forward @expand_to_less {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{EX1: 4x3 does not broadcast to 1x3}}
  %y = layerpipe.expand %x : (tensor<4x3xf32>) -> tensor<1x3xf32>
}

// -----

layerpipe.graph forward @permutation_with_a_hole {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{TR1: the permutation must name each of the 2 dimensions of the operand once}}
  %y = layerpipe.transpose %x {permutation = array<i64: 1, 1>} : (tensor<4x3xf32>) -> tensor<3x4xf32>
}

// -----

layerpipe.graph forward @permuted_sizes {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{TR1: yields 3x4 for this operand, not 4x3}}
  %y = layerpipe.transpose %x {permutation = array<i64: 1, 0>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @negative_padding {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{PD1: low and high must each have 2 numbers of at least 0}}
  %y = layerpipe.pad %x {low = array<i64: -1, 0>, high = array<i64: 0, 0>} : (tensor<4x3xf32>) -> tensor<3x3xf32>
}

// -----

layerpipe.graph forward @padded_sizes {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{PD2: the result must have the padded sizes of 4x3, not 4x4}}
  %y = layerpipe.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 1>} : (tensor<4x3xf32>) -> tensor<4x4xf32>
}

// -----

layerpipe.graph forward @elements_lost {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{RS1: operand and result must have as many elements of one type, got 4x3 and 2x5}}
  %y = layerpipe.reshape %x : (tensor<4x3xf32>) -> tensor<2x5xf32>
}

// -----

layerpipe.graph training @gradient_of_other_shape {
  %a = layerpipe.parameter "a" uniform(0.5) : tensor<4x3xf32>
  %b = layerpipe.parameter "b" uniform(0.5) : tensor<2xf32>
  // expected-error @+1 {{BB1: 2 does not broadcast to 4x3}}
  %d = layerpipe.div_grad %a, %a, %b : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<2xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @gradient_of_other_type {
  %a = layerpipe.parameter "a" uniform(0.5) : tensor<4x3xf32>
  // expected-error @+1 {{BB1: the result must have the type 'tensor<4x3xf32>', got 'tensor<3xf32>'}}
  %d = layerpipe.div_grad %a, %a, %a : (tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<3xf32>
}

// -----

layerpipe.graph forward @infinite_number {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{attribute 'factor' failed to satisfy constraint: 64-bit float attribute that is finite}}
  %y = layerpipe.scale %x {factor = 0x7FF0000000000000 : f64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @unknown_role {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{E5: needs 'layerpipe.role' to be activation_grad, grad_weight, loss or update}}
  %y = layerpipe.neg %x {layerpipe.role = "forward"} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @negative_microbatch {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{E6: needs 'layerpipe.microbatch' to be an i64 of at least 0}}
  %y = layerpipe.neg %x {layerpipe.microbatch = -1 : i64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @classes_as_numbers {
  %t = layerpipe.labels : tensor<4x3xi32>
  // expected-error @+1 {{RS1: operand and result must have as many elements of one type}}
  %y = layerpipe.reshape %t : (tensor<4x3xi32>) -> tensor<12xf32>
}

// -----

layerpipe.graph training @total_of_no_loss {
  // expected-error @+1 {{TL1: needs one loss at least, and a weight for each; got 0 losses and 0 weights}}
  %l = layerpipe.total_loss {weights = array<f64>} : () -> tensor<f32>
}

// -----

layerpipe.graph training @total_without_a_weight {
  %a = layerpipe.parameter "a" constant(0.0) : tensor<f32>
  // expected-error @+1 {{TL1: needs one loss at least, and a weight for each; got 2 losses and 1 weights}}
  %l = layerpipe.total_loss %a, %a {weights = array<f64: 1.0>} : (tensor<f32>, tensor<f32>) -> tensor<f32>
}

// -----

layerpipe.graph training @endless_weight {
  %a = layerpipe.parameter "a" constant(0.0) : tensor<f32>
  // expected-error @+1 {{TL1: weights must be finite}}
  %l = layerpipe.total_loss %a {weights = array<f64: 0x7FF0000000000000>} : (tensor<f32>) -> tensor<f32>
}

// -----

layerpipe.graph training @role_of_a_source {
  // expected-error @+1 {{E5: has 'layerpipe.role', but it is no forward op}}
  %x = layerpipe.input {layerpipe.role = "grad_weight"} : tensor<4x3xf32>
}

// -----

layerpipe.graph forward @dimensions_descend {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{DM1: dimensions must ascend from 0 to 1, got 0 behind 1}}
  %y = layerpipe.softmax %x {dimensions = array<i64: 1, 0>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph forward @no_dimension {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{DM1: names no dimension}}
  %y = layerpipe.normalize %x {dimensions = array<i64>} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}
