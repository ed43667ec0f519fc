// Rules of slices, concatenations and parts: one error each.
// RUN: layerpipe-opt --split-input-file --verify-diagnostics %s

layerpipe.graph training @slice_dimension {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{SL1: the dimension must be at least 0 and less than 2, got 2}}
  %y = layerpipe.slice %x {dimension = 2, begin = 0, end = 1} : (tensor<4x3xf32>) -> tensor<4x1xf32>
}

// -----

layerpipe.graph training @slice_minus {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{SL1: the dimension must be at least 0 and less than 2, got -1}}
  %y = layerpipe.slice %x {dimension = -1, begin = 0, end = 1} : (tensor<4x3xf32>) -> tensor<4x1xf32>
}

// -----

layerpipe.graph training @slice_empty {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{SL2: a slice of dimension 1 lies between 0 and its size 3 and is not empty, got 2 to 2}}
  %y = layerpipe.slice %x {dimension = 1, begin = 2, end = 2} : (tensor<4x3xf32>) -> tensor<4x0xf32>
}

// -----

layerpipe.graph training @slice_beyond {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{SL2: a slice of dimension 1 lies between 0 and its size 3 and is not empty, got 2 to 4}}
  %y = layerpipe.slice %x {dimension = 1, begin = 2, end = 4} : (tensor<4x3xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph training @slice_type {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{E2: yields 'tensor<4x2xf32>' for these operands, not 'tensor<4x3xf32>'}}
  %y = layerpipe.slice %x {dimension = 1, begin = 1, end = 3} : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @nothing {
  // expected-error @+1 {{CC1: needs at least one slice}}
  %y = layerpipe.concat {dimension = 0} : () -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @concat_dimension {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{CC2: the dimension must be at least 0 and less than 2, got 5}}
  %y = layerpipe.concat %x, %x {dimension = 5} : (tensor<4x3xf32>, tensor<4x3xf32>) -> tensor<8x3xf32>
}

// -----

layerpipe.graph training @other_sizes {
  %x = layerpipe.input : tensor<4x3xf32>
  %s = layerpipe.slice %x {dimension = 1, begin = 1, end = 3} : (tensor<4x3xf32>) -> tensor<4x2xf32>
  // expected-error @+1 {{CC3: slices along dimension 0 must agree in all others, got 'tensor<4x3xf32>' and 'tensor<4x2xf32>'}}
  %y = layerpipe.concat %x, %s {dimension = 0} : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<8x3xf32>
}

// -----

layerpipe.graph training @other_rank {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "w" constant(0.0) : tensor<4xf32>
  // expected-error @+1 {{CC3: slices along dimension 1 must agree in all others, got 'tensor<4x3xf32>' and 'tensor<4xf32>'}}
  %y = layerpipe.concat %x, %w {dimension = 1} : (tensor<4x3xf32>, tensor<4xf32>) -> tensor<4x4xf32>
}

// -----

layerpipe.graph training @part_of_nothing {
  // expected-error @+1 {{T5: a part must name the task that it is part of}}
  layerpipe.task "a.0" forward layer 1 () attributes {part = #layerpipe.part<"", batch, 0 to 1 of 1, concatenate>} {
    layerpipe.yield
  } : () -> ()
}

// -----

layerpipe.graph training @part_range {
  // expected-error @+1 {{T5: a part needs 0 <= begin < end <= length <= 2^48, got 2 to 2 of 4}}
  layerpipe.task "a.0" forward layer 1 () attributes {part = #layerpipe.part<"a", batch, 2 to 2 of 4, concatenate>} {
    layerpipe.yield
  } : () -> ()
}

// -----

layerpipe.graph training @parts_differ {
  layerpipe.task "a.0" forward layer 1 () attributes {part = #layerpipe.part<"a", batch, 0 to 2 of 4, concatenate>} {
    layerpipe.yield
  } : () -> ()
  // expected-error @+1 {{G8: the parts of 'a' must have one axis, length and way to combine, got #layerpipe.part<"a", batch, 0 to 2 of 4, concatenate> and #layerpipe.part<"a", batch, 2 to 4 of 4, sum>}}
  layerpipe.task "a.1" forward layer 1 () attributes {part = #layerpipe.part<"a", batch, 2 to 4 of 4, sum>} {
    layerpipe.yield
  } : () -> ()
}

// -----

layerpipe.graph training @gap {
  layerpipe.task "a.0" forward layer 1 () attributes {part = #layerpipe.part<"a", batch, 0 to 2 of 4, concatenate>} {
    layerpipe.yield
  } : () -> ()
  // expected-error @+1 {{G8: begins at 3, but the parts of 'a' before it end at 2}}
  layerpipe.task "a.1" forward layer 1 () attributes {part = #layerpipe.part<"a", batch, 3 to 4 of 4, concatenate>} {
    layerpipe.yield
  } : () -> ()
}

// -----

layerpipe.graph training @too_short {
  // expected-error @+1 {{G8: the parts of 'a' end at 2, but must cover 0 to 4}}
  layerpipe.task "a.0" forward layer 1 () attributes {part = #layerpipe.part<"a", batch, 0 to 2 of 4, concatenate>} {
    layerpipe.yield
  } : () -> ()
}
