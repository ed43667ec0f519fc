// Losses and updates are what a run is for: nothing removes or merges them.
// RUN: layerpipe-opt --canonicalize --cse %s | FileCheck %s

// CHECK-LABEL: layerpipe.graph training @results_that_nobody_reads
layerpipe.graph training @results_that_nobody_reads {
  %x = layerpipe.input : tensor<4x3xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %w0 = layerpipe.parameter "w" uniform(0.5) : tensor<2x3xf32>
  %w = layerpipe.delay %next by 1 initial(%w0) : tensor<2x3xf32>
  %y = layerpipe.linear %x, %w : (tensor<4x3xf32>, tensor<2x3xf32>) -> tensor<4x2xf32>
  // CHECK: layerpipe.mean_squared_error %
  %l = layerpipe.mean_squared_error %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
  %dy = layerpipe.mean_squared_error_grad %y, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %g = layerpipe.linear_grad_weight %dy, %x : (tensor<4x2xf32>, tensor<4x3xf32>) -> tensor<2x3xf32>
  // CHECK: layerpipe.sgd
  %next = layerpipe.sgd %w, %g {learning_rate = 0.1 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: layerpipe.sgd
  %frozen = layerpipe.sgd %w0, %g {learning_rate = 0.1 : f32} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK: layerpipe.sgd_momentum
  %m, %v = layerpipe.sgd_momentum %w0, %w0, %g {learning_rate = 0.1 : f32, momentum = 0.9} : (tensor<2x3xf32>, tensor<2x3xf32>, tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>)
}

// CHECK-LABEL: layerpipe.graph training @losses_in_tasks
layerpipe.graph training @losses_in_tasks {
  %x = layerpipe.input : tensor<4x2xf32>
  %t = layerpipe.labels : tensor<4xi32>
  // CHECK: layerpipe.task "loss"
  // CHECK: layerpipe.softmax_cross_entropy
  layerpipe.task "loss" loss layer 1 (%x, %t) {
  ^bb0(%a: tensor<4x2xf32>, %b: tensor<4xi32>):
    %l = layerpipe.softmax_cross_entropy %a, %b : (tensor<4x2xf32>, tensor<4xi32>) -> tensor<f32>
    layerpipe.yield
  } : (tensor<4x2xf32>, tensor<4xi32>) -> ()
}

// Two draws of one initialiser are two parameters.
// CHECK-LABEL: layerpipe.graph forward @equal_ops
// CHECK-DAG: layerpipe.parameter "a"
// CHECK-DAG: layerpipe.parameter "b"
// CHECK: %[[A:.*]] = layerpipe.add
// CHECK-NOT: layerpipe.add
// CHECK: layerpipe.mean_squared_error %[[A]], %[[A]]
layerpipe.graph forward @equal_ops {
  %a = layerpipe.parameter "a" uniform(1.0) : tensor<2x2xf32>
  %b = layerpipe.parameter "b" uniform(1.0) : tensor<2x2xf32>
  %c = layerpipe.add %a, %b : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %d = layerpipe.add %a, %b : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %l = layerpipe.mean_squared_error %c, %d : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<f32>
}

// A slice of everything is the whole, a slice of a concatenation the slice that
// it is exactly, and one slice is its own concatenation.
// CHECK-LABEL: layerpipe.graph training @slices
layerpipe.graph training @slices {
  // CHECK: %[[X:.*]] = layerpipe.input
  %x = layerpipe.input : tensor<4x2xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %all = layerpipe.slice %x {dimension = 1, begin = 0, end = 2} : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %one = layerpipe.concat %all {dimension = 0} : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %r = layerpipe.relu %x : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %two = layerpipe.concat %r, %one {dimension = 0} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<8x2xf32>
  %second = layerpipe.slice %two {dimension = 0, begin = 4, end = 8} : (tensor<8x2xf32>) -> tensor<4x2xf32>
  // CHECK-NOT: layerpipe.slice
  // CHECK: layerpipe.mean_squared_error %[[X]],
  %l = layerpipe.mean_squared_error %second, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}

// Parts of slices, and slices along another dimension, stay.
// CHECK-LABEL: layerpipe.graph training @parts_of_pieces
layerpipe.graph training @parts_of_pieces {
  %x = layerpipe.input : tensor<4x2xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  // CHECK: %[[TWO:.*]] = layerpipe.concat
  %two = layerpipe.concat %x, %x {dimension = 0} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<8x2xf32>
  // CHECK: layerpipe.slice %[[TWO]]
  %a = layerpipe.slice %two {dimension = 0, begin = 2, end = 6} : (tensor<8x2xf32>) -> tensor<4x2xf32>
  // CHECK: layerpipe.mean_squared_error
  %l = layerpipe.mean_squared_error %a, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
  // CHECK: layerpipe.slice %[[TWO]]
  %b = layerpipe.slice %two {dimension = 1, begin = 0, end = 1} : (tensor<8x2xf32>) -> tensor<8x1xf32>
  %u = layerpipe.parameter "u" constant(0.0) : tensor<8x1xf32>
  %m = layerpipe.mean_squared_error %b, %u : (tensor<8x1xf32>, tensor<8x1xf32>) -> tensor<f32>
}
