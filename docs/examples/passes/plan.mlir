// One layer on two processors: one of them runs the forward of an iteration while the
// other computes the weight gradient of the iteration before, which the update
// therefore gets one iteration late.
// layerpipe-opt %s --layerpipe-plan="processors=2 strategy=layerpipe"

layerpipe.graph training @one {
  %0 = layerpipe.input : tensor<4x8xf32>
  %1 = layerpipe.labels : tensor<4x2xf32>
  %2 = layerpipe.parameter "fc.weight" uniform(3.500000e-01) : tensor<2x8xf32>
  %3 = layerpipe.delay %7 by 1 initial(%2) : tensor<2x8xf32>
  %4 = layerpipe.linear %0, %3 {layerpipe.layer = 1 : i64} : (tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<4x2xf32>
  %5 = layerpipe.mean_squared_error %4, %1 {layerpipe.layer = 1 : i64} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
  %6 = layerpipe.mean_squared_error_grad %4, %1 {layerpipe.layer = 1 : i64} : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
  %dweight = layerpipe.linear_grad_weight %6, %0 {layerpipe.layer = 1 : i64} : (tensor<4x2xf32>, tensor<4x8xf32>) -> tensor<2x8xf32>
  %7 = layerpipe.sgd %3, %dweight {layerpipe.layer = 1 : i64, learning_rate = 1.000000e-01 : f32} : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
}
