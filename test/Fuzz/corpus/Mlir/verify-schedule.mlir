layerpipe.graph scheduled @one attributes {gradient_delays = {fc.weight = 1 : i64}, lower_bound = 64 : i64, period = 64 : i64, processors = 2 : i64, strategy = "layerpipe-intra", time_unit = "cycles"} {
  %0 = layerpipe.input : tensor<4x8xf32>
  %1 = layerpipe.labels : tensor<4x2xf32>
  %2 = layerpipe.parameter "fc.weight" uniform(3.500000e-01) : tensor<2x8xf32>
  %3 = layerpipe.delay %7 by 1 initial(%2) : tensor<2x8xf32>
  %4 = layerpipe.task "fc.forward" forward layer 1(%0, %3) attributes {lag = 0 : i64, processor = 0 : i64, slot = 1 : i64, start = 0 : i64, time = 64 : i64} {
  ^bb0(%arg0: tensor<4x8xf32>, %arg1: tensor<2x8xf32>):
    %9 = layerpipe.linear %arg0, %arg1 : (tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<4x2xf32>
    layerpipe.yield %9 : tensor<4x2xf32>
  } : (tensor<4x8xf32>, tensor<2x8xf32>) -> tensor<4x2xf32>
  %5:2 = layerpipe.task "loss" loss layer 1(%4, %1) attributes {lag = 1 : i64, processor = 0 : i64, slot = 0 : i64, start = 0 : i64, time = 0 : i64} {
  ^bb0(%arg0: tensor<4x2xf32>, %arg1: tensor<4x2xf32>):
    %9 = layerpipe.mean_squared_error %arg0, %arg1 : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
    %10 = layerpipe.mean_squared_error_grad %arg0, %arg1 : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x2xf32>
    layerpipe.yield %9, %10 : tensor<f32>, tensor<4x2xf32>
  } : (tensor<4x2xf32>, tensor<4x2xf32>) -> (tensor<f32>, tensor<4x2xf32>)
  %6 = layerpipe.task "fc.grad_weight" grad_weight layer 1(%5#1, %0) attributes {lag = 0 : i64, processor = 1 : i64, slot = 1 : i64, start = 0 : i64, time = 64 : i64} {
  ^bb0(%arg0: tensor<4x2xf32>, %arg1: tensor<4x8xf32>):
    %dweight = layerpipe.linear_grad_weight %arg0, %arg1 : (tensor<4x2xf32>, tensor<4x8xf32>) -> tensor<2x8xf32>
    layerpipe.yield %dweight : tensor<2x8xf32>
  } : (tensor<4x2xf32>, tensor<4x8xf32>) -> tensor<2x8xf32>
  %7 = layerpipe.task "fc.update" update layer 1(%3, %8) attributes {lag = 1 : i64, processor = 1 : i64, slot = 0 : i64, start = 0 : i64, time = 0 : i64} {
  ^bb0(%arg0: tensor<2x8xf32>, %arg1: tensor<2x8xf32>):
    %9 = layerpipe.sgd %arg0, %arg1 {learning_rate = 1.000000e-01 : f32} : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
    layerpipe.yield %9 : tensor<2x8xf32>
  } : (tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
  %8 = layerpipe.delay %6 by 1 initial(absent) : tensor<2x8xf32>
}
