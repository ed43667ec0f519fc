// Starts, and how long values live: rules S2, S7 and S11.
// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

sched.program @start_beyond_the_period batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S2: start 10 and duration 1 don't fit in a period of 10}}
    sched.slot "loss" forward layer 0 start 10 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @duration_beyond_the_period batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S2: start 0 and duration 11 don't fit in a period of 10}}
    sched.slot "loss" forward layer 0 start 0 duration 11 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @slots_that_overlap batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 4 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
    // expected-error@+1 {{S2: starts at 3, before 'loss' ends at 4}}
    sched.slot "next" forward layer 0 start 3 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @slots_that_overlap_in_the_next_period batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 4 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
    // expected-error@+1 {{S2: ends 1 after the period, when 'loss' has started}}
    sched.slot "next" forward layer 0 start 5 duration 6 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @read_before_it_is_written batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 1
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 4 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    // expected-error@+1 {{S7: reads @y at distance 0, 3 before its writer 'first' ends}}
    sched.slot "loss" forward layer 0 start 1 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

// The last slot reads y a period after it was made, when the next y is made.
sched.program @too_few_slots batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{S11: has 1 slots, but 2 of its values live at once}}
  sched.buffer @y slots 1 : tensor<f32>
  sched.buffer @z slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l, @y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x, %x : tensor<f32>, tensor<f32>
    }
    sched.slot "late" forward layer 0 start 1 duration 1 lag 1 reads [#sched.read<@y by 0>] writes [@z] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @in_place_by_more_than_one_op batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @w slots 1 initial(#sched.parameter<"w" constant(1.0 : f32) staleness 0>) : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
    // expected-error@+1 {{S11: overwrites @w in place, but not by one elementwise op; the buffer needs 2 slots}}
    sched.slot "update" update layer 0 start 1 duration 1 lag 0 reads [#sched.read<@w by 1>, #sched.read<@x by 0>] writes [@w] {
    ^bb0(%w: tensor<f32>, %x: tensor<f32>):
      %once = layerpipe.sgd %w, %x {learning_rate = 1.0e-1 : f32} : (tensor<f32>, tensor<f32>) -> tensor<f32>
      %twice = layerpipe.sgd %once, %x {learning_rate = 1.0e-1 : f32} : (tensor<f32>, tensor<f32>) -> tensor<f32>
      sched.yield %twice : tensor<f32>
    }
  }
}
