// An unchecked channel is exempt from rules S10 and S11: a test lowers capacities
// to see the race. Checked, this one would need the capacity 2.
// RUN: layerpipe-opt %s | FileCheck %s

// CHECK: sched.channel @y from 0 to 1 capacity 1 unchecked
sched.program @race batch 1 period 10 bound 1 "cycles" strategy "given" inputs [@x] labels [@t] loss @l {
  sched.buffer @x slots 1 : tensor<f32>
  sched.buffer @t slots 1 : tensor<1xi32>
  sched.buffer @l slots 1 : tensor<f32>
  sched.buffer @y slots 1 : tensor<f32>
  sched.channel @x from -1 to 0 capacity 1
  sched.channel @l from 1 to -1 capacity 1
  sched.channel @y from 0 to 1 capacity 1 unchecked
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
