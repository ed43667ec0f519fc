// Orders that wait for each other: rule S12.
// RUN: layerpipe-opt %s --split-input-file --verify-diagnostics

// Two slots without duration that wait for each other: every start is legal, but
// no order is.
sched.program @waits_across_processors batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @a slots 2 : tensor<f32>
  sched.buffer @b slots 2 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @a from 0 to 1 capacity 2
  sched.channel @b from 1 to 0 capacity 2
  sched.processor 0 {
    // expected-error@+1 {{S12: lies on, or behind, a cycle of slots that wait for each other within one period}}
    sched.slot "a" forward layer 0 start 0 duration 0 lag 0 reads [#sched.read<@x by 0>, #sched.read<@b by 0>] writes [@a] {
    ^bb0(%x: tensor<f32>, %b: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
  sched.processor 1 {
    sched.slot "b" forward layer 0 start 0 duration 0 lag 0 reads [#sched.read<@a by 0>] writes [@b, @l] {
    ^bb0(%a: tensor<f32>):
      sched.yield %a, %a : tensor<f32>, tensor<f32>
    }
  }
}

// -----

// Without duration, both may start at once; in this order the first waits for ever.
sched.program @reads_what_a_later_slot_makes batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 0 to -1 capacity 1
  sched.processor 0 {
    // expected-error@+1 {{S12: lies on, or behind, a cycle of slots that wait for each other within one period}}
    sched.slot "loss" forward layer 0 start 0 duration 0 lag 0 reads [#sched.read<@y by 0>] writes [@l] {
    ^bb0(%y: tensor<f32>):
      sched.yield %y : tensor<f32>
    }
    sched.slot "late" forward layer 0 start 0 duration 0 lag 0 reads [#sched.read<@x by 0>] writes [@y] {
    ^bb0(%x: tensor<f32>):
      sched.yield %x : tensor<f32>
    }
  }
}
