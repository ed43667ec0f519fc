// A chain of three values on one processor, and the loss.
sched.program @net batch 4 period 10 bound 10 "cycles" strategy "by hand" inputs [@input] labels [@labels] loss @loss {
  sched.buffer @input slots 1 : tensor<4x8xf32>
  sched.buffer @labels slots 1 : tensor<4xi32>
  sched.buffer @loss slots 1 : tensor<f32>
  sched.buffer @a slots 1 : tensor<4x8xf32>
  sched.buffer @b slots 1 : tensor<4x8xf32>
  sched.buffer @c slots 1 : tensor<4x8xf32>
  sched.channel @input from -1 to 0 capacity 1
  sched.channel @labels from -1 to 0 capacity 1
  sched.channel @loss from 0 to -1 capacity 1
  sched.processor 0 {
    sched.slot "a" forward layer 1 start 0 duration 2 lag 0 reads [#sched.read<@input by 0>] writes [@a] {
    ^bb0(%x: tensor<4x8xf32>):
      %y = layerpipe.tanh %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
      sched.yield %y : tensor<4x8xf32>
    }
    sched.slot "b" forward layer 2 start 2 duration 2 lag 0 reads [#sched.read<@a by 0>] writes [@b] {
    ^bb0(%x: tensor<4x8xf32>):
      %y = layerpipe.tanh %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
      sched.yield %y : tensor<4x8xf32>
    }
    sched.slot "c" forward layer 3 start 4 duration 2 lag 0 reads [#sched.read<@b by 0>] writes [@c] {
    ^bb0(%x: tensor<4x8xf32>):
      %y = layerpipe.tanh %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
      sched.yield %y : tensor<4x8xf32>
    }
    sched.slot "loss" loss layer 3 start 6 duration 4 lag 0 reads [#sched.read<@c by 0>, #sched.read<@labels by 0>] writes [@loss] {
    ^bb0(%x: tensor<4x8xf32>, %t: tensor<4xi32>):
      %l = layerpipe.softmax_cross_entropy %x, %t : (tensor<4x8xf32>, tensor<4xi32>) -> tensor<f32>
      sched.yield %l : tensor<f32>
    }
  }
}
