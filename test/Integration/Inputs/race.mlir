// Processor 0 runs ahead of processor 1: nothing but the capacity of the channel
// between them makes it wait.
sched.program @net batch 4 period 10 bound 10 "cycles" strategy "by hand" inputs [@input] labels [@labels] loss @loss {
  sched.buffer @input slots 4 : tensor<4x256xf32>
  sched.buffer @labels slots 4 : tensor<4xi32>
  sched.buffer @loss slots 64 : tensor<f32>
  sched.buffer @w slots 2 initial(#sched.parameter<"w" uniform(6.25e-2 : f32) staleness 0>) : tensor<10x256xf32>
  sched.buffer @a slots 2 : tensor<4x256xf32>
  sched.channel @input from -1 to 0 capacity 4
  sched.channel @labels from -1 to 1 capacity 4
  sched.channel @a from 0 to 1 capacity 2
  sched.channel @loss from 1 to -1 capacity 64
  sched.processor 0 {
    sched.slot "ahead" forward layer 1 start 0 duration 10 lag 0 reads [#sched.read<@input by 0>] writes [@a] {
    ^bb0(%x: tensor<4x256xf32>):
      %a = layerpipe.relu %x : (tensor<4x256xf32>) -> tensor<4x256xf32>
      sched.yield %a : tensor<4x256xf32>
    }
  }
  sched.processor 1 {
    sched.slot "behind" loss layer 1 start 0 duration 10 lag 1 reads [#sched.read<@a by 0>, #sched.read<@labels by 0>, #sched.read<@w by 1>] writes [@w, @loss] {
    ^bb0(%a: tensor<4x256xf32>, %t: tensor<4xi32>, %w: tensor<10x256xf32>):
      %y = layerpipe.linear %a, %w : (tensor<4x256xf32>, tensor<10x256xf32>) -> tensor<4x10xf32>
      %l = layerpipe.softmax_cross_entropy %y, %t : (tensor<4x10xf32>, tensor<4xi32>) -> tensor<f32>
      %d = layerpipe.softmax_cross_entropy_grad %y, %t : (tensor<4x10xf32>, tensor<4xi32>) -> tensor<4x10xf32>
      %g = layerpipe.linear_grad_weight %d, %a : (tensor<4x10xf32>, tensor<4x256xf32>) -> tensor<10x256xf32>
      %n = layerpipe.sgd %w, %g {learning_rate = 1.0e-1 : f32} : (tensor<10x256xf32>, tensor<10x256xf32>) -> tensor<10x256xf32>
      sched.yield %n, %l : tensor<10x256xf32>, tensor<f32>
    }
  }
}
