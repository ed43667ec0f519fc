// Three linear layers in a row, for tests that need some forward graph.
layerpipe.graph forward @chain3 {
  %x = layerpipe.input : tensor<4x4xf32>
  %t = layerpipe.labels : tensor<4x4xf32>
  %w1 = layerpipe.parameter "l1.weight" uniform(0.5) : tensor<4x4xf32>
  %a1 = layerpipe.linear %x, %w1 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %w2 = layerpipe.parameter "l2.weight" uniform(0.5) : tensor<4x4xf32>
  %a2 = layerpipe.linear %a1, %w2 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %w3 = layerpipe.parameter "l3.weight" uniform(0.5) : tensor<4x4xf32>
  %a3 = layerpipe.linear %a2, %w3 : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  %l = layerpipe.mean_squared_error %a3, %t : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<f32>
}
