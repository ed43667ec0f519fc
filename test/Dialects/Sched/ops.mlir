// RUN: layerpipe-opt %s | layerpipe-opt | FileCheck %s
// RUN: layerpipe-opt %s --mlir-print-op-generic | layerpipe-opt | FileCheck %s

// CHECK-LABEL: sched.program @net batch 4 period 10 bound 8 "cycles" strategy "given" inputs [@input] labels [@labels] loss @loss
sched.program @net batch 4 period 10 bound 8 "cycles" strategy "given" inputs [@input] labels [@labels] loss @loss attributes {arena_bytes = 1152 : i64} {
  // CHECK: sched.buffer @input slots 4 at 0 : tensor<4x3xf32>
  sched.buffer @input slots 4 at 0 : tensor<4x3xf32>
  sched.buffer @labels slots 4 at 256 : tensor<4xi32>
  // CHECK: sched.buffer @w slots 2 initial(#sched.parameter<"w" uniform(5.000000e-01 : f32) staleness 1>) at 512 : tensor<2x3xf32>
  sched.buffer @w slots 2 initial(#sched.parameter<"w" uniform(5.0e-01 : f32) staleness 1>) at 512 : tensor<2x3xf32>
  // CHECK: sched.buffer @g slots 2 initial(#sched.absent) at 640 : tensor<2x3xf32>
  sched.buffer @g slots 2 initial(#sched.absent) at 640 : tensor<2x3xf32>
  sched.buffer @y slots 2 at 768 : tensor<4x2xf32>
  // CHECK: sched.buffer @c slots 1 initial(#sched.constant<1.000000e+00 : f32>) at 896 : tensor<4x2xf32>
  sched.buffer @c slots 1 initial(#sched.constant<1.0 : f32>) at 896 : tensor<4x2xf32>
  sched.buffer @loss slots 2 at 1024 : tensor<f32>
  // CHECK: sched.channel @input from -1 to 0 capacity 4
  sched.channel @input from -1 to 0 capacity 4
  sched.channel @input from -1 to 1 capacity 3
  sched.channel @labels from -1 to 1 capacity 4
  // CHECK: sched.channel @y from 0 to 1 capacity 2 unchecked
  sched.channel @y from 0 to 1 capacity 2 unchecked
  sched.channel @g from 1 to 0 capacity 2
  sched.channel @loss from 1 to -1 capacity 2
  // CHECK: sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 4 duration 0 latency 0 lag 0>, #sched.transfer<@g from 1 start 9 duration 1 latency 5 lag 0>]
  sched.link 0 and 1 carries [#sched.transfer<@y from 0 start 4 duration 0 latency 0 lag 0>, #sched.transfer<@g from 1 start 9 duration 1 latency 5 lag 0>]
  // CHECK: sched.processor 0
  sched.processor 0 {
    // CHECK: sched.slot "update" update layer 1 start 0 duration 0 lag 1 reads [#sched.read<@w by 1>, #sched.read<@g by 1>] writes [@w]
    sched.slot "update" update layer 1 start 0 duration 0 lag 1 reads [#sched.read<@w by 1>, #sched.read<@g by 1>] writes [@w] {
    ^bb0(%w: tensor<2x3xf32>, %g: tensor<2x3xf32>):
      %n = layerpipe.sgd %w, %g {learning_rate = 1.0e-1 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
      // CHECK: sched.yield
      sched.yield %n : tensor<2x3xf32>
    }
    sched.slot "forward" forward layer 1 start 0 duration 4 lag 0 reads [#sched.read<@input by 0>, #sched.read<@w by 2>, #sched.read<@c by 0>] writes [@y] {
    ^bb0(%x: tensor<4x3xf32>, %w: tensor<2x3xf32>, %c: tensor<4x2xf32>):
      %z = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
      %y = layerpipe.add %z, %c : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
      sched.yield %y : tensor<4x2xf32>
    }
  }
  sched.processor 1 {
    sched.slot "loss" loss layer 0 start 4 duration 1 lag 0 reads [#sched.read<@y by 0>, #sched.read<@labels by 0>] writes [@loss] {
    ^bb0(%y: tensor<4x2xf32>, %t: tensor<4xi32>):
      %l = layerpipe.softmax_cross_entropy %y, %t : (tensor<4x2xf32>, tensor<4xi32>) -> tensor<f32>
      sched.yield %l : tensor<f32>
    }
    sched.slot "grad" grad_weight layer 1 start 5 duration 4 lag 0 reads [#sched.read<@y by 0>, #sched.read<@input by 0>] writes [@g] {
    ^bb0(%y: tensor<4x2xf32>, %x: tensor<4x3xf32>):
      %g = layerpipe.linear_grad_weight %y, %x : (tensor<4x2xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
      sched.yield %g : tensor<2x3xf32>
    }
  }
  // CHECK: sched.evaluation inputs [@input] prediction @y
  sched.evaluation inputs [@input] prediction @y attributes {arena_bytes = 384 : i64} {
    sched.buffer @input slots 1 at 0 : tensor<4x3xf32>
    // CHECK: sched.buffer @w slots 1 initial(#sched.latest<"w">) at 64 : tensor<2x3xf32>
    sched.buffer @w slots 1 initial(#sched.latest<"w">) at 64 : tensor<2x3xf32>
    sched.buffer @y slots 1 at 128 : tensor<4x2xf32>
    sched.slot "forward" forward layer 1 start 0 duration 0 lag 0 reads [#sched.read<@input by 0>, #sched.read<@w by 0>] writes [@y] {
    ^bb0(%x: tensor<4x3xf32>, %w: tensor<2x3xf32>):
      %z = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
      sched.yield %z : tensor<4x2xf32>
    }
  }
}
