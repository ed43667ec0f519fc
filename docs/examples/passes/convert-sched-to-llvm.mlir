// One function per slot. That of the linear layer calls its kernel; the update is
// compiled to a loop, and skipped in iteration 0, in which the gradient is absent. What
// is left out fetches addresses from the argument lists.
// keep: llvm.func|execute|arith.cmpi|scf|loop0|mulf|subf|@layerpipe_program\b
// layerpipe-opt %s --convert-sched-to-llvm=kernels=reference

sched.program @one batch 4 period 64 bound 64 "cycles" strategy "layerpipe-intra" inputs [@input] labels [@labels] loss @loss attributes {arena_bytes = 5120 : i64} {
  sched.buffer @input slots 4 at 0 : tensor<4x8xf32>
  sched.buffer @labels slots 4 at 512 : tensor<4x2xf32>
  sched.buffer @fc.weight slots 1 initial(#sched.parameter<"fc.weight" uniform(3.500000e-01 : f32) staleness 1>) at 768 : tensor<2x8xf32>
  sched.buffer @fc.forward slots 1 at 832 : tensor<4x2xf32>
  sched.buffer @"loss:1" slots 1 at 896 : tensor<4x2xf32>
  sched.buffer @fc.grad_weight slots 1 initial(#sched.absent) at 960 : tensor<2x8xf32>
  sched.buffer @loss slots 64 at 1024 : tensor<f32>
  sched.channel @input from -1 to 0 capacity 4
  sched.channel @input from -1 to 1 capacity 4
  sched.channel @labels from -1 to 0 capacity 4
  sched.channel @fc.weight from 1 to 0 capacity 1
  sched.channel @"loss:1" from 0 to 1 capacity 1
  sched.channel @loss from 0 to -1 capacity 64
  sched.processor 0 {
    sched.slot "loss" loss layer 1 start 0 duration 0 lag 1 reads [#sched.read<@fc.forward by 0>, #sched.read<@labels by 0>] writes [@"loss:1", @loss] {
    ^bb0(%arg0: tensor<4x2xf32>, %arg1: tensor<4x2xf32>):
      %0 = layerpipe.mean_squared_error %arg0, %arg1 : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
      %1 = layerpipe.mean_squared_error_grad %arg0, %arg1 : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
      sched.yield %1, %0 : tensor<4x2xf32>, tensor<f32>
    }
    sched.slot "fc.forward" forward layer 1 start 0 duration 64 lag 0 reads [#sched.read<@input by 0>, #sched.read<@fc.weight by 1>] writes [@fc.forward] {
    ^bb0(%arg0: tensor<4x8xf32>, %arg1: tensor<2x8xf32>):
      %0 = layerpipe.linear %arg0, %arg1 : (tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<4x2xf32>
      sched.yield %0 : tensor<4x2xf32>
    }
  }
  sched.processor 1 {
    sched.slot "fc.update" update layer 1 start 0 duration 0 lag 1 reads [#sched.read<@fc.weight by 1>, #sched.read<@fc.grad_weight by 1>] writes [@fc.weight] {
    ^bb0(%arg0: tensor<2x8xf32>, %arg1: tensor<2x8xf32>):
      %0 = layerpipe.sgd %arg0, %arg1 {learning_rate = 1.000000e-01 : f32} : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
      sched.yield %0 : tensor<2x8xf32>
    }
    sched.slot "fc.grad_weight" grad_weight layer 1 start 0 duration 64 lag 1 reads [#sched.read<@"loss:1" by 0>, #sched.read<@input by 0>] writes [@fc.grad_weight] {
    ^bb0(%arg0: tensor<4x2xf32>, %arg1: tensor<4x8xf32>):
      %dweight = layerpipe.linear_grad_weight %arg0, %arg1 : (tensor<4x2xf32>, tensor<4x8xf32>) -> tensor<2x8xf32>
      sched.yield %dweight : tensor<2x8xf32>
    }
  }
  sched.evaluation inputs [@input] prediction @fc.forward attributes {arena_bytes = 256 : i64} {
    sched.buffer @fc.forward slots 1 at 0 : tensor<4x2xf32>
    sched.buffer @fc.weight slots 1 initial(#sched.latest<"fc.weight">) at 64 : tensor<2x8xf32>
    sched.buffer @input slots 1 at 128 : tensor<4x8xf32>
    sched.slot "fc.forward" forward layer 1 start 0 duration 0 lag 0 reads [#sched.read<@input by 0>, #sched.read<@fc.weight by 0>] writes [@fc.forward] {
    ^bb0(%arg0: tensor<4x8xf32>, %arg1: tensor<2x8xf32>):
      %0 = layerpipe.linear %arg0, %arg1 : (tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<4x2xf32>
      sched.yield %0 : tensor<4x2xf32>
    }
  }
}
