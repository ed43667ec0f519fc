// Schedules written by hand that keep every rule, each at the edge of one.

// RUN: layerpipe-opt %s --layerpipe-verify-schedule | FileCheck %s
// RUN: layerpipe-opt %S/Inputs/chain3.mlir --layerpipe-pipeline=processors=3 --layerpipe-verify-schedule

// The second task starts the moment the first one ends, and wraps around the
// end of the period up to the moment the first one starts.
// CHECK: layerpipe.graph scheduled @back_to_back
layerpipe.graph scheduled @back_to_back attributes {processors = 1 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 2 : i64, time = 6 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 0 : i64, processor = 0 : i64, slot = 1 : i64, start = 8 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// The lag puts the reader of an iteration one period after its producer.
// CHECK: layerpipe.graph scheduled @next_period
layerpipe.graph scheduled @next_period attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 0 : i64, processor = 0 : i64, slot = 0 : i64, start = 4 : i64, time = 8 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%a) attributes {lag = 1 : i64, processor = 1 : i64, slot = 0 : i64, start = 2 : i64, time = 8 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}

// A delay of one lets the reader start a period before its producer.
// CHECK: layerpipe.graph scheduled @delayed
layerpipe.graph scheduled @delayed attributes {processors = 2 : i64, period = 10 : i64} {
  %x = layerpipe.input : tensor<4x3xf32>
  %a = layerpipe.task "a" forward layer 1 (%x) attributes {lag = 1 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 6 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %d = layerpipe.delay %a by 1 initial(absent) : tensor<4x3xf32>
  %b = layerpipe.task "b" forward layer 1 (%d) attributes {lag = 0 : i64, processor = 1 : i64, slot = 0 : i64, start = 6 : i64, time = 4 : i64} {
  ^bb0(%i0: tensor<4x3xf32>):
    layerpipe.yield %i0 : tensor<4x3xf32>
  } : (tensor<4x3xf32>) -> tensor<4x3xf32>
}
