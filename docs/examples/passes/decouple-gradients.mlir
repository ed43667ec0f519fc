// Two layers. The backward of the second is one op, so that a task that waits for `%dx`
// waits for `%dweight` too; afterwards it is two.
// layerpipe-opt %s --layerpipe-decouple-gradients

layerpipe.graph training @two {
  %0 = layerpipe.input : tensor<4x8xf32>
  %1 = layerpipe.labels : tensor<4x2xf32>
  %2 = layerpipe.parameter "fc1.weight" uniform(3.500000e-01) : tensor<6x8xf32>
  %3 = layerpipe.delay %10 by 1 initial(%2) : tensor<6x8xf32>
  %4 = layerpipe.parameter "fc2.weight" uniform(4.000000e-01) : tensor<2x6xf32>
  %5 = layerpipe.delay %11 by 1 initial(%4) : tensor<2x6xf32>
  %6 = layerpipe.linear %0, %3 {layerpipe.layer = 1 : i64} : (tensor<4x8xf32>, tensor<6x8xf32>) -> tensor<4x6xf32>
  %7 = layerpipe.linear %6, %5 {layerpipe.layer = 2 : i64} : (tensor<4x6xf32>, tensor<2x6xf32>) -> tensor<4x2xf32>
  %8 = layerpipe.mean_squared_error %7, %1 {layerpipe.layer = 2 : i64} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
  %9 = layerpipe.mean_squared_error_grad %7, %1 {layerpipe.layer = 2 : i64} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %dx, %dweight = layerpipe.linear_backward %9, %6, %5 {layerpipe.layer = 2 : i64} : (tensor<4x2xf32>, tensor<4x6xf32>, tensor<2x6xf32>) -> (tensor<4x6xf32>, tensor<2x6xf32>)
  %dweight_0 = layerpipe.linear_grad_weight %dx, %0 {layerpipe.layer = 1 : i64} : (tensor<4x6xf32>, tensor<4x8xf32>) -> tensor<6x8xf32>
  %10 = layerpipe.sgd %3, %dweight_0 {layerpipe.layer = 1 : i64, learning_rate = 1.000000e-01 : f32} : (tensor<6x8xf32>, tensor<6x8xf32>) -> tensor<6x8xf32>
  %11 = layerpipe.sgd %5, %dweight {layerpipe.layer = 2 : i64, learning_rate = 1.000000e-01 : f32} : (tensor<2x6xf32>, tensor<2x6xf32>) -> tensor<2x6xf32>
}
