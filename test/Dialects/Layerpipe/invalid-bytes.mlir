// Rules of values of which only the bytes were measured.
// RUN: layerpipe-opt --split-input-file --verify-diagnostics %s

layerpipe.graph forward @negative {
  // expected-error @+1 {{BY1: a value has between 0 and 2^50 bytes, got -1}}
  %x = layerpipe.input : tensor<1x1xf32, #layerpipe.bytes<-1>>
}

// -----

layerpipe.graph forward @too_many {
  // expected-error @+1 {{BY1: a value has between 0 and 2^50 bytes, got 1125899906842625}}
  %x = layerpipe.input : tensor<1x1xf32, #layerpipe.bytes<1125899906842625>>
}

// -----

layerpipe.graph forward @empty_slice {
  // expected-error @+1 {{BY2: a slice lies within its whole and is less than it, 0 <= begin < end <= length <= 2^48, got 3 to 3 of 8}}
  %x = layerpipe.input : tensor<1x1xf32, #layerpipe.bytes<8, dimension 0, 3 to 3 of 8>>
}

// -----

layerpipe.graph forward @whole_slice {
  // expected-error @+1 {{BY2: a slice lies within its whole and is less than it, 0 <= begin < end <= length <= 2^48, got 0 to 8 of 8}}
  %x = layerpipe.input : tensor<1x1xf32, #layerpipe.bytes<8, dimension 0, 0 to 8 of 8>>
}

// -----

layerpipe.graph forward @sizes {
  // expected-error @+1 {{BY3: a tensor of measured bytes has sizes of 1 and the dimension 0}}
  %x = layerpipe.input : tensor<4x8xf32, #layerpipe.bytes<128>>
}

// -----

layerpipe.graph forward @dimension {
  // expected-error @+1 {{BY3: a tensor of measured bytes has sizes of 1 and the dimension 2}}
  %x = layerpipe.input : tensor<1x1xf32, #layerpipe.bytes<128, dimension 2, 0 to 4 of 8>>
}

// -----

// Layers that compute with shapes take no measured values.
layerpipe.graph forward @computes {
  %x = layerpipe.input : tensor<1x1xf32, #layerpipe.bytes<128>>
  // expected-error @+1 {{operand #0 must be statically shaped tensor of 32-bit float values}}
  %y = layerpipe.relu %x : (tensor<1x1xf32, #layerpipe.bytes<128>>) -> tensor<1x1xf32, #layerpipe.bytes<128>>
}

// -----

layerpipe.graph forward @no_length {
  %x = layerpipe.input : tensor<1x1xf32, #layerpipe.bytes<128>>
  // expected-error @+1 {{SL3: a slice has a length if, and only if, x is of measured bytes}}
  %y = layerpipe.slice %x {begin = 0, dimension = 0, end = 2} : (tensor<1x1xf32, #layerpipe.bytes<128>>) -> tensor<1x1xf32, #layerpipe.bytes<128, dimension 0, 0 to 2 of 8>>
}

// -----

layerpipe.graph forward @other_length {
  %x = layerpipe.input : tensor<1x1xf32, #layerpipe.bytes<128, dimension 0, 2 to 6 of 8>>
  // expected-error @+1 {{SL3: x has 4 positions along dimension 0, got 8}}
  %y = layerpipe.slice %x {begin = 0, dimension = 0, end = 2, length = 8} : (tensor<1x1xf32, #layerpipe.bytes<128, dimension 0, 2 to 6 of 8>>) -> tensor<1x1xf32, #layerpipe.bytes<128, dimension 0, 2 to 4 of 8>>
}

// -----

layerpipe.graph forward @both_kinds {
  %x = layerpipe.input : tensor<1x1xf32, #layerpipe.bytes<128>>
  %t = layerpipe.labels : tensor<1x1xf32>
  // expected-error @+1 {{CC3: slices along dimension 0 must agree in all others}}
  %y = layerpipe.concat %x, %t {dimension = 0} : (tensor<1x1xf32, #layerpipe.bytes<128>>, tensor<1x1xf32>) -> tensor<1x1xf32, #layerpipe.bytes<132>>
}
