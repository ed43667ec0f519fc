// Channels between processors: rules S9 and S10.
// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

sched.program @no_channel batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  // expected-error@+1 {{S9: goes from processor 0 to processor 1 without a channel}}
  sched.buffer @y slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 1 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @channel_that_carries_nothing batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  // expected-error@+1 {{S9: carries nothing: @x is not written on processor 0 and read on processor -1}}
  sched.channel @x from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

sched.program @channel_that_exists_twice batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  // expected-error@+1 {{S9: exists twice}}
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "loss" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@l] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}

// -----

// Processor 1 still reads one value when processor 0 writes the next.
sched.program @too_small batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  // expected-error@+1 {{S10: has capacity 1, but the schedule needs 2}}
  sched.channel @y from 0 to 1 capacity 1
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 4 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 4 duration 10 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}

// -----

sched.program @larger_than_its_buffer batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  // expected-error@+1 {{S10: has capacity 3, more than the 2 slots of its buffer}}
  sched.channel @y from 0 to 1 capacity 3
  sched.processor 0 {
    sched.slot "first" forward layer 0 start 0 duration 1 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" forward layer 0 start 1 duration 1 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
  }
}
