// Rules of layerpipe.graph, its sources and its parameters.
// RUN: layerpipe-opt --split-input-file --verify-diagnostics %s

// G1: the error names the cycle op by op, in reading order.
layerpipe.graph training @cycle {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+4 {{'layerpipe.tanh' op G1: lies on a cycle without a delay; every cycle needs a layerpipe.delay}}
  // expected-note @+2 {{relu is read by tanh}}
  // expected-note @+2 {{tanh is read by relu}}
  %a = layerpipe.relu %b : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %b = layerpipe.tanh %a : (tensor<4x2xf32>) -> tensor<4x2xf32>
}

// -----

// G1: an op that reads itself, as a task with a name.
layerpipe.graph training @self {
  // expected-error @+2 {{G1: lies on a cycle}}
  // expected-note @+1 {{task 'loop' is read by task 'loop'}}
  %a = layerpipe.task "loop" forward layer 1 (%a) {
  ^bb0(%b: tensor<4x2xf32>):
    layerpipe.yield %b : tensor<4x2xf32>
  } : (tensor<4x2xf32>) -> tensor<4x2xf32>
}

// -----

// G1: a delay on another path does not help.
layerpipe.graph training @two_paths {
  %d = layerpipe.delay %b by 1 initial(absent) : tensor<4x2xf32>
  // expected-error @+4 {{'layerpipe.relu' op G1: lies on a cycle}}
  // expected-note @+2 {{add is read by relu}}
  // expected-note @+2 {{relu is read by add}}
  %a = layerpipe.add %d, %b : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %b = layerpipe.relu %a : (tensor<4x2xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph forward @delay_in_forward {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{G2: does not belong in a graph of phase forward}}
  %d = layerpipe.delay %x by 1 initial(absent) : tensor<4x2xf32>
}

// -----

layerpipe.graph forward @update_in_forward {
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2xf32>
  // expected-error @+1 {{G2: does not belong in a graph of phase forward}}
  %n = layerpipe.sgd %w, %w {learning_rate = 0.1 : f32} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
}

// -----

layerpipe.graph scheduled @loose_op {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{G3: must be inside a task}}
  %y = layerpipe.relu %x : (tensor<4x2xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph scheduled @no_slot {
  %x = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{G3: needs time, processor, start, slot and lag}}
  %y = layerpipe.task "t" forward layer 1 (%x) attributes {time = 1, processor = 0, start = 0, lag = 0} {
  ^bb0(%a: tensor<4x2xf32>):
    layerpipe.yield %a : tensor<4x2xf32>
  } : (tensor<4x2xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph forward @two_parameters {
  %a = layerpipe.parameter "w" uniform(0.5) : tensor<2xf32>
  // expected-error @+1 {{G4: a parameter named 'w' exists already}}
  %b = layerpipe.parameter "w" uniform(0.5) : tensor<3xf32>
}

// -----

layerpipe.graph training @two_tasks {
  layerpipe.task "t" forward layer 1 () {
    layerpipe.yield
  } : () -> ()
  // expected-error @+1 {{G4: a task named 't' exists already}}
  layerpipe.task "t" loss layer 1 () {
    layerpipe.yield
  } : () -> ()
}

// -----

layerpipe.graph forward @two_inputs {
  %a = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{G5: a stream named 'input' exists already; give this one a name of its own}}
  %b = layerpipe.input : tensor<4x2xf32>
}

// -----

layerpipe.graph forward @labels_named_as_an_input {
  %a = layerpipe.input "side" : tensor<4x2xf32>
  // expected-error @+1 {{G5: a stream named 'side' exists already}}
  %b = layerpipe.labels "side" : tensor<4xi32>
}

// -----

layerpipe.graph forward @two_batches {
  %a = layerpipe.input : tensor<4x2xf32>
  // expected-error @+1 {{G5: has 5 samples, but other streams have 4}}
  %b = layerpipe.labels : tensor<5xi32>
}

// -----

layerpipe.graph forward @auxiliary_input {
  // expected-error @+1 {{E7: has 'layerpipe.auxiliary', which is a unit attribute of losses and of nothing else}}
  %a = layerpipe.input {layerpipe.auxiliary} : tensor<4x2xf32>
}

// -----

layerpipe.graph forward @nameless_input {
  // expected-error @+1 {{I4: has an empty name}}
  %a = layerpipe.input "" : tensor<4x2xf32>
}

// -----

layerpipe.graph training @delays_of_each_other {
  // expected-error @+1 {{G6: delays only itself; no op computes this stream}}
  %a = layerpipe.delay %b by 1 initial(0.0) : tensor<4x2xf32>
  %b = layerpipe.delay %a by 2 initial(0.0) : tensor<4x2xf32>
}

// -----

// expected-error @+1 {{G7: processors must lie between 1 and 1048576, got 0}}
layerpipe.graph training @no_processors attributes {processors = 0} {
}

// -----

// expected-error @+1 {{G7: period must lie between 1 and 2251799813685248, got -5}}
layerpipe.graph training @negative_period attributes {period = -5} {
}

// -----

layerpipe.graph forward @no_elements {
  // expected-error @+1 {{P3: needs at least one element, got 'tensor<0x2xf32>'}}
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<0x2xf32>
}

// -----

layerpipe.graph forward @no_name {
  // expected-error @+1 {{P1: needs a name}}
  %w = layerpipe.parameter "" uniform(0.5) : tensor<2xf32>
}

// -----

layerpipe.graph forward @negative_bound {
  // expected-error @+1 {{P2: a uniform initialiser needs a finite bound of at least 0}}
  %w = layerpipe.parameter "w" uniform(-0.5) : tensor<2xf32>
}

// -----

layerpipe.graph forward @infinite_bound {
  // expected-error @+1 {{P2: a uniform initialiser needs a finite bound of at least 0}}
  %w = layerpipe.parameter "w" uniform(0x7F800000) : tensor<2xf32>
}

// -----

layerpipe.graph forward @no_batch {
  // expected-error @+1 {{I1: needs a leading batch dimension and at least one element}}
  %x = layerpipe.input : tensor<f32>
}

// -----

layerpipe.graph forward @empty_batch {
  // expected-error @+1 {{I1: needs a leading batch dimension and at least one element}}
  %x = layerpipe.input : tensor<0x3xf32>
}

// -----

layerpipe.graph training @negative_lag {
  // expected-error @+1 {{I2: needs a lag of at least 0, got -1}}
  %x = layerpipe.input {lag = -1} : tensor<4x3xf32>
}

// -----

layerpipe.graph forward @targets_of_rank_1 {
  // expected-error @+1 {{I3: holds dense targets as a tensor<BxCxf32>}}
  %t = layerpipe.labels : tensor<4xf32>
}

// -----

layerpipe.graph forward @unknown_attribute {
  // expected-error @+1 {{E1: has an unknown attribute 'layerpipe.colour'}}
  %x = layerpipe.input {layerpipe.colour = 1} : tensor<4x3xf32>
}

// -----

layerpipe.graph forward @candidate_number {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  // expected-error @+1 {{E3: needs 'layerpipe.candidate' to be a text that is not empty}}
  %y = layerpipe.linear %x, %w {layerpipe.candidate = 1} : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph forward @candidate_empty {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  // expected-error @+1 {{E3: needs 'layerpipe.candidate' to be a text that is not empty}}
  %y = layerpipe.linear %x, %w {layerpipe.candidate = ""} : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph forward @candidate_of_no_kernel {
  // expected-error @+1 {{E3: has 'layerpipe.candidate', but no kernel library executes it}}
  %x = layerpipe.input {layerpipe.candidate = "vector"} : tensor<4x3xf32>
}

// -----

layerpipe.graph forward @weights_number {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  // expected-error @+1 {{E4: needs 'layerpipe.weights' to be a text that is not empty}}
  %y = layerpipe.linear %x, %w {layerpipe.weights = 1} : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph forward @weights_in_blocks_that_divide_nothing {
  %x = layerpipe.input : tensor<4x3xf32>
  %w = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  // expected-error @+1 {{E4: layout 'aB2b' of weights [2, 3]: blocks of 2 don't divide extent 3 of dimension b}}
  %y = layerpipe.linear %x, %w {layerpipe.weights = "aB2b"} : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
}

// -----

layerpipe.graph forward @weights_of_none {
  // expected-error @+1 {{E4: has 'layerpipe.weights', but no weights}}
  %x = layerpipe.input {layerpipe.weights = "ba"} : tensor<4x3xf32>
}

// -----

layerpipe.graph forward @layer_zero {
  // expected-error @+1 {{E1: needs 'layerpipe.layer' to be an i64 of at least 1}}
  %x = layerpipe.input {layerpipe.layer = 0} : tensor<4x3xf32>
}

// -----

layerpipe.graph forward @dynamic_shape {
  // expected-error @+1 {{must be statically shaped tensor of 32-bit float values}}
  %x = layerpipe.input : tensor<?x3xf32>
}

// -----

// expected-error @+1 {{expected '{' to begin a region}}
layerpipe.graph forward @no_body

// -----

layerpipe.graph training @few_speeds attributes {
    // expected-error @-1 {{G9: the machine has 1 speeds, the graph 2 processors}}
    machine = #layerpipe.machine<speeds [1/2]>, processors = 2 : i64} {
}

// -----

layerpipe.graph training @many_memories attributes {
    // expected-error @-1 {{G9: the machine has 3 memories, the graph 2 processors}}
    machine = #layerpipe.machine<memory [1, 2, 3]>, processors = 2 : i64} {
}

// -----

// expected-error @+1 {{G11: layer 'fc1' must be pinned to an i64 of at least 0, got "0"}}
layerpipe.graph training @named_pin attributes {pins = {fc1 = "0"}} {
}

// -----

// expected-error @+1 {{G11: layer 'fc1' must be pinned to an i64 of at least 0, got -1 : i64}}
layerpipe.graph training @negative_pin attributes {pins = {fc1 = -1}} {
}

// -----

// expected-error @+1 {{G11: layer 'fc1' is pinned to processor 2; there are 0 to 1}}
layerpipe.graph training @far_pin attributes {pins = {fc1 = 2}, processors = 2 : i64} {
}

// -----

// expected-error @+1 {{G11: free_period must lie between 1 and the period of a graph with pins, got 11}}
layerpipe.graph training @longer_free_period attributes {free_period = 11 : i64, period = 10 : i64, pins = {fc1 = 0}} {
}

// -----

// expected-error @+1 {{G11: free_period must lie between 1 and the period of a graph with pins, got 9}}
layerpipe.graph training @free_period_without_pins attributes {free_period = 9 : i64, period = 10 : i64} {
}

// -----

// expected-error @+1 {{MC1: a speed must be a positive fraction of numbers up to 2^20, got 1/0}}
layerpipe.graph training @speed attributes {machine = #layerpipe.machine<speeds [1, 1/0]>} {
}

// -----

// expected-error @+1 {{MC2: a memory must have at least one byte, got 0}}
layerpipe.graph training @memory attributes {machine = #layerpipe.machine<memory [0]>} {
}

// -----

// expected-error @+1 {{MC3: a bandwidth must be positive; leave it out where processors share one memory}}
layerpipe.graph training @bandwidth attributes {machine = #layerpipe.machine<bandwidth 0>} {
}

// -----

// expected-error @+1 {{MC3: a latency must lie between 0 and 2^50, got -1}}
layerpipe.graph training @latency attributes {machine = #layerpipe.machine<latency -1>} {
}

// -----

// expected-error @+1 {{expected one of speeds, memory, bandwidth, latency, levels and pairs, each at most once}}
layerpipe.graph training @twice attributes {machine = #layerpipe.machine<latency 1, latency 2>} {
}

// -----

// expected-error @+1 {{stands here twice}}
layerpipe.graph training @list_twice attributes {machine = #layerpipe.machine<memory [1], memory [2]>} {
}

// -----

// expected-error @+1 {{MC4: a level must have a greater multiple of 1 processor, got 1}}
layerpipe.graph training @level_of_one attributes {machine = #layerpipe.machine<levels [1 shared]>} {
}

// -----

// expected-error @+1 {{MC4: a level must have a greater multiple of 4 processors, got 6}}
layerpipe.graph training @level_uneven attributes {machine = #layerpipe.machine<levels [4 shared, 6 bandwidth 2]>} {
}

// -----

// expected-error @+1 {{MC4: a level must have a greater multiple of 4 processors, got 4}}
layerpipe.graph training @level_again attributes {machine = #layerpipe.machine<levels [4 shared, 4 bandwidth 2]>} {
}

// -----

// expected-error @+1 {{MC3: a bandwidth must be positive; leave it out where processors share one memory}}
layerpipe.graph training @level_bandwidth attributes {machine = #layerpipe.machine<levels [4 bandwidth 0]>} {
}

// -----

// expected-error @+1 {{MC5: a pair must have two processors, the lower one first, got 2 and 2}}
layerpipe.graph training @pair_of_one attributes {machine = #layerpipe.machine<pairs [2 and 2 shared]>} {
}

// -----

// expected-error @+1 {{MC5: a pair must have two processors, the lower one first, got 2 and 1}}
layerpipe.graph training @pair_upside_down attributes {machine = #layerpipe.machine<pairs [2 and 1 shared]>} {
}

// -----

// expected-error @+1 {{MC5: pairs must ascend, got 0 and 1 after 0 and 1}}
layerpipe.graph training @pair_twice attributes {machine = #layerpipe.machine<pairs [0 and 1 shared, 0 and 1 bandwidth 2]>} {
}

// -----

// expected-error @+1 {{MC5: pairs must ascend, got 0 and 1 after 0 and 2}}
layerpipe.graph training @pair_order attributes {machine = #layerpipe.machine<pairs [0 and 2 shared, 0 and 1 bandwidth 2]>} {
}

// -----

// expected-error @+1 {{MC3: a latency must lie between 0 and 2^50, got -1}}
layerpipe.graph training @pair_latency attributes {machine = #layerpipe.machine<pairs [0 and 2 shared latency -1]>} {
}

// -----

// expected-error @+1 {{expected 'bandwidth' or 'shared'}}
layerpipe.graph training @no_link attributes {machine = #layerpipe.machine<levels [4]>} {
}

// -----

layerpipe.graph forward @no_initializer {
  // expected-error @+1 {{expected constant, uniform or values, got 'random'}}
  %w = layerpipe.parameter "w" random(0.5) : tensor<2xf32>
}

// -----

layerpipe.graph forward @values_of_another_type {
  // expected-error @+1 {{P4: has values of type 'tensor<3xf32>', not of its own type 'tensor<2xf32>'}}
  %w = layerpipe.parameter "w" values(dense<1.0> : tensor<3xf32>) : tensor<2xf32>
}

// -----

layerpipe.graph forward @values_of_integers {
  // expected-error @+1 {{P4: starts with dense values of type f32}}
  %w = layerpipe.parameter "w" values(dense<1> : tensor<2xi32>) : tensor<2xf32>
}

// -----

layerpipe.graph forward @sparse_values {
  // expected-error @+1 {{P4: starts with dense values of type f32}}
  %w = layerpipe.parameter "w" values(sparse<[[0]], [1.0]> : tensor<2xf32>) : tensor<2xf32>
}

// -----

layerpipe.graph forward @no_such_resource {
  // expected-error @+1 {{P4: its values 'nowhere' are not in the file}}
  %w = layerpipe.parameter "w" values(dense_resource<nowhere> : tensor<2xf32>) : tensor<2xf32>
}
