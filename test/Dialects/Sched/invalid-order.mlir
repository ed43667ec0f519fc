// RUN: layerpipe-opt %s --verify-diagnostics

// Two slots without duration that wait for each other: every start is legal, but
// no order is.
sched.program @net batch 4 period 10 bound 8 "cycles" strategy "given" input @x labels @t loss @l {
  sched.buffer @x slots 1 : tensor<4x2xf32>
  sched.buffer @t slots 1 : tensor<4xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @a slots 2 : tensor<4x2xf32>
  sched.buffer @b slots 2 : tensor<4x2xf32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @t from -1 to 1 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @a from 0 to 1 capacity 2
  sched.channel @b from 1 to 0 capacity 2
  sched.processor 0 {
    // expected-error@+1 {{S12: lies on, or behind, a cycle of slots that wait for each other within one period}}
    sched.slot "a" forward layer 1 start 0 duration 0 lag 0 reads [#sched.read<@x by 0>, #sched.read<@b by 0>] writes [@a] {
    ^bb0(%x: tensor<4x2xf32>, %b: tensor<4x2xf32>):
      %a = layerpipe.add %x, %b : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
      sched.yield %a : tensor<4x2xf32>
    }
  }
  sched.processor 1 {
    sched.slot "b" loss layer 1 start 0 duration 0 lag 0 reads [#sched.read<@a by 0>, #sched.read<@t by 0>] writes [@b, @l] {
    ^bb0(%a: tensor<4x2xf32>, %t: tensor<4xi32>):
      %b = layerpipe.relu %a : (tensor<4x2xf32>) -> tensor<4x2xf32>
      %l = layerpipe.softmax_cross_entropy %a, %t : (tensor<4x2xf32>, tensor<4xi32>) -> tensor<f32>
      sched.yield %b, %l : tensor<4x2xf32>, tensor<f32>
    }
  }
}
