// Where buffers lie, and evaluations: rules S13 and S15.
// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

sched.program @no_offset batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l attributes {arena_bytes = 192 : i64} {
  // expected-error@+1 {{S13: has no offset, but the program has arena_bytes}}
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 at 64 : tensor<1xi32>
  sched.buffer @l slots 1 at 128 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @offset_without_an_arena batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  // expected-error@+1 {{S13: has an offset, but no the program's arena_bytes}}
  sched.buffer @x slots 1 at 0 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @offset_that_is_not_aligned batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l attributes {arena_bytes = 192 : i64} {
  sched.buffer @x slots 1 at 0 : tensor<f32>
  sched.buffer @t slots 1 at 64 : tensor<1xi32>
  // expected-error@+1 {{S13: lies at 100 … 164; it must start at a multiple of 64 and end within the arena of 192 bytes}}
  sched.buffer @l slots 1 at 100 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @buffer_beyond_the_arena batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l attributes {arena_bytes = 192 : i64} {
  sched.buffer @x slots 1 at 0 : tensor<f32>
  sched.buffer @t slots 1 at 64 : tensor<1xi32>
  // expected-error@+1 {{S13: lies at 192 … 256; it must start at a multiple of 64 and end within the arena of 192 bytes}}
  sched.buffer @l slots 1 at 192 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @buffers_that_overlap batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l attributes {arena_bytes = 192 : i64} {
  sched.buffer @x slots 1 at 0 : tensor<f32>
  sched.buffer @t slots 1 at 64 : tensor<1xi32>
  // expected-error@+1 {{S13: shares memory with @x, which lives at the same time}}
  sched.buffer @l slots 1 at 0 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @latest_value_in_a_program batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{S15: has a latest value as initial value outside of an evaluation}}
  sched.buffer @w slots 1 initial(#sched.latest<"w">) : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l, @w] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x, %x : tensor<f32>, tensor<f32>
    }
  }
}

// -----

sched.program @two_slots_in_an_evaluation batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.evaluation inputs [@x] prediction @x {
    // expected-error@+1 {{S15: a buffer of an evaluation has one slot}}
    sched.buffer @x slots 2 : tensor<f32>
  }
}

// -----

sched.program @parameter_in_an_evaluation batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.evaluation inputs [@x] prediction @x {
    // expected-error@+1 {{S15: a buffer of an evaluation starts with a latest value or a constant}}
    sched.buffer @x slots 1 initial(#sched.parameter<"w" constant(1.0 : f32) staleness 0>) : tensor<f32>
  }
}

// -----

sched.program @latest_value_of_no_parameter batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.evaluation inputs [@x] prediction @x {
    sched.buffer @x slots 1 : tensor<f32>
    // expected-error@+1 {{S15: the program has no parameter 'v' of type 'tensor<f32>'}}
    sched.buffer @v slots 1 initial(#sched.latest<"v">) : tensor<f32>
  }
}

// -----

sched.program @read_before_it_is_written batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.evaluation inputs [@x] prediction @y {
    sched.buffer @x slots 1 : tensor<f32>
    sched.buffer @y slots 1 : tensor<f32>
    // expected-error@+1 {{S15: reads @y before it is written, or at a positive distance}}
    sched.slot "evaluate" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@y] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @written_twice batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.evaluation inputs [@x] prediction @y {
    sched.buffer @x slots 1 : tensor<f32>
    sched.buffer @y slots 1 : tensor<f32>
    sched.slot "evaluate" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
    // expected-error@+1 {{S15: writes @y once more}}
    sched.slot "again" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @op_that_computes batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.evaluation inputs [@x] prediction @x {
    sched.buffer @x slots 1 : tensor<f32>
    // expected-error@+1 {{S15: an evaluation holds only buffers and slots}}
    %w = layerpipe.parameter "w" constant(1.0) : tensor<f32>
  }
}

// -----

sched.program @prediction_that_is_not_written batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  // expected-error@+1 {{S15: has no buffer @y, or never writes it}}
  sched.evaluation inputs [@x] prediction @y {
    sched.buffer @x slots 1 : tensor<f32>
    sched.buffer @y slots 1 : tensor<f32>
  }
}
