// Numbers that would overflow, or that passes would allocate arrays for, are
// refused where they stand.

// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

layerpipe.graph forward @elements {
  // expected-error @+1 {{must be statically shaped tensor of 32-bit float values with at most 2^48 elements, but got 'tensor<4294967296x4294967296xf32>'}}
  %x = layerpipe.input : tensor<4294967296x4294967296xf32>
}

// -----

layerpipe.graph forward @elements_of_an_empty_tensor {
  // expected-error @+1 {{with at most 2^48 elements}}
  %w = layerpipe.parameter "a.weight" uniform(0.5) : tensor<0x9223372036854775807x2xf32>
}

// -----

layerpipe.graph forward @no_elements {
  // expected-error @+1 {{P3: needs at least one element, got 'tensor<0x3xf32>'}}
  %w = layerpipe.parameter "a.weight" uniform(0.5) : tensor<0x3xf32>
}

// -----

layerpipe.graph training @layer {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{E1: needs 'layerpipe.layer' to be an i64 of at least 1 and at most 1048576}}
  %y = layerpipe.relu %x {layerpipe.layer = 9223372036854775807 : i64} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @layer_of_task {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{T4: layer must lie between 0 and 2^20, got 9223372036854775807}}
  %y = layerpipe.task "a.forward" forward layer 9223372036854775807 (%x) {
  ^bb0(%a: tensor<4x3xf32>):
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @start {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{T3: time, processor, start and slot must be at most 2^51, got 9223372036854775807}}
  %y = layerpipe.task "a.forward" forward layer 1 (%x) attributes {start = 9223372036854775807 : i64} {
  ^bb0(%a: tensor<4x3xf32>):
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @retimed {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{T3: lag and retimed must lie between -2^31 and 2^31, got -9223372036854775808}}
  %y = layerpipe.task "a.forward" forward layer 1 (%x) attributes {retimed = -9223372036854775808 : i64} {
  ^bb0(%a: tensor<4x3xf32>):
    layerpipe.yield %a : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @lag {
  // expected-error @+1 {{I2: needs a lag of at most 2^31, got 9223372036854775807}}
  %x = layerpipe.input {lag = 9223372036854775807 : i64} : tensor<4x3xf32>
}

// -----

layerpipe.graph training @distance {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{D1: needs a distance of at most 2^30, got 9223372036854775807}}
  %d = layerpipe.delay %x by 9223372036854775807 initial(absent) : tensor<4x3xf32>
}

// -----

// expected-error @+1 {{G7: processors must lie between 1 and 1048576, got 9223372036854775807}}
layerpipe.graph training @processors attributes {processors = 9223372036854775807 : i64} {
}

// -----

// expected-error @+1 {{G7: period must lie between 1 and 2251799813685248, got -1}}
layerpipe.graph training @period attributes {period = -1 : i64} {
}
