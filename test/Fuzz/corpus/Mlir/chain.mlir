layerpipe.graph forward @chain {
  %x = layerpipe.input : tensor<4x8xf32>
  %t = layerpipe.labels : tensor<4x8xf32>
  %w1 = layerpipe.parameter "fc1" uniform(0.5) : tensor<8x8xf32>
  %y1 = layerpipe.linear %x, %w1 : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %a1 = layerpipe.tanh %y1 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %l = layerpipe.mean_squared_error %a1, %t : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<f32>
}
