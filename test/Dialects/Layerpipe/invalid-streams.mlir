// Rules of layerpipe.delay and layerpipe.task.
// RUN: layerpipe-opt --split-input-file --verify-diagnostics %s

layerpipe.graph training @distance_zero {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{D1: needs a distance of at least 1, got 0}}
  %d = layerpipe.delay %x by 0 initial(absent) : tensor<4x2xf32>
}

// -----

layerpipe.graph training @no_initial_value {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{D2: needs exactly one initial value: a parameter, a constant or absent, got 0}}
  %d = layerpipe.delay %x by 1 : tensor<4x2xf32>
}

// -----

layerpipe.graph training @two_initial_values {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{D2: needs exactly one initial value: a parameter, a constant or absent, got 2}}
  %d = "layerpipe.delay"(%x) {distance = 1 : i64, initial_constant = 0.0 : f32, initial_absent} : (tensor<4x2xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph training @initial_value_of_a_stream {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{D3: the initial value must be the result of a layerpipe.parameter}}
  %d = layerpipe.delay %x by 1 initial(%x) : tensor<4x2xf32>
}

// -----

layerpipe.graph training @initial_value_of_another_type {
  %x = layerpipe.input : tensor<4x2xf32>
  %p = layerpipe.parameter "p" uniform(0.5) : tensor<2x4xf32>
  // expected-error @+1 {{D3: the initial parameter has type 'tensor<2x4xf32>', the stream 'tensor<4x2xf32>'}}
  %d = "layerpipe.delay"(%x, %p) {distance = 1 : i64} : (tensor<4x2xf32>, tensor<2x4xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph training @constant_for_classes {
  %t = layerpipe.labels : tensor<4xi32>
  // expected-error @+1 {{D4: a constant is the initial value of streams of f32 only}}
  %d = layerpipe.delay %t by 1 initial(0.0) : tensor<4xi32>
}

// -----

layerpipe.graph training @delay_that_changes_the_type {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{failed to verify that all of {input, result} have same type}}
  %d = "layerpipe.delay"(%x) {distance = 1 : i64, initial_absent} : (tensor<4x2xf32>) -> tensor<2x4xf32>
}

// -----

layerpipe.graph training @block_arguments {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{T1: the block arguments must have the operands' types}}
  layerpipe.task "t" forward layer 1 (%x) {
  ^bb0(%a: tensor<2x4xf32>):
    layerpipe.yield
  } : (tensor<4x2xf32>) -> ()
}

// -----

layerpipe.graph training @yielded_types {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{T1: must end with a layerpipe.yield of the results' types}}
  %y = layerpipe.task "t" forward layer 1 (%x) {
  ^bb0(%a: tensor<4x2xf32>):
    layerpipe.yield
  } : (tensor<4x2xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph training @delay_in_a_task {
  %x = layerpipe.input : tensor<4x2xf32>
  layerpipe.task "t" forward layer 1 (%x) {
  ^bb0(%a: tensor<4x2xf32>):
    // expected-error @+1 {{T2: does not compute, so it can't be part of a task}}
    %d = layerpipe.delay %a by 1 initial(absent) : tensor<4x2xf32>
    layerpipe.yield
  } : (tensor<4x2xf32>) -> ()
}

// -----

layerpipe.graph training @negative_time {
  // expected-error @+1 {{T3: time, processor, start and slot must not be negative, got -1}}
  layerpipe.task "t" forward layer 1 () attributes {time = -1} {
    layerpipe.yield
  } : () -> ()
}

// -----

layerpipe.graph training @negative_slot {
  // expected-error @+1 {{T3: time, processor, start and slot must not be negative, got -2}}
  layerpipe.task "t" forward layer 1 () attributes {time = 1, processor = 0, start = 0, slot = -2, lag = -3} {
    layerpipe.yield
  } : () -> ()
}

// -----

layerpipe.graph training @huge_lag {
  // expected-error @+1 {{T3: lag and retimed must lie between -2^31 and 2^31, got 4294967296}}
  layerpipe.task "t" forward layer 1 () attributes {lag = 4294967296} {
    layerpipe.yield
  } : () -> ()
}

// -----

layerpipe.graph training @negative_layer {
  // expected-error @+1 {{T4: layer must lie between 0 and 2^20, got -1}}
  layerpipe.task "t" forward layer -1 () {
    layerpipe.yield
  } : () -> ()
}

// -----

layerpipe.graph training @transfers_nothing {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{T6: transfers result 1, but has 1 results}}
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {processor = 0, transfers = [#layerpipe.transfer<1 to 1 start 0 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @transfers_nowhere {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{T6: transfers a result to processor -1; there are 0 to 2^20 - 1}}
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {processor = 0, transfers = [#layerpipe.transfer<0 to -1 start 0 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @transfers_home {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{T6: transfers result 0 to its own processor 0}}
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {processor = 0, transfers = [#layerpipe.transfer<0 to 0 start 0 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @transfers_late {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{T6: a transfer's start must lie between 0 and 2^51 and its lag between -2^31 and 2^31, got -1 and 0}}
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {processor = 0, transfers = [#layerpipe.transfer<0 to 1 start -1 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// -----

layerpipe.graph training @transfers_twice {
  %x = layerpipe.input : tensor<4x3xf32>
  // expected-error @+1 {{T6: transfers result 0 to processor 1 twice}}
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {processor = 0, transfers = [#layerpipe.transfer<0 to 1 start 0 lag 0>, #layerpipe.transfer<0 to 1 start 1 lag 0>]} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}
