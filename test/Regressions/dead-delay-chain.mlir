// A chain of delays in front of a gradient's update is replaced by one delay;
// the chain is erased, each delay once.

// RUN: layerpipe-opt %s --layerpipe-delay-gradients="rule=uniform delay=3" | FileCheck %s

// CHECK: layerpipe.graph pipelined @chain attributes {gradient_delays = {a.weight = 3 : i64}}
// CHECK: [[X:%.*]] = layerpipe.input
// CHECK: layerpipe.delay {{%.*}} by 1 initial(
// CHECK: layerpipe.sgd {{%.*}}, [[D:%.*]] {layerpipe.layer = 1
// CHECK: [[D]] = layerpipe.delay [[X]] by 3 initial(absent)
// CHECK-NOT: layerpipe.delay
layerpipe.graph training @chain {
  %x = layerpipe.input : tensor<2xf32>
  %d1 = layerpipe.delay %x by 1 initial(absent) : tensor<2xf32>
  %d2 = layerpipe.delay %d1 by 1 initial(absent) : tensor<2xf32>
  %d3 = layerpipe.delay %d2 by 1 initial(absent) : tensor<2xf32>
  %p = layerpipe.parameter "a.weight" uniform(0.5) : tensor<2xf32>
  %w = layerpipe.delay %u by 1 initial(%p) : tensor<2xf32>
  %u = layerpipe.sgd %w, %d3 {layerpipe.layer = 1 : i64, learning_rate = 0.1 : f32} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
}
