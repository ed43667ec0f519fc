// Two layers with biases and activations, for tests that cut tasks.
layerpipe.graph forward @two {
  %x = layerpipe.input : tensor<4x6xf32>
  %t = layerpipe.labels : tensor<4x2xf32>
  %w1 = layerpipe.parameter "a.weight" uniform(0.5) : tensor<5x6xf32>
  %b1 = layerpipe.parameter "a.bias" constant(0.0) : tensor<5xf32>
  %z1 = layerpipe.linear %x, %w1, %b1 : (tensor<4x6xf32>, tensor<5x6xf32>, tensor<5xf32>) -> tensor<4x5xf32>
  %a1 = layerpipe.relu %z1 : (tensor<4x5xf32>) -> tensor<4x5xf32>
  %w2 = layerpipe.parameter "b.weight" uniform(0.5) : tensor<2x5xf32>
  %b2 = layerpipe.parameter "b.bias" constant(0.0) : tensor<2xf32>
  %z2 = layerpipe.linear %a1, %w2, %b2 : (tensor<4x5xf32>, tensor<2x5xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %a2 = layerpipe.tanh %z2 : (tensor<4x2xf32>) -> tensor<4x2xf32>
  %l = layerpipe.mean_squared_error %a2, %t : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<f32>
}
