// Three linear layers of 8 features with tanh between them: the network of
// docs/tutorial.md. The sizes are equal so that every product costs the same,
// 4·8·8 = 256 multiply-accumulate operations.

layerpipe.graph forward @chain {
  %x = layerpipe.input : tensor<4x8xf32>
  %t = layerpipe.labels : tensor<4x8xf32>
  %w1 = layerpipe.parameter "fc1.weight" uniform(0.5) : tensor<8x8xf32>
  %w2 = layerpipe.parameter "fc2.weight" uniform(0.5) : tensor<8x8xf32>
  %w3 = layerpipe.parameter "fc3.weight" uniform(0.5) : tensor<8x8xf32>
  %y1 = layerpipe.linear %x, %w1 : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %a1 = layerpipe.tanh %y1 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %y2 = layerpipe.linear %a1, %w2 : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %a2 = layerpipe.tanh %y2 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %y3 = layerpipe.linear %a2, %w3 : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
  %l = layerpipe.mean_squared_error %y3, %t : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<f32>
}
